/**
 * Expressions come in, lines of array code for NumPy or JAX go out. Every value is an array whose axes are the free
 * indices of its expression; products under a sum become `einsum`, everything else broadcasts.
 */
import {
  asIndex,
  type Compare,
  type Condition,
  type Dimension,
  dimension,
  type Expr,
  evaluateD,
  freshIndex,
  type Index,
  inRange,
  isTrue,
  type Kind,
  type Node,
  negR,
  num,
  open,
  openIntegral,
  openSoftmax,
  sub as plainSubscript,
  power,
  type Rational,
  type Subscript,
  type TensorSymbol,
  toNumber,
  type Unary,
} from "../../index-notation/index.js";

/** What array code cannot say. */
export class Inexpressible extends Error {}

/** A Python expression (a name or a number) and the indices that its axes run over. */
interface Value {
  readonly text: string;
  readonly axes: readonly Index[];
}

const FUNCTIONS: { readonly [F in Unary]: string } = {
  exp: "xp.exp",
  log: "xp.log",
  abs: "xp.abs",
  sign: "xp.sign",
  sin: "xp.sin",
  cos: "xp.cos",
  tan: "xp.tan",
  asin: "xp.arcsin",
  acos: "xp.arccos",
  atan: "xp.arctan",
  sinh: "xp.sinh",
  cosh: "xp.cosh",
  tanh: "xp.tanh",
  asinh: "xp.arcsinh",
  acosh: "xp.arccosh",
  atanh: "xp.arctanh",
  sech: "_sech",
  erf: "_erf",
  erfc: "_erfc",
  gamma: "_gamma",
  lgamma: "_lgamma",
  relu: "_relu",
  step: "_step",
  sigmoid: "_sigmoid",
  softplus: "_softplus",
  logcosh: "_logcosh",
};

/** Of integrals: panels of equal width, and Gauss–Legendre nodes on each. */
export const RULE = { panels: 8, order: 16 } as const;

const NEUTRAL = { sum: "0.0", prod: "1.0", max: "-xp.inf", min: "xp.inf", logsumexp: "-xp.inf" } as const;

const COMPARED = { "<": "<", "<=": "<=", "=": "==", "!=": "!=" } as const;

const union = (lists: readonly (readonly Index[])[]): Index[] => {
  const all = new Map<string, Index>();
  for (const list of lists) for (const i of list) all.set(i.key, i);
  return [...all.values()];
};

export const float = (value: number): string => {
  const text = `${value}`;
  return /[.e]/.test(text) ? text : `${text}.0`;
};

export class ArrayPrinter {
  readonly lines: string[] = [];
  private readonly memo = new Map<Expr, Value>();
  /** Variables of integration at the nodes of the rule. */
  private readonly points = new Map<TensorSymbol, Value>();

  constructor(
    private readonly dimensions: ReadonlyMap<string, number>,
    /** The Python name of each tensor. */
    private readonly tensors: ReadonlyMap<TensorSymbol, string>,
  ) {}

  size(d: Dimension): number {
    return Math.max(0, evaluateD(d, this.dimensions)!);
  }

  /** The expression as an array over exactly the given indices. */
  over(e: Expr, indices: readonly Index[]): string {
    const shape = indices.map((i) => this.size(i.dim));
    return `xp.broadcast_to(${this.aligned(this.emit(e), indices)}, (${shape.map((n) => `${n},`).join(" ")}))`;
  }

  emit(e: Expr): Value {
    const known = this.memo.get(e);
    if (known !== undefined) return known;
    const made = (this.rules[e.kind] as (e: Expr) => Value)(e);
    this.memo.set(e, made);
    return made;
  }

