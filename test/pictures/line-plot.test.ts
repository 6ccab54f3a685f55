/** In: curves of every awkward kind. Out: what the SVG holds (lines, labels, gaps), and failures as values. */
import { describe, expect, it } from "vitest";
import { type LinePlot, linePlot, type Series } from "../../src/pictures/index.js";

const labels = { title: "Energy along the flow", xLabel: "time t", yLabel: "energy E" };
const times = Float64Array.from({ length: 201 }, (_, k) => k / 10);
const energy: Series = { name: "E", x: times, y: times.map((t) => -3.2 + 2 * Math.exp(-t)) };

async function draw(series: readonly Series[], options: Partial<LinePlot> = {}): Promise<string> {
  const svg = await linePlot({ ...labels, series, ...options });
  if (!svg.ok) throw new Error(svg.error.message);
  expect(svg.value).not.toMatch(/NaN|undefined|Infinity/);
  return svg.value;
}

/** The `d` of every drawn line. */
function lines(svg: string): string[] {
  const marks = svg.match(/<g class="mark-line[^>]*>.*?<\/g>/gs) ?? [];
  return marks.flatMap((mark) => [...mark.matchAll(/ d="(M[^"]*)"/g)].map((match) => match[1]!));
}

function texts(svg: string): string[] {
  return [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map((match) => match[1]!);
}

describe("a line plot", () => {
  it("holds its line, its labels, its title and its description", async () => {
    const svg = await draw([energy]);
    expect(lines(svg)).toHaveLength(1);
    expect(texts(svg)).toEqual([
      ...["0", "5", "10", "15", "20", "time t"],
      ...["−3.0", "−2.5", "−2.0", "−1.5", "energy E"],
      "Energy along the flow",
    ]);
    expect(svg).toContain(
      'width="720" height="400" viewBox="0 0 720 400" role="img" aria-labelledby="title desc"',
    );
    expect(svg).toContain('<title id="title">Energy along the flow</title>');
    expect(svg).toContain(
      '<desc id="desc">Line plot of 1 line: E. Horizontal axis: time t, from 0 to 20. ' +
        "Vertical axis: energy E, from −3.2 to −1.2.</desc>",
    );
    expect(svg.endsWith("</svg>")).toBe(true);
  });

  it("names up to seven lines in a legend, in colours of their own", async () => {
    const series = Array.from({ length: 7 }, (_, k) => ({ ...energy, name: `v[${k}]` }));
    const svg = await draw(series);
    expect(lines(svg)).toHaveLength(7);
    expect(texts(svg)).toEqual(expect.arrayContaining(series.map(({ name }) => name)));
    const colors = svg.match(/ stroke="#\w{6}" [^>]*stroke-width="2"/g);
    expect(new Set(colors).size).toBe(7);
    expect(svg).toContain('aria-label="Legend: v[0], v[1], v[2], v[3], v[4], v[5], v[6]"');
  });

  it("equal names stay two lines", async () => {
    expect(lines(await draw([energy, energy]))).toHaveLength(2);
  });

  it("draws 300 components thin and without a legend, and an even choice of more", async () => {
    const many = (count: number) => Array.from({ length: count }, (_, k) => ({ ...energy, name: `v[${k}]` }));
    const svg = await draw(many(300));
    expect(lines(svg)).toHaveLength(300);
    expect(texts(svg)).not.toContain("v[0]");
    const more = await draw(many(1000));
    expect(lines(more)).toHaveLength(300);
    expect(more).toContain("Line plot of 300 of 1000 lines, evenly chosen: v[0], v[1]");
  });

  it("reduces a million points and keeps a spike of one", async () => {
    const x = Float64Array.from({ length: 1e6 }, (_, k) => k);
    const y = x.map((k) => (k === 543210 ? 10 : Math.sin(k)));
    const svg = await draw([{ name: "w", x, y }]);
    expect(svg.length).toBeLessThan(100_000);
    const heights = lines(svg)[0]!
      .match(/,-?[\d.]+/g)!
      .map((text) => Number(text.slice(1)));
    const sorted = heights.toSorted((a, b) => a - b);
    expect(sorted[1]! - sorted[0]!).toBeGreaterThan(200);
  });

  it("leaves gaps at NaN and infinite points, and a dot where a point stands alone", async () => {
    const svg = await draw([
      {
        name: "g",
        x: [0, 1, 2, 3, 4, 5, 6, 7],
        y: [1, 2, Number.NaN, 3, Number.POSITIVE_INFINITY, 2, 1, Number.NaN],
      },
    ]);
    expect(lines(svg)[0]!.match(/M/g)).toHaveLength(3);
    const dots = /<g class="mark-symbol role-mark"[^>]*>(.*?)<\/g>/s.exec(svg)![1]!;
    expect(dots.match(/<path/g)).toHaveLength(1);
  });

  it("draws a constant in the middle of an axis around it, and a single point", async () => {
    const svg = await draw([{ name: "c", x: times, y: times.map(() => -2.5e-7) }]);
    expect(texts(svg)).toContain("−2.5e−7");
    expect(texts(await draw([{ name: "p", x: [1], y: [2] }]))).toContain("2.0");
    expect(texts(await draw([{ name: "p", x: [0], y: [0] }]))).toContain("0.0");
  });

  it("has powers of ten on logarithmic axes, leaving out what is not positive", async () => {
    const svg = await draw([{ name: "r", x: times, y: times.map((t) => (t > 15 ? 0 : Math.exp(-2 * t))) }], {
      logY: true,
    });
    expect(texts(svg)).toEqual(expect.arrayContaining(["1", "1e−4", "1e−12"]));
    expect(svg).toContain("logarithmic.</desc>");
  });

  it("keeps markup in names and titles as text", async () => {
    const evil = '</text><script>alert("1")</script>\u0000&';
    const svg = await draw([{ ...energy, name: evil }, energy], { title: evil, xLabel: evil });
    expect(svg).not.toContain("<script");
    expect(svg).toContain("&lt;script&gt;");
    expect(svg).not.toContain("\u0000");
  });

  it("breaks a long title into lines", async () => {
    const svg = await draw([energy], { title: "a long title ".repeat(10).trim(), width: 360 });
    expect(texts(svg).filter((text) => text.includes("title")).length).toBeGreaterThan(2);
  });
});

describe("what cannot be drawn is a failure", () => {
  it.each<[string, readonly Series[], Partial<LinePlot>, string, string]>([
    [
      "no series",
      [],
      {},
      "picture-empty",
      '"Energy along the flow" has nothing to draw: none of its 0 points in 0 series is finite.',
    ],
    [
      "no points",
      [{ name: "E", x: [], y: [] }],
      {},
      "picture-empty",
      "none of its 0 points in 1 series is finite.",
    ],
    [
      "only NaN",
      [{ name: "E", x: [0, 1], y: [Number.NaN, Number.NaN] }],
      {},
      "picture-empty",
      "none of its 2 points in 1 series is finite.",
    ],
    [
      "negative on a logarithmic axis",
      [energy],
      { logY: true },
      "picture-empty",
      "none of its 201 points in 1 series is finite and positive on the logarithmic y axis.",
    ],
    [
      "uneven",
      [{ name: "E", x: [0, 1], y: [1] }],
      {},
      "picture-lengths",
      'Series "E" has 2 x values and 1 y values; expected equally many.',
    ],
    [
      "too small",
      [energy],
      { width: 10 },
      "picture-size",
      "A width or height of 10 pixels was asked for; expected 160 to 8000.",
    ],
    ["no size", [energy], { height: Number.NaN }, "picture-size", "A width or height of NaN pixels"],
  ])("%s", async (_, series, options, code, message) => {
    const svg = await linePlot({ ...labels, series, ...options });
    if (svg.ok) throw new Error("it was drawn");
    expect(svg.error.code).toBe(code);
    expect(svg.error.message).toContain(message);
    expect(svg.error.hint).toMatch(/^[A-Z].*\.$/);
  });
});
