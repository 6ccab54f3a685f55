/** A function of one variable comes in; text that the engines read goes out, and expressions for what they answer. */
import {
  dependsOn,
  type Expr,
  mapChildren,
  type Node,
  num,
  power,
  replaceTensor,
  showR,
  substituteTensor,
  type TensorSymbol,
  tensor,
  unary,
} from "../index-notation/index.js";
import { adHocScope, parseExpression } from "../parser/index.js";
import { ALIASES, NAMES } from "./engines.js";

/** Longer questions hang the engines, and longer answers are of no use. */
const MAX_LENGTH = 400;

class NotSpelt extends Error {}

export interface Spelling {
  readonly text: string;
  readonly variable: string;
  /** An answer as an expression of the same variable; undefined where it cannot be read. */
  readonly read: (answer: string) => Expr | undefined;
}

/** Names are ours, and what does not depend on the variable is one name: no text of a user reaches an engine. */
class Speller {
  readonly constants: Expr[] = [];

  constructor(readonly variable: TensorSymbol) {}

  spell(e: Expr): string {
    if (e.kind === "number") return `(${showR(e.value)})`;
    if (!dependsOn(e, this.variable)) return this.constant(e);
    switch (e.kind) {
      case "tensor":
        return "v";
      case "add":
        return `(${e.terms.map((t) => this.spell(t)).join("+")})`;
      case "mul":
        return e.factors.map((f) => this.spell(f)).join("*");
      case "power":
        return `(${this.spell(e.base)})^(${this.spell(e.exponent)})`;
      case "unary":
        return this.unary(e);
      default:
        throw new NotSpelt();
    }
  }

  private constant(e: Expr): string {
    const known = this.constants.indexOf(e);
    return `c${known >= 0 ? known : this.constants.push(e) - 1}`;
  }

  private unary({ fn, arg }: Node<"unary">): string {
    const x = this.spell(arg);
    const name = NAMES[fn];
    if (name !== undefined) return `${name}(${x})`;
    if (fn === "sigmoid") return `(1+exp(-(${x})))^(-1)`;
    if (fn === "softplus") return `log(1+exp(${x}))`;
    if (fn === "sech") return `cosh(${x})^(-1)`;
    if (fn === "logcosh") return `log(cosh(${x}))`;
    throw new NotSpelt();
  }
}

/** Undefined for a function that the engines have no words for, or that is too long for them. */
export function spell(f: Expr, variable: TensorSymbol): Spelling | undefined {
  const speller = new Speller(variable);
  try {
    const text = speller.spell(f);
    if (text.length > MAX_LENGTH) return undefined;
    return { text, variable: "v", read: (answer) => read(answer, speller) };
  } catch (error) {
    if (error instanceof NotSpelt) return undefined;
    throw error;
  }
}

/** `e^x` is exp(x) for both engines. */
const E = "e";

function read(answer: string, { variable, constants }: Speller): Expr | undefined {
  if (answer.length > 4 * MAX_LENGTH) return undefined;
  const text = answer.replace(/[A-Za-z]+/g, (name) => ALIASES[name] ?? name);
  const names = constants.map((_, k) => `c${k}`);
  const scope = adHocScope({ over: [], parameters: ["v", E, ...names] });
  if (!scope.ok) return undefined;
  const parsed = parseExpression(text, scope.value.scope, { over: [] });
  if (!parsed.ok) return undefined;
  const symbolOf = (name: string): TensorSymbol | undefined => {
    const entry = scope.value.scope.names.get(name);
    return entry?.kind === "tensor" ? entry.symbol : undefined;
  };
  let result = withExponentials(parsed.value, symbolOf(E)!);
  result = substituteTensor(result, symbolOf("v")!, () => tensor(variable, []));
  names.forEach((name, k) => {
    result = replaceTensor(result, symbolOf(name)!, [], constants[k]!);
  });
  return result;
}

/** e stands for exp(1), and a power of exp(1) for an exponential. */
function withExponentials(e: Expr, symbol: TensorSymbol): Expr {
  const one = unary("exp", num(1));
  const visit = (x: Expr): Expr => {
    if (x.kind === "power" && x.base.kind === "tensor" && x.base.symbol === symbol)
      return unary(
        "exp",
        substituteTensor(x.exponent, symbol, () => one),
      );
    if (x.kind === "power") return power(visit(x.base), visit(x.exponent));
    return dependsOn(x, symbol) ? mapChildren(x, visit) : x;
  };
  return substituteTensor(visit(e), symbol, () => one);
}
