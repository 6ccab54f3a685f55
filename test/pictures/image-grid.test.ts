/** In: small images. Out: what the grid holds, the pixels it embeds, and failures as values. */
import { decode } from "fast-png";
import { describe, expect, it } from "vitest";
import { type ImageGrid, imageGrid } from "../../src/pictures/index.js";

const image = (pixels: readonly number[], width = pixels.length, label?: string) => ({
  pixels: Float64Array.from(pixels),
  width,
  height: pixels.length / width,
  ...(label === undefined ? {} : { label }),
});

async function draw(grid: ImageGrid): Promise<string> {
  const svg = await imageGrid(grid);
  if (!svg.ok) throw new Error(svg.error.message);
  expect(svg.value).not.toMatch(/NaN|undefined|Infinity/);
  return svg.value;
}

function embedded(svg: string): number[][] {
  return [...svg.matchAll(/base64,([^"]*)"/g)].map((match) => [
    ...decode(Buffer.from(match[1]!, "base64")).data,
  ]);
}

describe("an image grid", () => {
  it("holds its images, labels, title and scale", async () => {
    const rows = ["original", "corrupted", "retrieved"].map((label) => ({
      label,
      images: [
        image(Array(784).fill(0.5).with(0, -1).with(1, 1), 28, "E = −3"),
        image(Array(784).fill(0), 28),
      ],
    }));
    const svg = await draw({ title: "Digits <7>", rows });
    expect(svg.match(/<image /g)).toHaveLength(6);
    const texts = [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map((match) => match[1]);
    expect(texts).toEqual([
      "Digits &lt;7&gt;",
      "original",
      "corrupted",
      "retrieved",
      "E = −3",
      "E = −3",
      "E = −3",
      "−1",
      "1",
    ]);
    expect(svg).toContain(
      '<desc id="desc">Grid of 6 images in rows: original (2), corrupted (2), retrieved (2). ' +
        "Shades from black to white mean −1 to 1.</desc>",
    );
  });

  it("embeds one shade a pixel, gray from black to white over the range of all images", async () => {
    const svg = await draw({
      title: "g",
      rows: [{ images: [image([-1, 0, 1]), image([3, Number.NaN, 1])] }],
    });
    expect(embedded(svg)).toEqual([
      [0, 0, 0, 64, 64, 64, 128, 128, 128],
      [255, 255, 255, 204, 121, 167, 128, 128, 128],
    ]);
    expect(svg).toContain(" 1 pixels are not numbers.");
  });

  it("clips to a given range, and centres a diverging map on 0", async () => {
    const clipped = await draw({ title: "g", range: [0, 1], rows: [{ images: [image([-5, 5, 0.2])] }] });
    expect(embedded(clipped)).toEqual([[0, 0, 0, 255, 255, 255, 51, 51, 51]]);
    const diverging = await draw({ title: "g", colors: "diverging", rows: [{ images: [image([0, 2])] }] });
    expect(embedded(diverging)).toEqual([[247, 247, 247, 165, 60, 0]]);
    expect(embedded(await draw({ title: "g", rows: [{ images: [image([4, 4])] }] }))).toEqual([
      [128, 128, 128, 128, 128, 128],
    ]);
  });

  it.each<[string, ImageGrid, string, string]>([
    [
      "no image",
      { title: "g", rows: [{ images: [] }] },
      "picture-empty",
      '"g" has 1 rows and no image; expected at least one.',
    ],
    [
      "wrong number of pixels",
      { title: "g", rows: [{ images: [image([1, 2], 2), { ...image([1, 2], 2), height: 3, label: "x" }] }] },
      "picture-lengths",
      'Image 1 ("x") has 2 pixels; expected 2 × 3 = 6.',
    ],
    [
      "no finite pixel",
      { title: "g", rows: [{ images: [image([Number.NaN])] }] },
      "picture-empty",
      '"g" has no finite pixel; expected finite numbers',
    ],
    [
      "range upside down",
      { title: "g", range: [1, 0], rows: [{ images: [image([1])] }] },
      "picture-empty",
      '"g" has the range 1 to 0;',
    ],
  ])("%s is a failure", async (_, grid, code, message) => {
    const svg = await imageGrid(grid);
    if (svg.ok) throw new Error("it was drawn");
    expect(svg.error.code).toBe(code);
    expect(svg.error.message).toContain(message);
  });
});
