/** In: bars, error bars and rules. Out: their marks at the right places, and room for them on the axes. */
import { describe, expect, it } from "vitest";
import { type LinePlot, linePlot } from "../../src/pictures/index.js";

const plot: LinePlot = {
  title: "Spectrum",
  xLabel: "eigenvalue",
  yLabel: "density",
  series: [{ name: "law", x: [0, 1, 2], y: [0, 0.5, 0] }],
};

async function draw(options: Partial<LinePlot>): Promise<string> {
  const svg = await linePlot({ ...plot, ...options });
  if (!svg.ok) throw new Error(svg.error.message);
  expect(svg.value).not.toMatch(/NaN|undefined|Infinity/);
  return svg.value;
}

/** The paths of the marks of one kind. */
const marks = (svg: string, kind: string): string[] =>
  [...svg.matchAll(new RegExp(`<g class="mark-${kind} role-mark[^>]*>(.*?)</g>`, "gs"))].flatMap((m) =>
    [...m[1]!.matchAll(/<(?:path|line|text)[^>]*>/g)].map(([tag]) => tag),
  );

describe("a plot", () => {
  it("has a bar for each height, as wide as its edges, and a legend for both", async () => {
    const svg = await draw({ bars: { name: "eigenvalues", edges: [0, 1, 2], heights: [0.25, 0.75] } });
    const sizes = marks(svg, "rect").map((tag) =>
      /d="M([\d.]+),([\d.]+)h([\d.]+)v([\d.]+)/.exec(tag)!.slice(1).map(Number),
    );
    expect(sizes).toHaveLength(2);
    const [[x1, , w1, h1], [x2, , w2, h2]] = sizes as [number[], number[]];
    expect(x2! - x1!).toBeCloseTo(w1!, 1);
    expect(w1).toBeCloseTo(w2!, 1);
    expect(h2! / h1!).toBeCloseTo(3, 1);
    expect(svg).toContain('aria-label="Legend: law, eigenvalues"');
    expect(svg).toContain("Line plot over 2 bars (eigenvalues) of 1 line: law.");
  });

  it("has error bars between their ends, and axes that hold them", async () => {
    const series = [{ ...plot.series[0]!, interval: { low: [-1, 0.4, Number.NaN], high: [1, 0.6, 0] } }];
    const svg = await draw({ series });
    // Two whole ones of the three, each a line and two caps.
    expect(marks(svg, "rule")).toHaveLength(6);
    expect(svg).toContain("Vertical axis: density, from −1 to 1.");
    const none = await draw({ series: plot.series });
    expect(marks(none, "rule")).toHaveLength(0);
  });

  it("has vertical rules with their labels, inside the axes even where no curve is", async () => {
    const svg = await draw({ rules: [{ x: 5, label: "one & only" }] });
    expect(marks(svg, "rule")).toHaveLength(1);
    expect(svg).toContain("one &amp; only");
    expect(svg).toContain("Horizontal axis: eigenvalue, from 0 to 5.");
    expect(svg).toContain("Vertical line: one &amp; only.");
  });

  it("draws no bars on a logarithmic axis, where they have no foot", async () => {
    const bars = { name: "counts", edges: [0, 1], heights: [3] };
    expect(
      marks(await draw({ logY: true, bars, series: [{ name: "law", x: [1, 2], y: [1, 2] }] }), "rect"),
    ).toHaveLength(0);
  });
});
