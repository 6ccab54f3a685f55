/** The body of an innermost loop comes in, the same with equal loads done once goes out. */
import {
  affineEqual,
  type Buffer,
  type Local,
  letReal,
  mapReal,
  mapStatement,
  type Real,
  type RealOf,
  read,
  type Statement,
  visitBlock,
} from "../../ir/index.js";

interface Found {
  readonly load: RealOf<"load">;
  count: number;
  /** Somewhere outside of any test: reading it early is safe. */
  sure: boolean;
  local?: Local;
}

/** The distinct loads of a body. */
class Loads {
  readonly all: Found[] = [];

  of(e: RealOf<"load">): Found | undefined {
    return this.all.find((f) => f.load.buffer === e.buffer && affineEqual(f.load.at, e.at));
  }

  private note(e: RealOf<"load">, sure: boolean): void {
    let known = this.of(e);
    if (known === undefined) {
      known = { load: e, count: 0, sure: false };
      this.all.push(known);
    }
    known.count += 1;
    known.sure ||= sure;
  }

  private real(e: Real, sure: boolean): void {
    if (e.kind === "load") this.note(e, sure);
    mapReal(e, { real: this.visitor(sure && e.kind !== "select") });
  }

  private visitor(sure: boolean): (e: Real) => Real {
    return (e) => {
      this.real(e, sure);
      return e;
    };
  }

  readonly block = (body: readonly Statement[], sure: boolean): readonly Statement[] => {
    for (const s of body) {
      const inside =
        sure && (s.kind === "let" || s.kind === "assign" || s.kind === "store" || s.kind === "accumulate");
      mapStatement(s, { real: this.visitor(inside), block: (b) => this.block(b, false) });
    }
    return body;
  };
}

/** Buffers that the body writes, and integers that it defines. */
function changed(body: readonly Statement[]): { buffers: ReadonlySet<Buffer>; locals: ReadonlySet<Local> } {
  const buffers = new Set<Buffer>();
  const locals = new Set<Local>();
  visitBlock(body, {
    statement: (s) => {
      if (s.kind === "store" || s.kind === "accumulate") buffers.add(s.buffer);
      if (s.kind === "index") locals.add(s.local);
      if (s.kind === "for") locals.add(s.variable);
    },
  });
  return { buffers, locals };
}

/** Loads from buffers that the body does not write, found at least twice, get a local at the top. */
export function shareLoads(body: readonly Statement[]): readonly Statement[] {
  const loads = new Loads();
  loads.block(body, true);
  const { buffers, locals } = changed(body);
  const shared = loads.all.filter(
    (f) =>
      f.sure &&
      f.count > 1 &&
      !buffers.has(f.load.buffer) &&
      !f.load.at.terms.some((t) => locals.has(t.local)),
  );
  for (const f of shared) f.local = { type: "real", name: f.load.buffer.name.toLowerCase() };
  const real = (e: Real): Real => {
    const local = e.kind === "load" ? loads.of(e)?.local : undefined;
    return local === undefined ? mapReal(e, { real }) : read(local);
  };
  const block = (b: readonly Statement[]): readonly Statement[] =>
    b.map((s) => mapStatement(s, { real, block }));
  return [...shared.map((f) => letReal(f.local!, f.load)), ...block(body)];
}
