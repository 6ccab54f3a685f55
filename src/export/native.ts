/** A source comes in; a shared library for this machine, its header and source, and examples in C and Python go out by file name. */
import { ok, type Result } from "../model/index.js";
import { cFiles } from "./c.js";
import { argumentComment, banner, type Metadata } from "./metadata.js";
import type { ExportSource } from "./source.js";
import type { Files } from "./targets.js";
import { commentText } from "./text.js";

/** Asks for the compiler of this machine, so it is loaded when it is wanted. */
export async function exportNative(source: ExportSource, metadata: Metadata): Promise<Result<Files>> {
  const files = cFiles(source, metadata, "vector");
  if (!files.ok) return files;
  const { header, code, example, workspace } = files.value;
  const { compileLibrary, libraryExtension } = await import("../native/index.js");
  const whole = `#pragma GCC visibility push(default)\n${header}#pragma GCC visibility pop\n${code.replace('#include "field.h"\n', "")}`;
  const library = compileLibrary(whole);
  if (!library.ok) return library;
  const name = `field.${libraryExtension}`;
  return ok({
    [name]: library.value,
    "field.h": header,
    "field.c": code,
    "example.c": example,
    "example.py": pythonText(metadata, name, workspace),
    "README.md": readmeText(metadata, name),
  });
}

const pythonText = (
  m: Metadata,
  library: string,
  workspace: number,
): string => `# Runs 100 explicit Euler steps on the example data with the standard library alone: python example.py
${banner(m)
  .map((l) => `# ${l}`.trimEnd())
  .join("\n")}
import ctypes
import json
from pathlib import Path

here = Path(__file__).parent
metadata = json.loads((here / "metadata.json").read_text())
data = json.loads((here / "example-data.json").read_text())
library = ctypes.CDLL(str(here / "${library}"))


def array(values):
    return (ctypes.c_double * max(1, len(values)))(*values)


class Arguments(ctypes.Structure):
    _fields_ = [(a["identifier"], ctypes.POINTER(ctypes.c_double)) for a in metadata["arguments"]] or [("none", ctypes.c_int)]


values = [array(a["data"]) for a in data["args"]]
arguments = Arguments(*(ctypes.cast(v, ctypes.POINTER(ctypes.c_double)) for v in values))
workspace = (ctypes.c_double * ${workspace})()
state, rate = array(data["initial"]), array(data["initial"])
own = (ctypes.byref(workspace), ctypes.byref(arguments))
library.field_rhs.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_double, ctypes.c_void_p, ctypes.c_void_p]
library.field_rhs.restype = None
has_energy = any(e["name"] == "energy" for e in metadata["entries"])
if has_energy:
    library.field_energy.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_double, ctypes.c_void_p]
    library.field_energy.restype = ctypes.c_double


def report(t):
    energy = f", energy = {library.field_energy(*own, t, state)!r}" if has_energy else ""
    print(f"{metadata['model']}: t = {t}{energy}")


library.field_prepare(*own)
report(0)
for step in range(100):
    library.field_rhs(*own, 0.01 * step, state, rate)
    for k in range(metadata["size"]):
        state[k] += 0.01 * rate[k]
report(1)
`;

const readmeText = (m: Metadata, library: string): string => `# A field as a shared library

${banner(m).join("\n")}

\`${library}\` was made for the instructions of the machine that made it; \`field.c\` is its source, compiled with

    cc -std=gnu11 -O3 -march=native -fno-math-errno -fno-trapping-math -ffp-contract=fast -fopenmp-simd

\`field.h\` declares its functions: fill a \`field_arguments\` with pointers, call \`field_prepare\` once, then \`field_rhs\` and the others.
Nothing allocates; each thread needs a \`field_workspace\` of its own.

    cc example.c ./${library} -lm -o example && ./example
    python example.py

Which name of the model each member of \`field_arguments\` stands for:

${m.arguments.map((a) => `    ${a.identifier}  ${argumentComment(a)}`).join("\n")}

Model: ${commentText(m.model)}
`;
