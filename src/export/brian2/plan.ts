/**
 * A source comes in; the groups, synapses and computed variables of a Brian2 network for it go out.
 *
 * Each state is a group, its rate an equation. What one unit cannot compute from its own variables is, in this order: a
 * constant computed when the network is built; a summed variable of synapses, where it is a sum over the units of one
 * group with constant weights; else a variable that a network operation sets before each step. Summed variables and
 * operations read the states of the beginning of the step, so Euler's method is the one of the other targets.
 */
import {
  asIndex,
  type Expr,
  evaluateD,
  type Index,
  isTrue,
  mul,
  type Node,
  open,
  symbolsOf,
} from "../../index-notation/index.js";
import type { Output } from "../../lower/index.js";
import type { StateLayout } from "../../simulation/index.js";
import type { ExportSource } from "../source.js";
import { equationText } from "./equations.js";

export interface Group {
  readonly name: string;
  readonly size: number;
  /** Its index list in the naming of its first use. */
  readonly over: readonly Index[];
  readonly state?: StateLayout;
  /** Lines of equations. */
  readonly equations: string[];
  /** Names of the variables that hold an expression. */
  readonly known: Map<string, string>;
}

export interface Connection {
  readonly name: string;
  readonly from: Group;
  readonly to: Group;
  readonly equations: readonly string[];
  /** Lengths of all indices, and which of them number the sources and the targets. */
  readonly shape: readonly number[];
  readonly pre: readonly number[];
  readonly post: readonly number[];
}

/** A variable of a group, or of synapses, whose values array code computes. */
export interface Computed {
  readonly of: string;
  readonly variable: string;
  readonly output: Output;
}

export interface Plan {
  readonly groups: readonly Group[];
  readonly connections: readonly Connection[];
  /** Once, of the parameters. */
  readonly constants: readonly Computed[];
  /** Before each step, of states, parameters and inputs. */
  readonly operations: readonly Computed[];
}

/** Where an expression is evaluated: at each unit of a group, whose indices are these. */
interface Place {
  readonly group: Group;
  readonly over: readonly Index[];
}

const keysOf = (indices: readonly Index[]): Set<string> => new Set(indices.map((i) => i.key));
const within = (indices: readonly Index[], all: Set<string>): boolean => indices.every((i) => all.has(i.key));

/** What a sum must be to become synapses. */
class Unsayable extends Error {}

class Planner {
  private readonly groups: Group[] = [];
  private readonly connections: Connection[] = [];
  private readonly constants: Computed[] = [];
  private readonly operations: Computed[] = [];
  private count = 0;

  constructor(private readonly source: ExportSource) {}

  plan(): Plan {
    const homes = this.source.states.map((s) => this.group(s.over, s));
    for (const [k, output] of this.source.entries.find((e) => e.name === "rhs")!.outputs.entries()) {
      const place = { group: homes[k]!, over: output.over };
      const rate = this.text(output.value, place, true);
      place.group.equations.unshift(`dx/dt = ${rate}/time_unit : 1`);
    }
    const { groups, connections, constants, operations } = this;
    return { groups, connections, constants, operations };
  }

  private group(over: readonly Index[], state?: StateLayout): Group {
    const size = over.reduce((n, i) => n * this.size(i), 1);
    const made = { name: `n${this.groups.length}`, size, over, equations: [], known: new Map() };
    const group: Group = state === undefined ? made : { ...made, state };
    this.groups.push(group);
    return group;
  }

  private size(i: Index): number {
    return Math.max(0, evaluateD(i.dim, this.source.dimensions)!);
  }

  private fresh(letter: string): string {
    return `${letter}${this.count++}`;
  }

  /** The value of an expression at a unit; sums become synapses where `sums` allows. */
  private text(e: Expr, place: Place, sums: boolean): string {
    return equationText(e, (x) => this.atom(x, place, sums), this.source.dimensions);
  }

  private atom(e: Expr, place: Place, sums: boolean): string {
    if (e.kind === "tensor" && this.isOwnState(e, place)) return "x";
    const key = `${e.id}:${place.over.map((i) => i.key).join(",")}`;
    const known = place.group.known.get(key);
    if (known !== undefined) return known;
    const made = this.made(e, place, sums);
    place.group.known.set(key, made);
    return made;
  }

  private made(e: Expr, place: Place, sums: boolean): string {
    if (this.isConstant(e)) return this.constant(e, place);
    if (sums && e.kind === "binder" && e.op === "sum") {
      try {
        return this.summed(e, place);
      } catch (error) {
        if (!(error instanceof Unsayable)) throw error;
      }
    }
    return this.operation(e, place);
  }

  private isOwnState(e: Node<"tensor">, { group, over }: Place): boolean {
    return group.state?.symbol === e.symbol && this.isPlain(e, over);
  }

  /** Read at exactly these indices, in this order and over their whole range. */
  private isPlain(e: Node<"tensor">, over: readonly Index[]): boolean {
    return (
      e.subs.length === over.length &&
      e.subs.every((s, k) => {
        const i = asIndex(s);
        return (
          i?.key === over[k]!.key &&
          this.size(i) === Math.max(0, evaluateD(e.symbol.dims[k]!, this.source.dimensions)!)
        );
      })
    );
  }

  private isConstant(e: Expr): boolean {
    return [...symbolsOf(e)].every((s) => s.role === "parameter" || s.role === "variable");
  }

