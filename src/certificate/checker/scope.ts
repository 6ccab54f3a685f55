/** What a text may mention, and how its names are resolved: declared indices, dimensions and symbols. */
import { exact } from "./arithmetic/index.js";
import { reject } from "./rejection.js";
import { addSizes, multiplySizes, namedSize, type Size, scaleSize, sizeOf } from "./size.js";
import { parseSyntax, type Syntax } from "./syntax.js";
import type { Index } from "./term.js";

export interface Scope {
  readonly indices: ReadonlyMap<string, Index>;
  readonly sizes: ReadonlySet<string>;
  /** Symbols by name, with the dimensions of their subscripts. */
  readonly symbols: ReadonlyMap<string, readonly Size[]>;
}

/** A dimension from its text: integers and names, their sums and products, and division by an integer. */
export function parseSize(text: string, names: Set<string>): Size {
  return sizeFrom(parseSyntax(text), names);
}

function sizeFrom(s: Syntax, names: Set<string>): Size {
  switch (s.kind) {
    case "number":
      return sizeOf(s.value);
    case "name":
      names.add(s.name);
      return namedSize(s.name);
    case "negate":
      return scaleSize(sizeFrom(s.operand, names), exact.rational(-1));
    case "sum": {
      const right = sizeFrom(s.right, names);
      return addSizes(sizeFrom(s.left, names), s.minus ? scaleSize(right, exact.rational(-1)) : right);
    }
    case "product": {
      const left = sizeFrom(s.left, names);
      if (!s.divide) return multiplySizes(left, sizeFrom(s.right, names));
      if (s.right.kind !== "number" || exact.sign(s.right.value) === 0)
        return reject("a dimension is divided by something that is not a number");
      return scaleSize(left, exact.divide(exact.ONE, s.right.value));
    }
    default:
      return reject("a dimension is an integer, a name, or sums and products of them");
  }
}
