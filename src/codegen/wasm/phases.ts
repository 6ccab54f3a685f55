/**
 * Loops over parts come in, functions by which several threads share them go out.
 *
 * All threads run instances of one module on one shared memory. A phase is one run of one such loop. Its parts are
 * taken from a ticket, by the thread that calls the field like by the others, so nothing waits for a thread that has
 * not started, is late or has gone: the caller then does all parts itself. Parts write only what is their own, so the
 * result is the same whoever takes them.
 *
 * The ticket holds the number of the phase in its upper 16 bits and the next part in the lower ones. Whoever takes a
 * part keeps the phase open until it is done, so a thread that comes late reads the function of the phase it has a
 * part of. A thread looks before it takes, so that at most one number a thread is taken beyond the last part.
 */
import type { Statement, StatementOf } from "../../ir/index.js";
import type { Assembler, Variable } from "./assembler.js";
import type { ModuleBuilder } from "./module.js";
import type { Writer } from "./writer.js";

/** Words of the control block, in bytes from its start, on cache lines of their own. */
export const CONTROL = { ticket: 0, job: 128, done: 256, stop: 384, size: 512 } as const;

const NEXT = 0xffff;
const PHASE = 0x10000;
/** Looks before a thread goes to sleep: some tens of microseconds, as long as it takes to wake one. */
const PATIENCE = 20_000;

const PROCEDURE = { takes: [], gives: [] } as const;
const OF_NUMBER = { takes: ["i32"], gives: [] } as const;

export interface PhaseOptions {
  /** Address of the control block. */
  readonly control: number;
  readonly parts: number;
  /** Threads beside the caller. */
  readonly helpers: number;
  /** The caller may sleep while it waits; a page's main thread may not. */
  readonly mayBlock: boolean;
}

export class Phases {
  private readonly bodies: number[] = [];
  private readonly claim;
  private readonly open;

  constructor(
    private readonly module: ModuleBuilder,
    private readonly parallel: ReadonlySet<Statement>,
    private readonly options: PhaseOptions,
  ) {
    this.claim = module.define(PROCEDURE);
    this.open = module.define(OF_NUMBER);
  }

  has(s: Statement): boolean {
    return this.parallel.has(s);
  }

  /** A phase in place of the loop; its body becomes a function of the part. */
  write(loop: StatementOf<"for">, w: Writer): void {
    const { number, code } = this.module.define(OF_NUMBER);
    const inside = w.sibling(code);
    inside.name(loop.variable, code.parameters[0]!);
    inside.block(loop.body);
    const job = this.bodies.push(number) - 1;
    w.code.i32(job).call(this.open.number, OF_NUMBER);
  }

  private word(name: Exclude<keyof typeof CONTROL, "size">): number {
    return this.options.control + CONTROL[name];
  }

  /** The functions that all phases share, once every loop is written. */
  finish(): void {
    this.writeClaim(this.claim.code);
    this.writeOpen(this.open.code);
    const { number, code } = this.module.define(PROCEDURE);
    this.writeServe(code);
    this.module.export("serve", number);
  }

  /** Leaves whether the ticket in the variable has a part left. */
  private hasPart(code: Assembler, ticket: Variable): void {
    code.get(ticket).i32(NEXT).op("i32.and").i32(this.options.parts).op("i32.lt_s");
  }

  /** Takes parts while there are any. */
  private writeClaim(code: Assembler): void {
    const [ticket, job] = [code.variable("i32"), code.variable("i32")];
    code.repeat(() => {
      code.i32(0).i32(1).atomic("i32.atomic.rmw.add", this.word("ticket")).set(ticket);
      this.hasPart(code, ticket);
      code.choose([], () => {
        code.i32(0).atomic("i32.atomic.load", this.word("job")).set(job);
        for (const [k, body] of this.bodies.entries()) {
          code.get(job).i32(k).op("i32.eq");
          code.choose([], () => code.get(ticket).i32(NEXT).op("i32.and").call(body, OF_NUMBER));
        }
        code.i32(0).i32(1).atomic("i32.atomic.rmw.add", this.word("done"));
        code.i32(this.options.parts - 1).op("i32.eq");
        code.choose([], () => this.notify(code, "done", 1));
      });
      this.hasPart(code, ticket);
    });
  }

  private notify(code: Assembler, name: "ticket" | "done", threads: number): void {
    code.i32(0).i32(threads).atomic("memory.atomic.notify", this.word(name)).op("drop");
  }

  /** Opens a phase, takes part in it, and returns when all of it is done. */
  private writeOpen(code: Assembler): void {
    const [done, looks] = [code.variable("i32"), code.variable("i32")];
    code.i32(0).get(code.parameters[0]!).atomic("i32.atomic.store", this.word("job"));
    code.i32(0).i32(0).atomic("i32.atomic.store", this.word("done"));
    code.i32(0);
    code.i32(0).atomic("i32.atomic.load", this.word("ticket")).i32(~NEXT).op("i32.and");
    code.i32(PHASE).op("i32.add").atomic("i32.atomic.store", this.word("ticket"));
    this.notify(code, "ticket", this.options.helpers);
    code.call(this.claim.number, PROCEDURE);
    code.repeat(() => {
      code.i32(0).atomic("i32.atomic.load", this.word("done")).set(done);
      if (this.options.mayBlock) this.sleepAfter(code, looks, () => this.sleep(code, "done", done));
      code.get(done).i32(this.options.parts).op("i32.lt_s");
    });
  }

  /** Counts; after many looks sleeps and counts anew. */
  private sleepAfter(code: Assembler, looks: Variable, sleep: () => void): void {
    code.get(looks).i32(1).op("i32.add").tee(looks).i32(PATIENCE).op("i32.gt_s");
    code.choose([], () => {
      sleep();
      code.i32(0).set(looks);
    });
  }

  /** Until woken, unless the word has changed already. */
  private sleep(code: Assembler, name: "ticket" | "done", seen: Variable): void {
    code.i32(0).get(seen).i64(-1).atomic("memory.atomic.wait32", this.word(name)).op("drop");
  }

  /** What a helping thread runs, until it is told to stop. */
  private writeServe(code: Assembler): void {
    const [ticket, looks] = [code.variable("i32"), code.variable("i32")];
    code.repeat(() => {
      code.i32(0).atomic("i32.atomic.load", this.word("ticket")).set(ticket);
      this.hasPart(code, ticket);
      code.choose(
        [],
        () => code.call(this.claim.number, PROCEDURE).i32(0).set(looks),
        () => this.sleepAfter(code, looks, () => this.sleep(code, "ticket", ticket)),
      );
      code.i32(0).atomic("i32.atomic.load", this.word("stop")).op("i32.eqz");
    });
  }
}

/** Before any thread looks: no part is left. */
export function initialise(words: Int32Array, parts: number): void {
  words.fill(0);
  words[CONTROL.ticket / 4] = parts;
}

/** Lets all helping threads return. */
export function stop(words: Int32Array): void {
  Atomics.store(words, CONTROL.stop / 4, 1);
  // The ticket changes, so that a thread which is about to sleep does not.
  Atomics.add(words, CONTROL.ticket / 4, PHASE);
  Atomics.notify(words, CONTROL.ticket / 4);
}
