/** The spectra of a coupling with and without its diagonal come in; two histograms with the limiting density go out. */
import {
  type CouplingSpectrum,
  density,
  type MarchenkoPastur,
  type SpectrumSide,
} from "../analysis/index.js";
import { type Bars, figure, linePlot, type Rule, type Series } from "../pictures/index.js";
import { drawn } from "./picture-file.js";
import { percent, show as plain } from "./text-table.js";

const show = (x: number, digits?: number): string => plain(x, digits).replaceAll("-", "−");

/** Points of the curve of the density. */
const POINTS = 400;

/** SVG text. Throws LegendreError. */
export async function spectrumPicture(name: string, spectrum: CouplingSpectrum): Promise<string> {
  const panels = [
    await panel(`${name}: eigenvalues of J`, spectrum.with),
    await panel(`${name}: eigenvalues of J without its diagonal`, spectrum.without),
  ];
  return drawn(figure(panels));
}

async function panel(title: string, side: SpectrumSide): Promise<string> {
  const law = side.law?.law;
  const outliers = side.law?.outliers ?? [];
  const atom = law?.atom.at ?? 0;
  const isAtom = (x: number): boolean => Math.abs(x - atom) <= 1e-9 * (law?.scale ?? 1);
  const rest = [...side.eigenvalues].filter((x) => !isAtom(x) && !outliers.includes(x));
  const bars = rest.length > 0 ? histogram(rest, side.eigenvalues.length, law) : undefined;
  return drawn(
    await linePlot({
      title: [title, ...remarks(side, side.eigenvalues.filter(isAtom).length)].join("; "),
      xLabel: "eigenvalue",
      yLabel: "density",
      series: law === undefined ? [baseline(rest)] : [densityCurve(law)],
      ...(bars && { bars }),
      rules: rulesOf(law, side.eigenvalues.filter(isAtom).length),
      width: 760,
      height: 360,
    }),
  );
}

function remarks(side: SpectrumSide, atom: number): string[] {
  const n = side.eigenvalues.length;
  const law = side.law;
  const far = law?.outliers ?? [];
  return [
    ...(atom > 0
      ? [
          `${percent(atom / n)} at ${show(law?.law.atom.at ?? 0)}${law ? ` (law: ${percent(law.law.atom.mass)})` : ""}`,
        ]
      : []),
    ...(far.length > 0
      ? [
          `${far.length} outside: ${far
            .slice(-3)
            .map((x) => show(x, 4))
            .join(", ")}`,
        ]
      : []),
  ];
}

function rulesOf(law: MarchenkoPastur | undefined, atom: number): Rule[] {
  return [{ x: 1, label: "1" }, ...(atom > 0 ? [{ x: law?.atom.at ?? 0, label: "atom" }] : [])];
}

/** The density that a spectrum of n eigenvalues shows; its bars have the mass of what is not in the atom. */
function histogram(values: readonly number[], n: number, law: MarchenkoPastur | undefined): Bars {
  const sorted = [...values].sort((a, b) => a - b);
  const low = Math.min(sorted[0]!, law?.edges[0] ?? Number.POSITIVE_INFINITY);
  const high = Math.max(sorted.at(-1)!, law?.edges[1] ?? Number.NEGATIVE_INFINITY);
  const count = Math.max(8, Math.min(80, Math.round(2 * Math.sqrt(values.length))));
  const width = (high - low || 1) / count;
  const heights = new Array<number>(count).fill(0);
  for (const x of sorted) heights[Math.min(count - 1, Math.floor((x - low) / width))]! += 1 / (n * width);
  const name = "eigenvalues";
  return { name, edges: Array.from({ length: count + 1 }, (_, k) => low + k * width), heights };
}

/** Denser towards the edges, where the density has the shape of a root (or, at α = 1, a pole). */
function densityCurve(law: MarchenkoPastur): Series {
  const [low, high] = law.edges;
  const x = Array.from({ length: POINTS + 1 }, (_, k) => {
    const part = (1 - Math.cos((Math.PI * k) / POINTS)) / 2;
    return low + (high - low) * part;
  });
  const y = x.map((value) => density(law, value));
  // Where the density has a pole the curve begins a little beside it.
  return {
    name: "Marchenko–Pastur",
    x: x.slice(law.alpha === 1 ? 12 : 0),
    y: y.slice(law.alpha === 1 ? 12 : 0),
  };
}

const baseline = (values: readonly number[]): Series => ({
  name: "zero",
  x: [Math.min(...values), Math.max(...values)],
  y: [0, 0],
});
