/**
 * Sums over rows with weights of a softmax come in; the same, passing over rows whose weights are negligible, go out.
 *
 * Once a memory is retrieved, the others have weights like 1e-100 and are read for nothing. A block of rows whose
 * weights are all below 2^-100 is left out. What it would add is less than 2^-100 of the sum of all magnitudes in those
 * rows: far below the rounding of the sum, unless the rows that count are smaller by as much.
 */
import {
  call,
  constant,
  type Local,
  lessThan,
  mapStatement,
  not,
  type Real,
  read,
  type Statement,
  visitReal,
  when,
} from "../../ir/index.js";

export const NEGLIGIBLE = 2 ** -100;

/** Factors of a product. */
const factors = (e: Real): Real[] =>
  e.kind === "binary" && e.op === "*" ? [...factors(e.left), ...factors(e.right)] : [e];

/** Terms of a sum. */
const terms = (e: Real): Real[] =>
  e.kind === "binary" && e.op === "+" ? [...terms(e.left), ...terms(e.right)] : [e];

/** The weights of a sum of products, one in each; undefined where a term has none. */
function weightsOf(value: Real, weights: ReadonlySet<Local>): Local[] | undefined {
  const found = terms(value).map((t) =>
    factors(t).flatMap((f) => (f.kind === "local" && weights.has(f.local) ? [f.local] : [])),
  );
  return found.every((list) => list.length === 1) ? found.flat() : undefined;
}

/** The weights of a loop that does nothing but add such a sum. */
function weightsOfLoop(s: Statement, weights: ReadonlySet<Local>): Local[] | undefined {
  if (s.kind !== "for" || s.body.length === 0) return undefined;
  const last = s.body.at(-1)!;
  const isPlain = s.body.slice(0, -1).every((x) => x.kind === "let" && !mentions(x.value, weights));
  return isPlain && last.kind === "accumulate" ? weightsOf(last.value, weights) : undefined;
}

function mentions(e: Real, locals: ReadonlySet<Local>): boolean {
  let found = false;
  visitReal(e, {
    real: (x) => {
      if (x.kind === "local" && locals.has(x.local)) found = true;
    },
  });
  return found;
}

/** Weights are not negative; one that is NaN makes the largest NaN, which is not less than anything. */
function unlessNegligible(weights: readonly Local[], loop: Statement): Statement {
  const largest = weights.map(read).reduce((a, b) => call("max", a, b));
  return when(not(lessThan(largest, constant(NEGLIGIBLE))), [loop]);
}

/** Statements that are run for one block of rows after the other. */
function inRounds(block: readonly Statement[]): readonly Statement[] {
  const weights = new Set(
    block.flatMap((s) =>
      s.kind === "let" && s.value.kind === "load" && s.value.buffer.shares === true ? [s.local] : [],
    ),
  );
  return block.map((s) => {
    const own = weightsOfLoop(s, weights);
    return own === undefined ? skipNegligible([s])[0]! : unlessNegligible(own, s);
  });
}

export function skipNegligible(block: readonly Statement[]): readonly Statement[] {
  return block.map((s) => {
    if (s.kind === "for") return { ...s, body: inRounds(s.body) };
    return mapStatement(s, { real: (e) => e, block: skipNegligible });
  });
}