  private constant(e: Expr, { group, over }: Place): string {
    const shared = e.free.length === 0;
    const variable = this.fresh("p");
    group.equations.push(`${variable} : 1 (${shared ? "shared, " : ""}constant)`);
    this.constants.push({
      of: group.name,
      variable,
      output: { name: variable, over: shared ? [] : over, value: e },
    });
    return variable;
  }

  private operation(e: Expr, { group, over }: Place): string {
    const variable = this.fresh("q");
    group.equations.push(`${variable} : 1`);
    this.operations.push({ of: group.name, variable, output: { name: variable, over, value: e } });
    return variable;
  }

  // ---- synapses -----------------------------------------------------------------------------------------

  private summed(e: Node<"binder">, place: Place): string {
    const { indices, guard, body } = open(e);
    if (!isTrue(guard)) throw new Unsayable();
    const factors = body.kind === "mul" ? body.factors : [body];
    const weight = factors.filter((f) => this.isConstant(f));
    const moving = mul(factors.filter((f) => !this.isConstant(f)));
    const all = [...place.over, ...indices];
    const { group, over: sources } = this.sources(moving, place, indices);
    const name = this.fresh("w");
    const target = this.fresh("s");
    const own: string[] = [];
    const given: Computed[] = [];
    const constant = (c: Expr): string => {
      const variable = `${name}_${given.length}`;
      given.push({ of: name, variable, output: { name: variable, over: all, value: c } });
      own.push(`${variable} : 1 (constant)`);
      return variable;
    };
    const value = within(moving.free, keysOf(sources))
      ? `${this.sourceVariable(moving, { group, over: sources })}_pre`
      : this.between(moving, place, { group, over: sources }, constant);
    const total = weight.length === 0 ? value : `${constant(mul(weight))}*${value}`;
    const at = (list: readonly Index[]): number[] => list.map((i) => all.findIndex((j) => j.key === i.key));
    place.group.equations.push(`${target} : 1`);
    this.constants.push(...given);
    this.connections.push({
      name,
      from: group,
      to: place.group,
      equations: [...own, `${target}_post = ${total} : 1 (summed)`],
      shape: all.map((i) => this.size(i)),
      pre: at(sources),
      post: at(place.over),
    });
    return target;
  }

  /** State tensors that units would read, in order. */
  private statesIn(e: Expr): Node<"tensor">[] {
    const found: Node<"tensor">[] = [];
    equationText(
      e,
      (x) => {
        if (x.kind === "tensor" && x.symbol.role === "state") found.push(x);
        return "";
      },
      this.source.dimensions,
    );
    return found;
  }

  /** The units summed over: those of a state that is read there, or units of their own that hold the summand. */
  private sources(moving: Expr, place: Place, bound: readonly Index[]): Place {
    const atoms = this.statesIn(moving);
    const over = this.sourceIndices(moving, atoms, bound, place);
    const all = keysOf([...place.over, ...bound]);
    if (!within(over, all)) throw new Unsayable();
    const state = atoms.find((t) => this.isPlain(t, over))?.symbol;
    const home = this.groups.find((g) => g.state !== undefined && g.state.symbol === state);
    if (home !== undefined) return { group: home, over };
    // Units for every pair would hold the whole matrix; a function of both ends needs a state at each.
    if (!within(moving.free, keysOf(over)) || (place.over.length > 0 && over.length === all.size))
      throw new Unsayable();
    const shape = (list: readonly Index[]): string => list.map((i) => i.dim.key).join();
    const spare = this.groups.find((g) => g.state === undefined && shape(g.over) === shape(over));
    return { group: spare ?? this.group(over), over };
  }

  /** The indices of a state that is read at a bound index, or of the summand itself. */
  private sourceIndices(
    moving: Expr,
    atoms: readonly Node<"tensor">[],
    bound: readonly Index[],
    place: Place,
  ): readonly Index[] {
    const isBound = (i: Index): boolean => bound.some((b) => b.key === i.key);
    const read = atoms.find((t) => t.free.some(isBound));
    if (read === undefined) return moving.free;
    const indices = read.subs.flatMap((s) => asIndex(s) ?? []);
    if (!this.isPlain(read, indices) || keysOf(indices).size < read.subs.length) return moving.free;
    return within(moving.free, keysOf([...indices, ...place.over])) ? indices : moving.free;
  }

  /** The name of a variable of the sources; one that is computed, and constant during a step, where it is no state. */
  private sourceVariable(e: Expr, place: Place): string {
    const text = this.text(e, place, false);
    if (/^\w+$/.test(text)) return text;
    const known = place.group.known.get(text);
    if (known !== undefined) return known;
    const variable = this.fresh("g");
    place.group.equations.push(`${variable} = ${text} : 1 (constant over dt)`);
    place.group.known.set(text, variable);
    return variable;
  }

  /** A function of both ends, such as the sine of a difference of phases. */
  private between(e: Expr, post: Place, pre: Place, constant: (e: Expr) => string): string {
    return equationText(
      e,
      (x) => {
        if (this.isConstant(x)) return constant(x);
        if (x.kind !== "tensor") throw new Unsayable();
        if (this.isOwnState(x, pre)) return "x_pre";
        if (this.isOwnState(x, post)) return "x_post";
        throw new Unsayable();
      },
      this.source.dimensions,
    );
  }
}

export const planOf = (source: ExportSource): Plan => new Planner(source).plan();