  private readonly rules: { [K in Kind]: (e: Node<K>) => Value } = {
    number: (e) => scalar(number(e.value)),
    pi: () => scalar("xp.pi"),
    dimension: (e) => scalar(float(evaluateD(e.dim, this.dimensions)!)),
    position: (e) => {
      const p = this.subscript(e.at);
      return this.named(`1.0 * ${p.text}`, p.axes);
    },
    tensor: (e) =>
      this.points.get(e.symbol) ?? this.component(this.tensors.get(e.symbol)!, e.subs, e.symbol.dims),
    add: (e) =>
      this.joined(
        " + ",
        e.terms.map((t) => this.emit(t)),
      ),
    mul: (e) => this.product(e.factors),
    power: (e) => this.power(e),
    unary: (e) => this.mapped([this.emit(e.arg)], ([x]) => `${FUNCTIONS[e.fn]}(${x})`),
    polygamma: (e) => this.mapped([this.emit(e.arg)], ([x]) => `_polygamma(${e.order}, ${x})`),
    extremum: (e) =>
      this.mapped(
        e.args.map((a) => this.emit(a)),
        (xs) => xs.reduce((a, b) => `xp.${e.fn}imum(${a}, ${b})`),
      ),
    where: (e) =>
      this.mapped(
        [this.condition(e.condition), this.emit(e.then), this.emit(e.else)],
        ([c, x, y]) => `xp.where(${c}, ${x}, ${y})`,
      ),
    delta: (e) =>
      this.mapped(
        [this.subscript(e.left), this.subscript(e.right)],
        ([a, b]) => `xp.where(xp.equal(${a}, ${b}), 1.0, 0.0)`,
      ),
    binder: (e) => this.binder(e),
    softmax: (e) => this.softmax(e),
    integral: (e) => this.integral(e),
    root: () => {
      throw new Inexpressible("a root that has no closed form");
    },
  };

  // ---- arrays -----------------------------------------------------------------------------------------

  private named(text: string, axes: readonly Index[]): Value {
    const name = `x${this.lines.length}`;
    this.lines.push(`${name} = ${text}`);
    return { text: name, axes };
  }

  /** The value with its axes in the order of the given ones, and axes of length 1 for those that it lacks. */
  private aligned(v: Value, axes: readonly Index[]): string {
    if (v.axes.length === 0) return v.text;
    const order = axes.map((i) => v.axes.findIndex((j) => j.key === i.key));
    const present = order.filter((k) => k >= 0);
    const turned = present.every((k, n) => k === n)
      ? v.text
      : `xp.transpose(${v.text}, (${present.join(", ")}))`;
    if (present.length === axes.length) return turned;
    return `${turned}[${order.map((k) => (k < 0 ? "None" : ":")).join(", ")}]`;
  }

  private mapped(values: readonly Value[], text: (texts: string[]) => string): Value {
    const axes = union(values.map((v) => v.axes));
    return this.named(text(values.map((v) => this.aligned(v, axes))), axes);
  }

  private joined(sign: string, values: readonly Value[]): Value {
    return values.length === 1 ? values[0]! : this.mapped(values, (texts) => texts.join(sign));
  }

  private product(factors: readonly Expr[]): Value {
    const below = factors.filter(isReciprocal);
    const above = this.joined(
      " * ",
      factors
        .filter((f) => !isReciprocal(f))
        .map((f) => this.emit(f))
        .concat(below.length === factors.length ? [scalar("1.0")] : []),
    );
    if (below.length === 0) return above;
    const denominators = below.map((f) => this.emit(inverse(f)));
    return this.mapped([above, this.joined(" * ", denominators)], ([a, b]) => `xp.divide(${a}, ${b})`);
  }

  private power(e: Node<"power">): Value {
    const base = this.emit(e.base);
    const r = e.exponent.kind === "number" ? e.exponent.value : undefined;
    if (r === undefined)
      return this.mapped([base, this.emit(e.exponent)], ([x, y]) => `xp.power(1.0 * ${x}, ${y})`);
    const positive = raised(r.n < 0n ? { n: -r.n, d: r.d } : r);
    return this.mapped([base], ([x]) => (r.n < 0n ? `xp.divide(1.0, ${positive(x!)})` : positive(x!)));
  }

  // ---- subscripts and conditions ----------------------------------------------------------------------

