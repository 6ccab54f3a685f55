/**
 * A sum of products over at most two free indices comes in; matrix notation goes out where there is one:
 * `Σ_μ Ξ_μi Ξ_μj/N` over (i, j) is `Xi^T Xi/N`. Undefined where tensors of higher rank, guards or shifted
 * subscripts stand in the way.
 */
import { mul, num, one, splitCoefficient } from "../build.js";
import type { Expr, Node } from "../expr.js";
import { negR, type Rational, signR } from "../rational.js";
import { asIndex, type Index, type Subscript } from "../subscript.js";
import { latexName, printLatex } from "./latex.js";
import { withTurnedSum } from "./layout.js";
import { type Naming, RESERVED } from "./naming.js";
import { namingOfExpr, printText } from "./text.js";

/** One formula in matrix notation, twice. */
export interface MatrixForm {
  readonly text: string;
  readonly latex: string;
}

/**
 * The matrix form of a scalar (no free index), of a column vector (`free` = [i]) or of a matrix
 * (`free` = [row, column]). `free` must list the free indices of e.
 */
export function printMatrix(
  e: Expr,
  free: readonly Index[],
  naming: Naming = namingOfExpr(e),
): MatrixForm | undefined {
  if (free.length > 2 || e.free.some((i) => !free.some((f) => f.key === i.key))) return undefined;
  return formOf(
    e,
    free.map((i) => i.key),
    naming,
  );
}

const both = (text: string, latex: string): MatrixForm => ({ text, latex });
const fence = (f: MatrixForm): MatrixForm => both(`(${f.text})`, `\\left(${f.latex}\\right)`);
const join = (parts: readonly MatrixForm[], between: string): MatrixForm =>
  both(parts.map((p) => p.text).join(between), parts.map((p) => p.latex).join(between));

// ---- sums and coefficients ----------------------------------------------------------------------------

function formOf(e: Expr, free: readonly string[], naming: Naming): MatrixForm | undefined {
  const terms = (e.kind === "add" ? e.terms : [e]).map((t) => signedTerm(t, free, naming));
  if (!terms.every((t) => t !== undefined)) return undefined;
  const ordered = [...terms.filter((t) => !t.negative), ...terms.filter((t) => t.negative)];
  return ordered
    .map(({ negative, form }, k) =>
      k === 0 ? sign(negative ? "-" : "", form) : sign(negative ? " - " : " + ", form),
    )
    .reduce((a, b) => both(a.text + b.text, a.latex + b.latex));
}

const sign = (s: string, f: MatrixForm): MatrixForm => both(s + f.text, s + f.latex);

interface SignedForm {
  readonly negative: boolean;
  readonly form: MatrixForm;
}

function signedTerm(e: Expr, free: readonly string[], naming: Naming): SignedForm | undefined {
  const { coefficient, rest } = splitCoefficient(e);
  const negative = signR(coefficient) < 0;
  const size = negative ? negR(coefficient) : coefficient;
  const factors = rest.kind === "mul" ? rest.factors : [rest];
  const scalars = factors.filter((f) => f.free.length === 0 && f.height === 0);
  const tensors = factors.filter((f) => !scalars.includes(f));
  const turned = negative ? withTurnedSum(tensors) : undefined;
  const form = core(turned ?? tensors, free, naming);
  if (form === undefined) return undefined;
  return { negative: negative && turned === undefined, form: scaled(size, scalars, form, naming) };
}

/** c·form, with a reciprocal written as a division. */
function scaled(size: Rational, scalars: readonly Expr[], form: MatrixForm, naming: Naming): MatrixForm {
  const c = mul([num(size), ...scalars]);
  if (c === one) return form;
  const below = reciprocal(c);
  if (below !== undefined) {
    const [text, latex] = [printText(below, naming).text, printLatex(below, naming).latex];
    const simple = below.kind !== "mul" && below.kind !== "add";
    return simple
      ? both(`${form.text}/${text}`, `${form.latex}/${latex}`)
      : both(`${form.text}/(${text})`, `${form.latex}/(${latex})`);
  }
  const [text, latex] = [printText(c, naming).text, printLatex(c, naming).latex];
  return c.kind === "add"
    ? join([fence(both(text, latex)), form], " ")
    : join([both(text, latex), form], " ");
}

