/** A source comes in; a Brian2 network, the NumPy module that it asks, and an example go out as text by file name. */
import { fail, type Result } from "../../model/index.js";
import { banner, type Metadata } from "../metadata.js";
import { arrayFunction, flattened, moduleText, said } from "../python/index.js";
import type { ExportSource } from "../source.js";
import type { Files } from "../targets.js";
import { commentText, stringLiteral } from "../text.js";
import { type Computed, type Connection, type Group, type Plan, planOf } from "./plan.js";

export function exportBrian2(source: ExportSource, metadata: Metadata): Result<Files> {
  const empty = source.states.find((s) => s.size === 0);
  if (empty !== undefined)
    return fail({
      code: "not-expressible",
      message: `${empty.name} has no components, and a group of Brian2 has at least one unit`,
      hint: "give its dimensions a value of 1 or more with --set",
    });
  const plan = planOf(source);
  const bytes = bytesOf(plan);
  if (bytes > MOST_BYTES)
    return fail({
      code: "memory-limit",
      message: `the synapses of the network need ${bytes} bytes of memory; the limit is ${MOST_BYTES}`,
      hint: "use another target, which keeps no list of pairs, or smaller dimensions",
    });
  return said(source, () => filesOf(source, metadata, plan));
}

const MOST_BYTES = 2 ** 33;

/** Brian2 keeps the source, the target and their numbers in lists (16 bytes), and each weight, for every pair. */
const bytesOf = ({ connections, constants }: Plan): number =>
  connections.reduce((sum, c) => {
    const weights = constants.filter((x) => x.of === c.name).length;
    return sum + (16 + 8 * weights) * c.shape.reduce((n, k) => n * k, 1);
  }, 0);

function filesOf(source: ExportSource, metadata: Metadata, plan: Plan): Files {
  return {
    "field.py": moduleText("numpy", source, metadata, [
      listed(source, plan.constants, "constants", "args", "Constants of groups and synapses, computed once."),
      listed(
        source,
        plan.operations,
        "operations",
        "y, args",
        "Variables of groups, to be set before a step.",
      ),
    ]),
    "network.py": networkText(metadata, plan),
    "example.py": EXAMPLE,
  };
}

const listed = (
  source: ExportSource,
  computed: readonly Computed[],
  name: "constants" | "operations",
  parameters: string,
  doc: string,
): string =>
  arrayFunction(source, "numpy", {
    name,
    parameters,
    doc,
    outputs: computed.map((c) => c.output),
    reads: { state: name === "operations" },
    result: (texts) => `[${texts.map((t) => flattened([t])).join(", ")}]`,
  });

const indented = (lines: readonly string[], by: number): string =>
  lines.map((l) => `${" ".repeat(by)}${l}`).join("\n");

const groupText = (g: Group): string => `        self.${g.name} = NeuronGroup(
            ${g.size},
            """
${indented(g.equations, 12)}
            """,
            method=method,
            dt=step,
            namespace={"time_unit": time_unit},
        )${g.state === undefined ? "" : `  # ${commentText(g.state.name)}`}`;

const connectionText = (c: Connection): string => `        self.${c.name} = Synapses(
            self.${c.from.name},
            self.${c.to.name},
            """
${indented(c.equations, 12)}
            """,
            dt=step,
        )
        self.${c.name}.connect(**_pairs((${c.shape.map((n) => `${n},`).join(" ")}), (${c.pre.map((n) => `${n},`).join(" ")}), (${c.post.map((n) => `${n},`).join(" ")})))`;

const assigned = (computed: readonly Computed[], values: string): string[] =>
  computed.map((c, k) => `        self.${c.of}.${c.variable} = ${values}[${k}]`);

function networkText(m: Metadata, { groups, connections, constants, operations }: Plan): string {
  const states = groups.filter((g) => g.state !== undefined);
  const named = states.map((g) => `${stringLiteral(g.state!.name)}: self.${g.name}`);
  const objects = [...groups, ...connections].map((x) => `self.${x.name}`);
  return `${banner(m)
    .map((l) => `# ${l}`.trimEnd())
    .join("\n")}
#
# One group a state, with the state in its variable x, dimensionless; time in multiples of time_unit. Synapses sum over
# other units; what equations cannot say is set by a network operation before each step. As everywhere in Brian2, sums over
# synapses hold during a step: with method="euler" the run is Euler's method for the whole system.
import numpy as np
from brian2 import Network, NetworkOperation, NeuronGroup, Synapses, ms

import field


def _pairs(shape, pre, post):
    """For every combination of indices of these lengths: the source and the target, numbered by some of the indices."""
    at = np.indices(shape).reshape(len(shape), -1)

    def flat(axes):
        lengths = [shape[k] for k in axes]
        return np.ravel_multi_index([at[k] for k in axes], lengths) if axes else np.zeros(at.shape[1], dtype=int)

    return {"i": flat(pre), "j": flat(post)}


class FieldNetwork:
    """
    The model as a network. args: parameters and inputs by name, as field.vector_field takes them; inputs are read again before
    each step. states: initial states by name. dt: the step, in the unit of the model's time constants.
    """

    def __init__(self, args, states, dt=0.01, time_unit=1 * ms, method="euler"):
        self.args = args
        self.time_unit = time_unit
        step = dt * time_unit
${[...groups.map(groupText), ...connections.map(connectionText)].join("\n")}
        self.groups = {${named.join(", ")}}
${constants.length === 0 ? "" : `        constants = field.constants(args)\n${assigned(constants, "constants").join("\n")}\n`}        self.set_states(states)
        objects = [${objects.join(", ")}]
${operations.length === 0 ? "" : `        objects.append(NetworkOperation(self._operate, dt=step, when="before_start", order=-1))\n`}        self.network = Network(*objects)
${
  operations.length === 0
    ? ""
    : `
    def _operate(self):
        values = field.operations(self.state(), self.args)
${assigned(operations, "values").join("\n")}
`
}
    def run(self, duration, **options):
        """Runs for a duration in the unit of the model's time constants; options are those of Network.run."""
        self.network.run(duration * self.time_unit, **options)

    def set_states(self, states):
        for name, group in self.groups.items():
            group.x = np.ravel(states[name])

    def state(self):
        """The flat state, as the functions of field take it."""
        return np.concatenate([np.asarray(group.x[:]) for group in self.groups.values()])
${
  m.entries.some((e) => e.name === "energy")
    ? `
    def energy(self):
        return float(field.energy(0.0, self.state(), self.args))
`
    : ""
}`;
}

const EXAMPLE = `# Runs 100 explicit Euler steps on the example data: python example.py
import json
from pathlib import Path

import numpy as np
from brian2 import prefs

import field
from network import FieldNetwork

prefs.codegen.target = "numpy"  # needs no compiler; remove this line for long runs
data = json.loads((Path(__file__).parent / "example-data.json").read_text())
args = {a["name"]: np.array(a["data"], dtype=float).reshape(a["shape"]) for a in data["args"]}
network = FieldNetwork(args, field.split(np.array(data["initial"], dtype=float)), dt=0.01)


def report(t):
    energy = f", energy = {network.energy()!r}" if hasattr(network, "energy") else ""
    print(f"{field.METADATA['model']}: t = {t}{energy}")


report(0)
network.run(1)
report(1)
`;
