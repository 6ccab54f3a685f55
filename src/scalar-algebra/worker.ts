/**
 * Questions for the engines come in; their answers go out, those that were given in time. The worker holds the state of
 * the engines, which is global to them, and dies with it; the caller waits, because derivation is synchronous.
 */
import type { MessagePort } from "node:worker_threads";
import type { Engine } from "./engines.js";

export interface Question {
  readonly engine: Engine;
  readonly text: string;
}

/** Runs in the worker. An engine that fails answers nothing; every answer is sent as soon as it is known. */
const SOURCE = `
const { workerData: { port, signal, questions } } = require("node:worker_threads");
for (const { modules, ask, text } of questions) {
  let answer;
  try {
    const [loaded] = modules.map((path) => require(path));
    const engine = loaded.default ?? loaded;
    answer = String(ask === "run" ? engine.run(text) : engine(text).toString());
  } catch {
    answer = undefined;
  }
  port.postMessage(answer);
}
Atomics.store(signal, 0, 1);
Atomics.notify(signal, 0);
`;

interface Threads {
  readonly Worker: typeof import("node:worker_threads").Worker;
  readonly MessageChannel: typeof import("node:worker_threads").MessageChannel;
  readonly receiveMessageOnPort: typeof import("node:worker_threads").receiveMessageOnPort;
}

/** The engines' answers in the order of the questions; fewer where time ran out, none where there are no threads. */
export function answersTo(questions: readonly Question[], milliseconds: number): (string | undefined)[] {
  const node = nodeModules();
  if (node === undefined) return [];
  const { threads, pathOf } = node;
  const signal = new Int32Array(new SharedArrayBuffer(4));
  const { port1, port2 } = new threads.MessageChannel();
  const worker = new threads.Worker(SOURCE, {
    eval: true,
    workerData: {
      port: port2,
      signal,
      questions: questions.map(({ engine, text }) => ({
        modules: engine.modules.map(pathOf),
        ask: engine.ask,
        text,
      })),
    },
    transferList: [port2],
    stdout: true,
    stderr: true,
  });
  worker.on("error", () => {});
  worker.unref();
  Atomics.wait(signal, 0, 0, milliseconds);
  const answers = received(threads, port1);
  port1.close();
  void worker.terminate();
  return answers;
}

function received({ receiveMessageOnPort }: Threads, port: MessagePort): (string | undefined)[] {
  const answers: (string | undefined)[] = [];
  for (let m = receiveMessageOnPort(port); m !== undefined; m = receiveMessageOnPort(port))
    answers.push(typeof m.message === "string" ? m.message : undefined);
  return answers;
}

interface NodeModules {
  readonly threads: Threads;
  readonly pathOf: (module: string) => string;
}

/** Where the module lies; its name, which the worker fails to load, where it is not installed. */
function pathOrName(resolve: (module: string) => string, module: string): string {
  try {
    return resolve(module);
  } catch {
    return module;
  }
}

/** Undefined in a browser. */
function nodeModules(): NodeModules | undefined {
  const builtin = globalThis.process?.getBuiltinModule;
  if (builtin === undefined) return undefined;
  const { createRequire } = builtin("node:module");
  const { resolve } = createRequire(import.meta.url);
  return { threads: builtin("node:worker_threads"), pathOf: (module) => pathOrName(resolve, module) };
}
