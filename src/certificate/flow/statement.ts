/** A flow of states comes in; what its certificate states, as text, goes out, with the writer of further texts. */
import type { Flow, Motion, Theory } from "../../derivation/index.js";
import type { Condition, Expr, Index, TensorSymbol } from "../../index-notation/index.js";
import {
  canonicalJson,
  checkCertificate,
  type FlowCertificate,
  type FlowProof,
  type FlowStatement,
  sha256,
  type Witness,
} from "../checker/index.js";
import { Scribe } from "../statement.js";

export interface StatedFlow {
  readonly text: (e: Expr, over?: readonly Index[]) => string;
  /** Call last: texts may invent indices, which the statement declares. */
  statement(): FlowStatement;
}

type Evidence =
  | { readonly verdict: "proved"; readonly proof: FlowProof }
  | { readonly verdict: "refuted"; readonly witness: Witness };

/** The certificate, once the checker has accepted it. */
export function flowCertificate(stated: StatedFlow, evidence: Evidence): FlowCertificate | undefined {
  const statement = stated.statement();
  const digest = sha256(canonicalJson(statement));
  const head = { format: "legendre-certificate/1", subject: "flow", digest, statement } as const;
  const certificate: FlowCertificate = { ...head, ...evidence };
  return checkCertificate(certificate).accepted ? certificate : undefined;
}

/**
 * What is declared and does not move is a constant for the checker, so activations and the states of layers that a limit has
 * removed are not declared: a text that mentioned one would be rejected.
 */
function scribeOf({ model, partners }: Theory, flow: Flow): Scribe {
  const given = [...model.parameters.values(), ...model.inputs.values()];
  const symbols = new Map([
    ...given.map((p) => [p.symbol, p.over] as const),
    ...[...flow.motions.values()].map((m) => [m.state, m.over] as const),
  ]);
  return new Scribe([...model.indices.values(), ...partners], symbols, model.dimensions);
}

/** `asGradient`: dx/dt = -(1 - clamped)·mobility/τ·∂E/∂x by definition; otherwise each state has its rate. */
export function stateFlow(theory: Theory, flow: Flow, energy: Expr, asGradient: boolean): StatedFlow {
  const scribe = scribeOf(theory, flow);
  const text = (e: Expr, over?: readonly Index[]): string => scribe.text(e, over);
  const energyText = text(energy);
  const states = Object.fromEntries(
    [...flow.motions].map(([name, m]) => [name, asGradient ? gradientState(m, text) : rateState(m, text)]),
  );
  const where = [
    ...theory.model.domain.flatMap((d) => comparisons(d.condition, d.over, text)),
    ...[...scribe.symbols].flatMap(([symbol, over]) => shapeConditions(symbol, over)),
  ];
  return {
    text,
    statement: () => ({
      name: theory.model.name,
      declarations: scribe.declarations(),
      energy: energyText,
      where,
      states,
    }),
  };
}

type Write = StatedFlow["text"];
type State = FlowStatement["states"][string];

const names = (over: readonly Index[]): string[] => over.map((i) => i.name);

const rateState = (m: Motion, text: Write): State => ({ over: names(m.over), rate: text(m.rate, m.over) });

const gradientState = (m: Motion, text: Write): State => ({
  over: names(m.over),
  tau: text(m.tau, m.over),
  ...(m.mobility !== undefined && { mobility: text(m.mobility, m.over) }),
  ...(m.clamped !== undefined && { clamped: text(m.clamped, m.over) }),
});

/** What the normal form of the expressions has used already (`C[i,j] = C[j,i]`) says nothing more as a comparison. */
const comparisons = (c: Condition, over: readonly Index[], text: Write): string[] =>
  c.all.filter((t) => t.left !== t.right).map((t) => `${text(t.left, over)} ${t.op} ${text(t.right, over)}`);

/** Symmetry and a diagonal of zeros, which index notation keeps with the symbol. */
function shapeConditions(symbol: TensorSymbol, over: readonly Index[]): string[] {
  const [i, j] = names(over);
  const { name, symmetric, hollow } = symbol;
  return [
    ...(symmetric ? [`${name}[${i},${j}] = ${name}[${j},${i}]`] : []),
    ...(hollow ? [`${name}[${i},${i}] = 0`] : []),
  ];
}
