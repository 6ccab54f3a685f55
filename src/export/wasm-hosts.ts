/** Metadata of a field comes in; the loader for ECMAScript, a host in Python and a page for other hosts go out as text. */
import { argumentComment, banner, type Metadata } from "./metadata.js";
import { commentText } from "./text.js";
import type { ModuleInterface } from "./wasm.js";

/** The end of `field.js`; it knows the module by `description` alone. */
export const LOADER = `async function compiled(source) {
  const given = await source;
  if (given instanceof WebAssembly.Module) return given;
  return WebAssembly.compile(given instanceof Response ? await given.arrayBuffer() : given);
}

/**
 * Reads \`args\` in place: after a change of a parameter call \`prepare\`; inputs may change between calls. \`source\` is
 * field.wasm as bytes, a response or a compiled module; without it, a page fetches the file beside this one.
 */
export async function createField(args, source = fetch(new URL("./field.wasm", import.meta.url))) {
  const module = await compiled(source);
  const { exports } = await WebAssembly.instantiate(module, { [description.imports.module]: FUNCTIONS });
  const view = ({ at, size }) => new Float64Array(exports[description.memory.export].buffer, at, size);
  const given = description.arguments.map((a) => ({ ...a, mine: argument(args, a.name, a.size), inside: view(a) }));
  const inputs = given.filter((a) => a.role === "input");
  const copy = (list) => { for (const a of list) a.inside.set(a.mine); };
  const [state, size] = [view(description.state), description.state.size];
  const direction = description.direction.map((d) => ({ ...d, inside: view(d) }));
  const entry = (name) => {
    const found = description.entries.find((e) => e.name === name);
    if (found === undefined) return { length: 0, call: () => [] };
    const [out, run] = [view(found.out), exports[found.export]];
    const call = (x) => { copy(inputs); state.set(x); run(); return out; };
    return { length: out.length, call };
  };
  const filling = (name) => {
    const { length, call } = entry(name);
    return (x, out) => { fits(x, size); fits(out, length); out.set(call(x)); };
  };
  const [rhs, energy, activations, outputs, jvp] = [filling("rhs"), entry("energy"), filling("activations"), filling("outputs"), filling("jvp")];
  const prepare = () => { copy(given); exports[description.prepare.export](); };
  prepare();
  return {
    size,
    prepare,
    rhs: (_t, x, out) => rhs(x, out),
    energy: energy.length === 0 ? undefined : (_t, x) => { fits(x, size); return energy.call(x)[0]; },
    activations,
    outputs,
    jvp(x, d, out) {
      fits(d, size);
      for (const { inside, offset, size: n } of direction) inside.set(d.subarray(offset, offset + n));
      jvp(x, out);
    },
  };
}
`;

/** The module of Python called `math` has every function that a module imports, but polygamma. */
export const hostText = (
  m: Metadata,
): string => `# Runs 100 explicit Euler steps on the example data: pip install wasmtime, then python host.py
${banner(m)
  .map((l) => `# ${l}`.trimEnd())
  .join("\n")}
import ctypes
import json
import math
from pathlib import Path

from wasmtime import Engine, Func, FuncType, Instance, Module, Store, ValType

here = Path(__file__).parent
interface = json.loads((here / "interface.json").read_text())
data = json.loads((here / "example-data.json").read_text())


def polygamma(order, x):
    from scipy.special import polygamma as of

    return float(of(int(order), x))




def imported(name):
    """The function of math; NaN where that raises ValueError (also at poles)."""
    function = polygamma if name == "polygamma" else getattr(math, name)

    def called(*x):
        try:
            return float(function(*x))
        except OverflowError:
            return math.inf
        except ValueError:
            return math.nan

    return called


store = Store(Engine())
f64 = ValType.f64()
functions = [
    Func(store, FuncType([f64] * f["parameters"], [f64]), imported(f["name"]))
    for f in interface["imports"]["functions"]
]
exports = Instance(store, Module.from_file(store.engine, str(here / "field.wasm")), functions).exports(store)
base = ctypes.addressof(exports[interface["memory"]["export"]].data_ptr(store).contents)


def view(place):
    return (ctypes.c_double * place["size"]).from_address(base + place["at"])


given = {a["name"]: a["data"] for a in data["args"]}
for a in interface["arguments"]:
    view(a)[:] = given[a["name"]]
exports[interface["prepare"]["export"]](store)
state = view(interface["state"])
entries = {e["name"]: e for e in interface["entries"]}


def value(name, x):
    """The entry at the state x, as a list."""
    state[:] = x
    exports[entries[name]["export"]](store)
    return list(view(entries[name]["out"]))


y = data["initial"]


def report(t):
    energy = f", energy = {value('energy', y)[0]!r}" if "energy" in entries else ""
    print(f"t = {t}{energy}")


report(0)
for step in range(100):
    y = [a + 0.01 * b for a, b in zip(y, value("rhs", y))]
report(1)
`;

export const readmeText = (m: Metadata, i: ModuleInterface): string => `# A field in WebAssembly

${banner(m).join("\n")}

\`field.wasm\` imports nothing but functions of doubles (${imported(i)}) and exports its memory (${i.memory.pages} pages of
64 KiB, it does not grow), \`${i.prepare.export}\` and one function without parameters for each entry. It needs 128-bit vectors, which
every engine has had since 2021. \`interface.json\` says where everything is: ${i.memory.layout}.

${i.protocol.map((p, k) => `${k + 1}. ${p}`).join("\n")}

In Node, \`node example.js\`. A page imports \`createField\` of \`field.js\`; \`await createField(args)\` fetches \`field.wasm\` beside it.
In Python with wasmtime, \`python host.py\`; C and other hosts of WebAssembly do the same by \`interface.json\`.

Parameters and inputs:

${m.arguments.map((a) => `    ${argumentComment(a)}`).join("\n")}

Model: ${commentText(m.model)}
`;

const imported = (i: ModuleInterface): string =>
  i.imports.functions.length === 0 ? "here none" : i.imports.functions.map((f) => f.name).join(", ");
