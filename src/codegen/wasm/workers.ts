/**
 * A module with its shared memory comes in; threads that serve it go out: workers of Node, or of a page. This is the
 * only place where either is started.
 */
import type { Primitive } from "../../ir/index.js";
import { importsText } from "../javascript/standalone.js";
import { IMPORTS } from "./module.js";

/** What a worker is given. */
interface Work {
  readonly module: object;
  readonly memory: object;
}

interface Worker {
  /** Node: does not keep the process alive. */
  unref?(): void;
  postMessage(work: Work): void;
}

interface NodeThreads {
  readonly Worker: new (
    source: string,
    options: { readonly eval: true; readonly workerData: Work; readonly execArgv: readonly string[] },
  ) => Worker;
}

interface Host {
  readonly process?: { getBuiltinModule?(name: string): NodeThreads | undefined };
  readonly Worker?: new (url: string) => Worker;
  readonly Blob?: new (parts: readonly string[], options: { readonly type: string }) => object;
  readonly URL: { createObjectURL?(blob: object): string };
  readonly SharedArrayBuffer?: unknown;
  readonly crossOriginIsolated?: boolean;
}

const host = globalThis as unknown as Host;

const nodeThreads = (): NodeThreads | undefined => host.process?.getBuiltinModule?.("node:worker_threads");

const inPage = (): boolean =>
  host.Worker !== undefined && host.Blob !== undefined && host.URL.createObjectURL !== undefined;

/** Why there are no threads here, if there are none. */
export function noThreads(): string | undefined {
  if (host.SharedArrayBuffer === undefined || host.crossOriginIsolated === false)
    return "memory cannot be shared between threads here; a page must be cross-origin isolated for that";
  return nodeThreads() === undefined && !inPage() ? "this host starts no threads" : undefined;
}

/** Whether this thread may sleep: the main thread of a page may not. */
export function mayBlock(): boolean {
  try {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 1, 0);
    return true;
  } catch {
    return false;
  }
}

/** The program of a worker; it is made of the runtime's own text and holds nothing of a user. */
function source(imports: readonly Primitive[]): string {
  const { runtime, table } = importsText(imports);
  return `${runtime.join("\n")}
const imports = ${table};
const serve = ({ module, memory }) =>
  new WebAssembly.Instance(module, { ${IMPORTS}: { ...imports, memory } }).exports.serve();
const threads = globalThis.process?.getBuiltinModule?.("node:worker_threads");
if (threads === undefined) onmessage = (event) => serve(event.data);
else serve(threads.workerData);
`;
}

export function startWorkers(count: number, work: Work, imports: readonly Primitive[]): void {
  const text = source(imports);
  const threads = nodeThreads();
  const url =
    threads === undefined
      ? host.URL.createObjectURL!(new host.Blob!([text], { type: "text/javascript" }))
      : "";
  for (let k = 0; k < count; k++) {
    if (threads !== undefined)
      new threads.Worker(text, { eval: true, workerData: work, execArgv: [] }).unref?.();
    else new host.Worker!(url).postMessage(work);
  }
}
