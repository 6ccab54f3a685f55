/** In: drawn SVG. Out: that figures stack it, that PNG has its signature, size and text, and that nothing heavy loads early. */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { decode } from "fast-png";
import { describe, expect, it } from "vitest";
import { figure, imageGrid, linePlot, toPng } from "../../src/pictures/index.js";

const blank = (title: string, text = "") =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="200" height="40"><title>${title}</title>${text}</svg>`;

async function pixelsOf(svg: string, scale = 1) {
  const png = await toPng(svg, scale);
  if (!png.ok) throw new Error(png.error.message);
  expect([...png.value.subarray(0, 8)]).toEqual([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return decode(png.value);
}

const inked = (data: ArrayLike<number>) => Array.from(data).filter((value) => value < 128).length;

async function plot(): Promise<string> {
  const svg = await linePlot({
    title: "E",
    xLabel: "t",
    yLabel: "E",
    series: [{ name: "E", x: [0, 1], y: [1, 0] }],
  });
  if (!svg.ok) throw new Error(svg.error.message);
  return svg.value;
}

describe("PNG", () => {
  it("has the size of the picture times the scale", async () => {
    const image = await pixelsOf(await plot(), 1.5);
    expect([image.width, image.height]).toEqual([1080, 600]);
  });

  it("draws text, Greek and signs included, without any font of the system", async () => {
    const text = (content: string) =>
      blank("t", `<text x="5" y="30" font-family="DejaVu Sans" font-size="24">${content}</text>`);
    expect(inked((await pixelsOf(text(""))).data)).toBe(0);
    const shapes = await Promise.all(
      ["E", "Ξ", "−", "∂", "τ", "ᵀ", "≤"].map(async (letter) => (await pixelsOf(text(letter))).data.join()),
    );
    expect(new Set(shapes).size).toBe(7);
    for (const letter of ["E", "Ξ", "−"])
      expect(inked((await pixelsOf(text(letter))).data)).toBeGreaterThan(20);
    const missing = (await pixelsOf(text("\u{10ffff}"))).data.join();
    expect(shapes).not.toContain(missing);
  });

  it("draws embedded images with sharp pixels", async () => {
    const grid = await imageGrid({
      title: "",
      rows: [{ images: [{ pixels: Float64Array.of(0, 1, 1, 0), width: 2, height: 2 }] }],
    });
    if (!grid.ok) throw new Error(grid.error.message);
    const { data, width, channels } = await pixelsOf(grid.value);
    const box = /<image x="([\d.]+)" y="([\d.]+)"/.exec(grid.value)!;
    const [x, y] = [Number(box[1]), Number(box[2])];
    const at = (dx: number, dy: number) => data[(Math.round(y + dy) * width + Math.round(x + dx)) * channels];
    expect([at(10, 40), at(44, 44), at(52, 44), at(44, 52), at(52, 52)]).toEqual([0, 0, 255, 255, 0]);
  });

  it.each<[string, string, number, string]>([
    ["not SVG", "hello", 1, "picture-not-svg"],
    [
      "broken SVG",
      '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><g>',
      1,
      "picture-not-svg",
    ],
    ["too large", blank("t"), 1000, "picture-size"],
    ["scale 0", blank("t"), 0, "picture-size"],
  ])("%s is a failure", async (_, svg, scale, code) => {
    expect(await toPng(svg, scale)).toMatchObject({ ok: false, error: { code } });
  });
});

describe("a figure", () => {
  it("stacks panels, keeping their names apart", async () => {
    const svg = figure([await plot(), await plot(), blank("third")], { title: "All" });
    if (!svg.ok) throw new Error(svg.error.message);
    expect(svg.value.match(/<svg/g)).toHaveLength(4);
    expect([...svg.value.matchAll(/<svg x="(\d+)" y="(\d+)"/g)].map((match) => match.slice(1))).toEqual([
      ["0", "36"],
      ["0", "444"],
      ["0", "852"],
    ]);
    const ids = [...svg.value.matchAll(/ id="([^"]*)"/g)].map((match) => match[1]);
    expect(new Set(ids).size).toBe(ids.length);
    expect(svg.value).toContain('aria-labelledby="p1-title p1-desc"');
    expect((await pixelsOf(svg.value)).height).toBe(892);
  });

  it("aligns columns", () => {
    const svg = figure([blank("a"), blank("b"), blank("c")], { columns: 2 });
    expect(
      svg.ok && [...svg.value.matchAll(/<svg x="(\d+)" y="(\d+)"/g)].map((match) => match.slice(1)),
    ).toEqual([
      ["0", "0"],
      ["208", "0"],
      ["0", "48"],
    ]);
  });

  it("without panels, or with text that is none, is a failure", () => {
    expect(figure([])).toMatchObject({ error: { code: "picture-empty" } });
    expect(figure([blank("a"), "oops"])).toMatchObject({
      error: {
        code: "picture-not-svg",
        message: 'Panel 1 starts with "oops"; expected <svg … width="…" height="…">.',
      },
    });
  });
});

describe("loading", () => {
  it("no file of the room imports a package at its top", () => {
    const folder = new URL("../../src/pictures/", import.meta.url);
    for (const file of readdirSync(folder).filter((name) => name.endsWith(".ts"))) {
      const imports = readFileSync(new URL(file, folder), "utf8").match(/^import (?!type )[^;]*;/gm) ?? [];
      for (const line of imports) expect(line, file).toMatch(/from "\.\//);
    }
  });

  it("the chosen fonts are installed with the package", () => {
    const script = 'console.log(require.resolve("dejavu-fonts-ttf/ttf/DejaVuSans.ttf"))';
    expect(execFileSync(process.execPath, ["-e", script], { encoding: "utf8" })).toContain("DejaVuSans.ttf");
  });
});
