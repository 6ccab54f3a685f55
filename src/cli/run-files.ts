/** A run comes in; its data file and its pictures are written. */
import { type NumericArray, writeArrays } from "../arrays/index.js";
import { refuse } from "../front/errors.js";
import type { Run } from "../ode/index.js";
import { figure, imageGrid, linePlot } from "../pictures/index.js";
import type { CompiledField, StateLayout } from "../simulation/index.js";
import { drawn, writePicture } from "./picture-file.js";

/** t, one array a layer (fast ones too) with time first, every observed quantity, and the energy. Throws LegendreError. */
export async function saveRun(file: string, field: CompiledField, run: Run): Promise<void> {
  const { t, states, energy } = run.record;
  const arrays = new Map<string, NumericArray>([["t", { shape: [t.length], data: Float64Array.from(t) }]]);
  for (const l of field.layout)
    arrays.set(
      l.name,
      overTime(
        states.map((s) => s.subarray(l.offset, l.offset + l.size)),
        l.shape,
      ),
    );
  for (const read of [field.outputs, field.observed]) {
    const values = states.map((s) => read(s));
    for (const [name, { shape }] of values[0] ?? [])
      arrays.set(
        name,
        overTime(
          values.map((v) => v.get(name)!.data),
          shape,
        ),
      );
  }
  if (energy.length > 0) arrays.set("energy", { shape: [energy.length], data: Float64Array.from(energy) });
  drawn(writeArrays(file, arrays));
}

function overTime(rows: readonly Float64Array[], shape: readonly number[]): NumericArray {
  const size = shape.reduce((a, b) => a * b, 1);
  const data = new Float64Array(rows.length * size);
  for (const [k, row] of rows.entries()) data.set(row, k * size);
  return { shape: [rows.length, ...shape], data };
}

/** Most components drawn as single curves; of larger layers evenly spaced ones are shown. */
const MAX_CURVES = 60;

/** Energy and trajectories, and a layer as an image where asked for; SVG or PNG by the file's ending. */
export async function plotRun(
  file: string,
  field: CompiledField,
  run: Run,
  image: string | undefined,
): Promise<void> {
  const panels = [];
  const { t, energy } = run.record;
  if (energy.length > 0)
    panels.push(
      drawn(
        await linePlot({
          title: `${field.model.name}: energy`,
          xLabel: "t",
          yLabel: "E",
          series: [{ name: "E", x: t, y: energy }],
        }),
      ),
    );
  for (const l of field.layout) panels.push(drawn(await trajectories(field, run, l)));
  if (image !== undefined) panels.push(drawn(await images(field, run, image)));
  await writePicture(file, drawn(figure(panels)));
}

function trajectories(field: CompiledField, run: Run, l: StateLayout): ReturnType<typeof linePlot> {
  const stride = Math.max(1, Math.ceil(l.size / MAX_CURVES));
  const shown = Array.from({ length: Math.ceil(l.size / stride) }, (_, k) => l.offset + k * stride);
  const series = shown.map((c) => ({
    name: field.describe(c),
    x: run.record.t,
    y: run.record.states.map((s) => s[c]!),
  }));
  const title = stride === 1 ? l.name : `${l.name}: every ${stride}th of ${l.size} components`;
  return linePlot({ title, xLabel: "t", yLabel: l.name, series });
}

function images(field: CompiledField, run: Run, spec: string): ReturnType<typeof imageGrid> {
  const m = /^(\w+):(\d+)x(\d+)$/.exec(spec);
  const l = field.layout.find((x) => x.name === m?.[1]);
  const [height, width] = [Number(m?.[2]), Number(m?.[3])];
  if (l === undefined || height * width !== l.size)
    return refuse(
      "usage",
      `--image ${spec} names no state with that many components`,
      `write LAYER:HEIGHTxWIDTH; states: ${field.layout.map((x) => `${x.name} (${x.size})`).join(", ")}`,
    );
  const frame = (state: Float64Array, label: string) => ({
    pixels: state.slice(l.offset, l.offset + l.size),
    width,
    height,
    label,
  });
  return imageGrid({
    title: `${l.name} as ${height}×${width} images`,
    rows: [{ images: [frame(field.initial, "start"), frame(run.state, `t = ${run.t}`)] }],
  });
}
