/** The types of a model written as a TypeScript object: the same keys and values as in a model file. */

/** An expression of the language. A number means its shortest decimal. */
export type ExpressionSource = string | number;
export type NumberSource = string | number;
export type ArraySource = readonly (NumberSource | ArraySource)[] | Float64Array | Float32Array;
export type Sign = "positive" | "nonnegative" | "negative" | "nonpositive";

export interface RandomSource {
  readonly random: "normal" | "uniform" | "rademacher";
  readonly mean?: NumberSource;
  readonly std?: NumberSource;
  readonly low?: NumberSource;
  readonly high?: NumberSource;
}

export type DefaultSource = ExpressionSource | ArraySource | RandomSource;

export type ScheduleSource =
  | { readonly times: readonly NumberSource[]; readonly values: readonly (NumberSource | ArraySource)[] }
  | { readonly every: NumberSource; readonly cycle: readonly (NumberSource | ArraySource)[] };

export interface ParameterSource {
  readonly over?: readonly string[];
  readonly default?: DefaultSource;
  readonly sign?: Sign;
  readonly description?: string;
}

export interface InputSource extends ParameterSource {
  readonly schedule?: ScheduleSource;
}

export interface DefinitionSource {
  readonly of?: readonly string[];
  readonly over?: readonly string[];
  readonly as: ExpressionSource;
  readonly description?: string;
}

interface FlowSource {
  readonly over?: readonly string[];
  readonly tau?: ExpressionSource;
  readonly mobility?: ExpressionSource;
  readonly clamped?: ExpressionSource;
  readonly description?: string;
}

/** One of `lagrangian`, an activation with its `function`, or `dual` says what generates the layer. */
export interface LayerSource extends FlowSource {
  readonly lagrangian?: ExpressionSource;
  readonly activation: string | { readonly name: string; readonly function: ExpressionSource };
  readonly dual?: ExpressionSource;
  readonly on?: readonly string[];
}

export interface StateSource extends FlowSource {
  readonly values?: readonly NumberSource[];
}

type Named<T> = { readonly [name: string]: T };

/** What `defineModel` takes; the fields are those of a model file. */
export interface ModelSource {
  readonly legendre?: 1;
  readonly name?: string;
  readonly reference?: string;
  readonly description?: string;
  readonly indices?: Named<string | number>;
  readonly parameters?: Named<ParameterSource | null>;
  readonly inputs?: Named<InputSource | null>;
  readonly define?: Named<DefinitionSource>;
  readonly domain?: readonly string[];
  readonly layers?: Named<LayerSource>;
  readonly synapses?: Named<ExpressionSource>;
  readonly forces?: Named<ExpressionSource>;
  readonly fast?: readonly string[];
  readonly generating?: { readonly of: string; readonly function: ExpressionSource };
  readonly state?: Named<StateSource | null>;
  readonly energy?: ExpressionSource;
  readonly dynamics?: Named<ExpressionSource>;
  readonly update?: {
    readonly order?: "ascending" | "random" | "synchronous" | "block";
    readonly map?: Named<ExpressionSource>;
  };
  readonly noise?: Named<ExpressionSource>;
}
