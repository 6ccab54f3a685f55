/** A request and the backend asked for come in; what runs it, with the reason where that is another, goes out. */
import {
  type Backend,
  type BackendName,
  type Execution,
  type Instance,
  javascript,
  noThreads,
  type Refusal,
  wasmWith,
} from "../codegen/index.js";
import { type LowerFailure, lower, type ProgramRequest } from "../lower/index.js";
import { type Diagnostic, fail, ok, type Result } from "../model/index.js";

export type Precision = Execution["precision"];

/** What a backend is made with. */
export interface Manner {
  readonly fma?: boolean | undefined;
  readonly precision?: Precision;
  readonly threads?: number;
}

export const BACKENDS = {
  javascript: () => javascript,
  wasm: ({ fma = true, precision = "f64", threads = 1 }: Manner) => wasmWith({ fma, precision, threads }),
} as const satisfies Record<string, (m: Manner) => Backend>;

export type OwnBackend = keyof typeof BACKENDS;

export interface Compiled {
  readonly instance: Instance;
  readonly on: Backend;
  readonly backend: { readonly name: BackendName; readonly note?: string } & Execution;
}

/** The program on the backend asked for; `auto` goes on to JavaScript with the reason. */
export function compiledFor(
  request: ProgramRequest,
  asked: Backend | OwnBackend | "auto",
  manner: Manner,
): Result<Compiled> {
  const single = manner.precision === "f32";
  const wanted = asked === "auto" ? "wasm" : asked;
  if (single && wanted !== "wasm") return fail(DOUBLES_ONLY);
  const first = compiledOn(request, typeof wanted === "string" ? BACKENDS[wanted](manner) : wanted, manner);
  if (first.kind === "compiled") return ok(first);
  if (asked !== "auto" || single || first.kind === "failure") return fail(diagnosticOf(first));
  const second = compiledOn(request, javascript, manner);
  if (second.kind !== "compiled") return fail(diagnosticOf(second));
  const note = `runs as JavaScript: ${first.message}`;
  return ok({ ...second, backend: { ...second.backend, note } });
}

/** Why fewer threads run than were asked for. */
function fewerThreads(name: BackendName, asked: number, running: number): string | undefined {
  if (running >= asked) return undefined;
  const here = name === "wasm" ? noThreads() : `the backend ${name} shares no loops`;
  return `runs on one thread: ${here ?? "no loop of this field is large enough to be shared"}`;
}

const DOUBLES_ONLY: Diagnostic = {
  code: "not-single",
  message: "only WebAssembly computes with single numbers",
  hint: 'use the target "wasm", or the precision "f64"',
};

const diagnosticOf = ({ code, message, hint }: Refusal): Diagnostic => ({ code, message, hint });

type Attempt = ({ kind: "compiled" } & Compiled) | LowerFailure | ({ kind: "refused" } & Refusal);

function compiledOn(request: ProgramRequest, backend: Backend, manner: Manner): Attempt {
  const lowered = lower(request, backend.lowering);
  if (lowered.kind === "failure") return lowered;
  const refusal = backend.refusal(lowered.program);
  if (refusal !== undefined) return { kind: "refused", ...refusal };
  const instance = backend.compile(lowered.program);
  const { name } = backend;
  const note = fewerThreads(name, manner.threads ?? 1, instance.execution.threads);
  return {
    kind: "compiled",
    instance,
    on: backend,
    backend: { name, ...instance.execution, ...(note && { note }) },
  };
}
