/**
 * Integrals come in, an adaptive Gauss–Kronrod rule as a loop over dyadic panels goes out.
 *
 * The 15-point rule and the error estimate are those of QUADPACK (Piessens et al. 1983, routine QK15). The
 * walk over the panels needs no stack: a panel is the k-th of 2^level equal ones, halving it doubles k, and
 * going on adds one to k and halves it while it is even. A panel is taken when its estimated error is below
 * 1e-15 of the integral of |f| over it, when it is 2^-40 of the whole, or after 4000 panels; smooth
 * integrands come out to about 1e-15, an integrand with a kink to about 1e-14.
 */
import { type Node, openIntegral } from "../index-notation/index.js";
import {
  affineConstant,
  affineLocal,
  all,
  assign,
  type Buffer,
  call,
  constant,
  type Local,
  lessThan,
  letReal,
  load,
  loopTo,
  minus,
  over,
  plus,
  type Real,
  read,
  type Statement,
  times,
} from "../ir/index.js";
import type { Emitter } from "./emit.js";
import { int, real, type Scope } from "./scope.js";

const HALF_NODES = [
  0.9914553711208126, 0.9491079123427585, 0.8648644233597691, 0.7415311855993945, 0.5860872354676911,
  0.4058451513773972, 0.20778495500789848, 0,
];
const HALF_KRONROD = [
  0.022935322010529224, 0.06309209262997856, 0.10479001032225019, 0.14065325971552592, 0.1690047266392679,
  0.19035057806478542, 0.20443294007529889, 0.20948214108472782,
];
const HALF_GAUSS = [
  0, 0.1294849661688697, 0, 0.27970539148927664, 0, 0.3818300505051189, 0, 0.4179591836734694,
];

const mirrored = (half: readonly number[], sign: 1 | -1): Float64Array =>
  Float64Array.from([...half.map((x) => sign * x), ...half.slice(0, -1).reverse()]);

const table = (name: string, data: Float64Array): Buffer => ({
  kind: "table",
  name,
  size: data.length,
  data,
});

/** Nodes and weights on [-1, 1]. */
export interface Rule {
  readonly nodes: Buffer;
  readonly kronrod: Buffer;
  readonly gauss: Buffer;
}

export const gaussKronrod = (): Rule => ({
  nodes: table("nodes", mirrored(HALF_NODES, -1)),
  kronrod: table("kronrod", mirrored(HALF_KRONROD, 1)),
  gauss: table("gauss", mirrored(HALF_GAUSS, 1)),
});

const MAX_HALVINGS = 2 ** 40;
const MAX_PANELS = 4000;

/** The state of the walk over panels. */
interface Walk {
  readonly total: Local;
  readonly parts: Local;
  readonly which: Local;
  readonly count: Local;
}

export function emitIntegral(e: Node<"integral">, scope: Scope, x: Emitter): Real {
  const lower = x.name(x.emit(e.lower, scope), e.lower, scope);
  const width = real("width");
  scope.statements.push(letReal(width, minus(x.emit(e.upper, scope), lower)));
  const walk: Walk = {
    total: real("integral"),
    parts: real("parts"),
    which: real("which"),
    count: real("panels"),
  };
  const starts = [walk.total, walk.parts, walk.which, walk.count].map((l, k) =>
    letReal(l, constant(k === 1 ? 1 : 0)),
  );
  scope.statements.push(...starts, {
    kind: "while",
    test: lessThan(read(walk.which), read(walk.parts)),
    body: panel(e, lower, read(width), walk, scope, x),
  });
  return read(walk.total);
}

function panel(
  e: Node<"integral">,
  lower: Real,
  width: Real,
  walk: Walk,
  outer: Scope,
  x: Emitter,
): Statement[] {
  const [half, centre] = [real("half"), real("centre")];
  const [kronrod, gauss, size] = [real("kronrod"), real("gauss"), real("size")];
  const sums = sampling(e, { half, centre, kronrod, gauss, size }, outer, x);
  const tooLarge = errorExceeds(kronrod, gauss, size);
  const mayHalve = [
    lessThan(read(walk.parts), constant(MAX_HALVINGS)),
    lessThan(read(walk.count), constant(MAX_PANELS)),
  ];
  return [
    letReal(half, over(width, times(constant(2), read(walk.parts)))),
    letReal(centre, plus(lower, times(read(half), plus(times(constant(2), read(walk.which)), constant(1))))),
    letReal(kronrod, constant(0)),
    letReal(gauss, constant(0)),
    letReal(size, constant(0)),
    ...sums,
    assign(walk.count, plus(read(walk.count), constant(1))),
    {
      kind: "if",
      test: all([tooLarge, ...mayHalve]),
      yes: [double(walk.parts), double(walk.which)],
      no: [assign(walk.total, plus(read(walk.total), times(read(kronrod), read(half)))), ...advance(walk)],
    },
  ];
}

const double = (l: Local): Statement => assign(l, times(constant(2), read(l)));
const halve = (l: Local): Statement => assign(l, times(constant(0.5), read(l)));

/** On to the next panel: k + 1, halved while it is even. */
function advance(walk: Walk): Statement[] {
  const k = read(walk.which);
  const even: Real = minus(k, times(constant(2), call("floor", times(constant(0.5), k))));
  const isEven = { kind: "compare", op: "=", left: even, right: constant(0) } as const;
  const divided = lessThan(constant(1), read(walk.parts));
  return [
    assign(walk.which, plus(k, constant(1))),
    { kind: "while", test: all([divided, isEven]), body: [halve(walk.parts), halve(walk.which)] },
  ];
}

interface Sums {
  readonly half: Local;
  readonly centre: Local;
  readonly kronrod: Local;
  readonly gauss: Local;
  readonly size: Local;
}

function sampling(e: Node<"integral">, sums: Sums, outer: Scope, x: Emitter): Statement[] {
  const rule = x.quadrature();
  const opened = openIntegral(e);
  const [k, point, value] = [int("node"), real("point"), real("value")];
  const at = affineLocal(k);
  const facts = outer.facts.inLoop(k, [affineConstant(0)], [affineConstant(rule.nodes.size)]);
  const inner = outer.inner({ facts, variable: { symbol: opened.variable, value: read(point) } });
  inner.statements.push(
    letReal(point, plus(read(sums.centre), times(read(sums.half), load(rule.nodes, at)))),
  );
  x.count(opened.body);
  inner.statements.push(letReal(value, x.emit(opened.body, inner)));
  const add = (l: Local, weight: Buffer, f: Real): Statement =>
    assign(l, plus(read(l), times(load(weight, at), f)));
  inner.statements.push(
    add(sums.kronrod, rule.kronrod, read(value)),
    add(sums.gauss, rule.gauss, read(value)),
    add(sums.size, rule.kronrod, call("abs", read(value))),
  );
  return [loopTo(k, rule.nodes.size, inner.statements)];
}

/** (200·|K − G|/S)^1.5 > 1e-15, so never true for NaN. */
function errorExceeds(kronrod: Local, gauss: Local, size: Local) {
  const relative = over(call("abs", minus(read(kronrod), read(gauss))), read(size));
  return lessThan(constant(1e-10 / 200), relative);
}