/** b where c is 1/b. */
function reciprocal(c: Expr): Expr | undefined {
  const factors = c.kind === "mul" ? c.factors : [c];
  const turned = factors.map((f) => {
    if (f.kind === "number") return f.value.n === 1n ? num({ n: f.value.d, d: 1n }) : undefined;
    return f.kind === "power" && f.exponent === num(-1) ? f.base : undefined;
  });
  return turned.every((t) => t !== undefined) ? mul(turned) : undefined;
}

/** What is left of a product once its scalars are gone: a sum in parentheses, or one contraction. */
function core(factors: readonly Expr[], free: readonly string[], naming: Naming): MatrixForm | undefined {
  const [only] = factors;
  if (factors.length === 1 && only?.kind === "add") {
    const inner = formOf(only, free, naming);
    return inner === undefined ? undefined : fence(inner);
  }
  const pieces: Piece[] = [];
  for (const f of factors) {
    const found = piecesOf(f, naming);
    if (found === undefined) return undefined;
    pieces.push(...found);
  }
  return free.length === 2
    ? (diagonal(pieces, free) ?? contraction(pieces, free))
    : contraction(pieces, free);
}

// ---- pieces -------------------------------------------------------------------------------------------

/** A vector (one end) or a matrix (two) by the keys of its indices. */
interface Piece {
  readonly ends: readonly [string] | readonly [string, string];
  readonly form: MatrixForm;
  /** Undefined for the identity. */
  readonly symmetric: boolean;
  readonly identity?: true;
}

function piecesOf(e: Expr, naming: Naming): Piece[] | undefined {
  if (e.kind === "binder") return summedPieces(e, naming);
  if (e.kind === "power" && e.exponent === num(2)) {
    const base = piece(e.base, naming);
    return base?.ends.length === 1 ? [base, base] : undefined;
  }
  const found = piece(e, naming);
  return found === undefined ? undefined : [found];
}

function summedPieces(e: Node<"binder">, naming: Naming): Piece[] | undefined {
  if (e.op !== "sum" || e.guard.all.length > 0) return undefined;
  const factors = e.body.kind === "mul" ? e.body.factors : [e.body];
  const pieces = factors.map((f) => piecesOf(f, naming));
  return pieces.every((p) => p !== undefined) ? pieces.flat() : undefined;
}

function piece(e: Expr, naming: Naming): Piece | undefined {
  if (e.kind === "tensor") return tensorPiece(e);
  if (e.kind === "delta") {
    const ends = keys([e.left, e.right]);
    return ends?.length === 2
      ? { ends: [ends[0]!, ends[1]!], form: identity(naming), symmetric: true, identity: true }
      : undefined;
  }
  const [index, ...more] = e.free;
  if (index === undefined || more.length > 0) return undefined;
  const form =
    e.kind === "unary"
      ? elementwise(e, index, naming)
      : e.kind === "softmax"
        ? softmaxed(e, naming)
        : undefined;
  return form === undefined ? undefined : { ends: [index.key], form, symmetric: false };
}

const identity = (naming: Naming): MatrixForm =>
  naming.taken.has("I") ? both("Id", "\\mathrm{Id}") : both("I", "I");

function keys(subs: readonly Subscript[]): string[] | undefined {
  const found = subs.map((s) => asIndex(s)?.key);
  return found.every((k) => k !== undefined) ? found : undefined;
}

function tensorPiece(e: Node<"tensor">): Piece | undefined {
  const ends = keys(e.subs);
  const { name, symmetric } = e.symbol;
  const form = both(name, latexName(name));
  if (ends?.length === 1) return { ends: [ends[0]!], form, symmetric };
  return ends?.length === 2 ? { ends: [ends[0]!, ends[1]!], form, symmetric } : undefined;
}

/** f applied to every component of a vector; the short functions are written as LaTeX knows them. */
function elementwise(e: Node<"unary">, i: Index, naming: Naming): MatrixForm | undefined {
  const inner = formOf(e.arg, [i.key], naming);
  if (inner === undefined || !RESERVED.has(e.fn)) return undefined;
  const head = LATEX_OWN.has(e.fn) ? `\\${e.fn}` : `\\operatorname{${e.fn}}`;
  return both(`${e.fn}(${inner.text})`, `${head}(${inner.latex})`);
}

const LATEX_OWN = new Set(["exp", "log", "sin", "cos", "tan", "sinh", "cosh", "tanh"]);