  /** An array of integers over the indices of the subscript. */
  private subscript(s: Subscript): Value {
    const axes = s.terms.map((t) => t.index);
    const parts = s.terms.map((t) => {
      const range = this.aligned({ text: `xp.arange(${this.size(t.index.dim)})`, axes: [t.index] }, axes);
      return t.coefficient === 1 ? range : `${t.coefficient} * ${range}`;
    });
    const constant = evaluateD(s.constant, this.dimensions)!;
    const total = [...parts, ...(constant === 0 && parts.length > 0 ? [] : [`${constant}`])].join(" + ");
    const text = s.mod === undefined ? total : `xp.mod(${total}, ${evaluateD(s.mod, this.dimensions)})`;
    return axes.length === 0 ? scalar(text) : this.named(text, axes);
  }

  /** Entries of an array at subscripts; out of range reads 0. */
  private component(base: string, subs: readonly Subscript[], dims: readonly Dimension[]): Value {
    const plain = subs.map(asIndex);
    const whole = plain.every((i, k) => i !== undefined && this.size(i.dim) === this.size(dims[k]!));
    if (whole && new Set(plain.map((i) => i!.key)).size === plain.length)
      return { text: base, axes: plain.map((i) => i!) };
    if (dims.some((d) => this.size(d) === 0)) return scalar("0.0");
    const places = subs.map((s) => this.subscript(s));
    const axes = union(places.map((p) => p.axes));
    const texts = places.map((p) => this.aligned(p, axes));
    const tests = texts.flatMap((t, k) =>
      inRange(subs[k]!, dims[k]!)
        ? []
        : [`(xp.asarray(${t}) >= 0)`, `(xp.asarray(${t}) < ${this.size(dims[k]!)})`],
    );
    const safe = texts.map((t, k) =>
      tests.length === 0 ? t : `xp.clip(${t}, 0, ${this.size(dims[k]!) - 1})`,
    );
    const read = `${base}[${safe.join(", ")}]`;
    return this.named(tests.length === 0 ? read : `xp.where(${tests.join(" & ")}, ${read}, 0.0)`, axes);
  }

  private comparison(c: Compare): Value {
    return this.mapped(
      [this.emit(c.left), this.emit(c.right)],
      ([a, b]) => `xp.asarray(${a} ${COMPARED[c.op]} ${b})`,
    );
  }

  private condition(c: Condition): Value {
    return c.all.length === 0
      ? scalar("True")
      : this.joined(
          " & ",
          c.all.map((x) => this.comparison(x)),
        );
  }

  // ---- binders ----------------------------------------------------------------------------------------

  /** The body over the other axes and then all bound ones, with the neutral value where the guard fails. */
  private ranged(bound: readonly Index[], guard: Condition, body: Expr, neutral: string) {
    const value = this.emit(body);
    const test = isTrue(guard) ? undefined : this.condition(guard);
    const rest = union([value.axes, test?.axes ?? []]).filter((i) => !bound.some((b) => b.key === i.key));
    const axes = [...rest, ...bound];
    const [x, t] = [value, test].map((v) => (v === undefined ? undefined : this.aligned(v, axes)));
    const chosen = t === undefined ? x : `xp.where(${t}, ${x}, ${neutral})`;
    const shape = axes.map((i) => `${this.size(i.dim)},`).join(" ");
    return { text: `xp.broadcast_to(${chosen}, (${shape}))`, rest };
  }

  private binder(e: Node<"binder">): Value {
    const { op, indices, guard, body } = open(e);
    if (op === "sum" && isTrue(guard) && body.kind === "mul") return this.contraction(indices, body);
    const { text, rest } = this.ranged(indices, guard, body, NEUTRAL[op]);
    const axis = `axis=(${indices.map((_, k) => `${k - indices.length},`).join(" ")})`;
    const reduced: { [O in typeof op]: string } = {
      sum: `xp.sum(${text}, ${axis})`,
      prod: `xp.prod(${text}, ${axis})`,
      max: `xp.max(${text}, ${axis}, initial=-xp.inf)`,
      min: `xp.min(${text}, ${axis}, initial=xp.inf)`,
      logsumexp: `_logsumexp(${text}, (${indices.map((_, k) => `${k - indices.length},`).join(" ")}))`,
    };
    return this.named(reduced[op], rest);
  }

