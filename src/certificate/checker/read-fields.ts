/** Unknown JSON values come in; typed fields go out, or a rejection. No property of any other name passes. */
import { reject, shown } from "./rejection.js";

export type Fields = Readonly<Record<string, unknown>>;

/** An object with exactly the keys named, the second list being optional. */
export function fields(
  value: unknown,
  what: string,
  required: readonly string[],
  optional: readonly string[] = [],
): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return reject(`${what} is not an object`);
  for (const key of Object.keys(value))
    if (!required.includes(key) && !optional.includes(key))
      reject(`${what} has an unknown key ${shown(key)}`);
  for (const key of required) if (!Object.hasOwn(value, key)) reject(`${what} has no ${key}`);
  return value as Fields;
}

export const own = (f: Fields, key: string): unknown => (Object.hasOwn(f, key) ? f[key] : undefined);
export const text = (v: unknown, what: string): string =>
  typeof v === "string" ? v : reject(`${what} is not a text`);
export const optionalText = (v: unknown, what: string): string | undefined =>
  v === undefined ? undefined : text(v, what);
export const optionalFlag = (v: unknown, what: string): boolean | undefined =>
  v === undefined || typeof v === "boolean" ? v : reject(`${what} is not true or false`);

export function list<T>(v: unknown, what: string, read: (item: unknown, what: string) => T): readonly T[] {
  if (!Array.isArray(v)) return reject(`${what} is not a list`);
  return Array.from(v, (item) => read(item, what));
}

/** An object used as a dictionary; the keys are any names, `__proto__` and `constructor` included. */
export function entries(v: unknown, what: string): readonly (readonly [string, unknown])[] {
  if (typeof v !== "object" || v === null || Array.isArray(v)) return reject(`${what} is not an object`);
  return Object.keys(v).map((key) => [key, (v as Fields)[key]] as const);
}

export function dictionary<T>(
  v: unknown,
  what: string,
  read: (item: unknown, what: string) => T,
): Record<string, T> {
  const result: Record<string, T> = Object.create(null);
  for (const [key, item] of entries(v, what)) result[key] = read(item, `${what} ${shown(key)}`);
  return result;
}

export function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined)) as T;
}
