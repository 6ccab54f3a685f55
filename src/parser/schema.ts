/** The published JSON Schema of model files comes in as data, and goes out typed for the validator. */
import document from "./model.schema.json" with { type: "json" };

type JsonType = "object" | "array" | "string" | "number" | "integer" | "boolean" | "null";

/** The keywords that the schema uses; a test demands that it uses no others. */
export interface Schema {
  readonly title?: string;
  readonly description?: string;
  readonly $ref?: string;
  readonly type?: JsonType | readonly JsonType[];
  readonly const?: number;
  readonly enum?: readonly string[];
  readonly anyOf?: readonly Schema[];
  readonly pattern?: string;
  readonly minLength?: number;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly propertyNames?: Schema;
  readonly additionalProperties?: Schema | false;
  readonly minProperties?: number;
}

/** The JSON Schema (draft 2020-12) of a model file, for editors and other tools. */
export const modelSchema: Schema & { readonly $defs: Readonly<Record<string, Schema>> } = document as never;

const PREFIX = "#/$defs/";
const definitions: ReadonlyMap<string, Schema> = new Map(Object.entries(modelSchema.$defs));

/** The schema a reference points to. */
export function referenced(ref: string): Schema {
  const target = ref.startsWith(PREFIX) ? definitions.get(ref.slice(PREFIX.length)) : undefined;
  if (target === undefined) throw new Error(`the schema refers to ${ref}, which it does not define`);
  return target;
}