  /** A sum of products as einsum; what has no bound index stays outside. */
  private contraction(bound: readonly Index[], body: Node<"mul">): Value {
    const isBound = (i: Index): boolean => bound.some((b) => b.key === i.key);
    const values = body.factors.map((f) => this.emit(f));
    const inside = values.filter((v) => v.axes.some(isBound));
    const outside = values.filter((v) => !v.axes.some(isBound));
    const unseen = bound.filter((b) => !inside.some((v) => v.axes.some((i) => i.key === b.key)));
    const counts = unseen.map((i) => scalar(float(this.size(i.dim))));
    if (inside.length === 0) return this.joined(" * ", [...outside, ...counts]);
    const axes = union(inside.map((v) => v.axes));
    const letter = (i: Index): string => String.fromCharCode(97 + axes.findIndex((j) => j.key === i.key));
    const rest = axes.filter((i) => !isBound(i));
    const spec = `${inside.map((v) => v.axes.map(letter).join("")).join(",")}->${rest.map(letter).join("")}`;
    const summed = this.named(`_einsum("${spec}", ${inside.map((v) => v.text).join(", ")})`, rest);
    return this.joined(" * ", [...outside, ...counts, summed]);
  }

  /** A composite Gauss–Legendre rule with fixed nodes: an axis more for the variable. */
  private integral(e: Node<"integral">): Value {
    const { variable, body } = openIntegral(e);
    const node = freshIndex(dimension(RULE.panels * RULE.order));
    const [from, to] = [this.emit(e.lower), this.emit(e.upper)];
    const width = this.mapped([to, from], ([b, a]) => `${b} - ${a}`);
    const nodes = { text: "_NODES", axes: [node] };
    this.points.set(
      variable,
      this.mapped([from, width, nodes], ([a, w, x]) => `${a} + ${w} * ${x}`),
    );
    const weights = { text: "_WEIGHTS", axes: [node] };
    const weighted = this.mapped([this.emit(body), weights], ([f, w]) => `${f} * ${w}`);
    const rest = weighted.axes.filter((i) => i.key !== node.key);
    const total = this.named(`xp.sum(${this.aligned(weighted, [...rest, node])}, axis=-1)`, rest);
    return this.mapped([width, total], ([w, t]) => `${w} * ${t}`);
  }

  private softmax(e: Node<"softmax">): Value {
    const { index, guard, body } = openSoftmax(e);
    const { text, rest } = this.ranged([index], guard, body, "-xp.inf");
    const weights = this.named(`_softmax(${text})`, [...rest, index]);
    const at = asIndex(e.at);
    if (at !== undefined && this.size(at.dim) === this.size(index.dim) && !rest.some((i) => i.key === at.key))
      return { text: weights.text, axes: [...rest, at] };
    return this.component(
      weights.text,
      [...rest.map(plainSubscript), e.at],
      [...rest, index].map((i) => i.dim),
    );
  }
}

const scalar = (text: string): Value => ({ text, axes: [] });

const number = (r: Rational): string => {
  const text = float(toNumber(r));
  return text.startsWith("-") ? `(${text})` : text;
};

const isReciprocal = (f: Expr): f is Node<"power"> =>
  f.kind === "power" && f.exponent.kind === "number" && f.exponent.value.n < 0n;

const inverse = (f: Node<"power">): Expr => power(f.base, num(negR((f.exponent as Node<"number">).value)));

/** x to a positive rational power. */
function raised(r: Rational): (x: string) => string {
  if (r.n === 1n && r.d === 1n) return (x) => x;
  if (r.n === 1n && r.d === 2n) return (x) => `xp.sqrt(${x})`;
  if (r.d === 1n && r.n < 1000n) return (x) => `(1.0 * ${x}) ** ${r.n}`;
  return (x) => `xp.power(1.0 * ${x}, ${float(toNumber(r))})`;
}