function softmaxed(e: Node<"softmax">, naming: Naming): MatrixForm | undefined {
  if (e.guard.all.length > 0 || asIndex(e.at) === undefined) return undefined;
  const inner = formOf(e.body, [e.index.key], naming);
  return inner && both(`softmax(${inner.text})`, `\\operatorname{softmax}(${inner.latex})`);
}

// ---- contractions -------------------------------------------------------------------------------------

/** δ_ij p_i is diag(p); δ_ij alone is the identity. */
function diagonal(pieces: readonly Piece[], free: readonly string[]): MatrixForm | undefined {
  const identity = pieces.find((p) => p.identity && p.ends.every((k) => k !== undefined && free.includes(k)));
  if (identity === undefined) return undefined;
  const [vector, ...more] = pieces.filter((p) => p !== identity);
  if (vector === undefined) return identity.form;
  if (more.length > 0 || vector.ends.length > 1 || !free.includes(vector.ends[0])) return undefined;
  return both(`diag(${vector.form.text})`, `\\operatorname{diag}(${vector.form.latex})`);
}

/** One factor of a chain, possibly transposed. */
interface Link {
  readonly piece: Piece;
  readonly transposed: boolean;
}

interface Walk {
  readonly links: readonly Link[];
  /** The free index at which the walk ended, or undefined when it ended in a vector. */
  readonly end: string | undefined;
  readonly left: readonly Piece[];
}

/** Follows shared indices from `from` until a vector, or an index that no other piece has. */
function walk(from: string, pieces: readonly Piece[]): Walk | undefined {
  const links: Link[] = [];
  let [at, left] = [from, pieces];
  for (;;) {
    const touching = left.filter((p) => p.ends.some((k) => k === at));
    const [next, ...more] = touching;
    if (next === undefined) return { links, end: at, left };
    if (more.length > 0) return undefined;
    left = left.filter((p) => p !== next);
    const [a, b] = next.ends;
    if (b === undefined)
      return { links: [...links, { piece: next, transposed: false }], end: undefined, left };
    if (a === b) return undefined;
    links.push({ piece: next, transposed: a !== at && !next.symmetric });
    at = a === at ? b : a;
  }
}

const reversed = (links: readonly Link[]): Link[] =>
  [...links]
    .reverse()
    .map(({ piece, transposed }) => ({ piece, transposed: !transposed && !piece.symmetric }));

function contraction(pieces: readonly Piece[], free: readonly string[]): MatrixForm | undefined {
  const [row, column] = free;
  if (row === undefined) return scalar(pieces);
  const first = walk(row, pieces);
  if (first === undefined) return undefined;
  if (column === undefined)
    return first.end === undefined && first.left.length === 0 ? chain(first.links) : undefined;
  if (first.end === column) return first.left.length === 0 ? chain(first.links) : undefined;
  const second = first.end === undefined ? walk(column, first.left) : undefined;
  if (second === undefined || second.end !== undefined || second.left.length > 0) return undefined;
  return chain([...first.links, ...reversed(second.links)]);
}

/** gᵀ A v, read from the end that needs fewer transposes. */
function scalar(pieces: readonly Piece[]): MatrixForm | undefined {
  const starts = pieces.filter((p) => p.ends.length === 1);
  const chains = starts.flatMap((p) => {
    const rest = [...pieces];
    rest.splice(pieces.indexOf(p), 1);
    const w = walk(p.ends[0], rest);
    if (w === undefined || w.end !== undefined || w.left.length > 0) return [];
    return [[{ piece: p, transposed: true }, ...w.links]];
  });
  const turns = (links: readonly Link[]): number => links.filter((l) => l.transposed).length;
  const [best] = chains.sort((a, b) => turns(a) - turns(b));
  return best === undefined ? undefined : chain(best);
}

const chain = (links: readonly Link[]): MatrixForm => {
  const shown = links
    .filter((l) => !l.piece.identity || links.length === 1)
    .map(({ piece, transposed }) => {
      const { text, latex } = piece.form;
      return transposed ? both(`${text}^T`, `${latex}^{\\top}`) : piece.form;
    });
  return both(
    shown.map((s) => s.text).join(" "),
    shown.reduce(
      (out, s) => out + (/[A-Za-z]$/.test(out) && /^[A-Za-z]/.test(s.latex) ? " " : "") + s.latex,
      "",
    ),
  );
};
