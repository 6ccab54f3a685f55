/** A seed comes in, the text of a random well-formed expression over the test scope goes out. */
import fc from "fast-check";

interface Env {
  /** Indices over N and K that may be used here. */
  readonly over: readonly string[];
  /** Indices that no binder around has bound. */
  readonly fresh: readonly string[];
}

const LENGTH: ReadonlyMap<string, string> = new Map([
  ["i", "N"],
  ["j", "N"],
  ["m", "N"],
  ["k", "K"],
]);

type Text = fc.Arbitrary<string>;

const among = (env: Env, dim: string): readonly string[] => env.over.filter((i) => LENGTH.get(i) === dim);

function leaf(env: Env): Text {
  const [n, k] = [among(env, "N"), among(env, "K")];
  const choices: Text[] = [fc.constantFrom("x", "y", "a", "gamma", "2", "0.5", "pi", "N", "u[1]", "3")];
  if (n.length > 0)
    choices.push(
      fc.constantFrom(...n).map((i) => `v[${i}]`),
      fc.tuple(fc.constantFrom(...n), fc.constantFrom(...n)).map(([i, j]) => `M[${i},${j}]`),
      fc.tuple(fc.constantFrom(...n), fc.constantFrom(...n)).map(([i, j]) => `delta[${i},${j}]`),
      fc.constantFrom(...n).map((i) => `w[mod(${i} + 1, N)]`),
      fc.constantFrom(...n).map((i) => `v[${i} - 1]`),
    );
  if (k.length > 0) choices.push(fc.constantFrom(...k).map((i) => `q[${i}]*T[${i}]`));
  return fc.oneof(...choices);
}

const without = (env: Env, i: string): Env => ({
  over: [...new Set([...env.over, i])],
  fresh: env.fresh.filter((f) => f !== i),
});

function binder(env: Env, depth: number): Text {
  const op = fc.constantFrom("sum", "prod", "max", "min", "logsumexp");
  return fc.constantFrom(...env.fresh).chain((i) => {
    const inner = without(env, i);
    const others = among(env, LENGTH.get(i)!).filter((j) => j !== i);
    const test =
      others.length === 0
        ? fc.constant(i)
        : fc.constantFrom(i, `${i} != ${others[0]}`, `${i} > ${others[0]}`);
    const body = expressionText(inner, depth - 1);
    const plain = fc.tuple(op, test, body).map(([o, t, b]) => `${o}(${t}, ${b})`);
    const at = others[0];
    return at === undefined
      ? plain
      : fc.oneof(
          plain,
          fc.tuple(test, body).map(([t, b]) => `softmax(${t}, ${b})[${at}]`),
        );
  });
}

/** A random expression; free indices are those of `env.over`. */
export function expressionText(env: Env, depth: number): Text {
  if (depth === 0) return leaf(env);
  const e = expressionText(env, depth - 1);
  const pair = fc.tuple(e, e);
  const choices: Text[] = [
    leaf(env),
    fc.tuple(pair, fc.constantFrom(" + ", " - ", "*", "/")).map(([[a, b], op]) => `(${a})${op}(${b})`),
    fc.tuple(e, fc.constantFrom("2", "-1", "3", "1/2", "a")).map(([a, n]) => `(${a})^(${n})`),
    fc
      .tuple(e, fc.constantFrom("exp", "log", "tanh", "relu", "abs", "sin", "logcosh", "sigmoid", "step"))
      .map(([a, f]) => `${f}(${a})`),
    fc.tuple(pair, e, e).map(([[a, b], c, d]) => `where((${a}) < (${b}), ${c}, ${d})`),
    pair.map(([a, b]) => `max(0, ${a}, ${b})`),
  ];
  if (env.fresh.length > 0) choices.push(binder(env, depth), binder(env, depth));
  return fc.oneof(...choices);
}

export const randomText: Text = expressionText({ over: ["i"], fresh: ["j", "k", "m"] }, 4);
