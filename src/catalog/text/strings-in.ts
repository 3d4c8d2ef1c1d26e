/** The strings of an entry that may contain variables: those of `runtime` and `env`. Pure. */

import type { Entry } from "../entry.ts";
import type { Path } from "./problem.ts";

export interface StringAt {
  /** Path from the entry: `["env", "PORT"]`. */
  readonly path: Path;
  readonly text: string;
}

/** In the order of the schema's fields, not of the file. */
export function stringsIn(entry: Pick<Entry, "runtime" | "env">): StringAt[] {
  return [...stringsInValue(entry.runtime, ["runtime"]), ...stringsInValue(entry.env, ["env"])];
}

/** Whether the string is an env value or a header. Those are sent, but never shown. */
export function isEnvOrHeader(path: Path): boolean {
  return path[0] === "env" || (path[0] === "runtime" && path[1] === "headers");
}

/** A copy of `value` with every string replaced. Keys stay. */
export function mapStrings<T>(value: T, replace: (text: string, path: Path) => string, path: Path = []): T {
  if (typeof value === "string") return replace(value, path) as T;
  if (Array.isArray(value)) return value.map((item, at) => mapStrings(item, replace, [...path, at])) as T;
  if (typeof value !== "object" || value === null) return value;
  const pairs = Object.entries(value).map(([key, item]) => [key, mapStrings(item, replace, [...path, key])]);
  return Object.fromEntries(pairs) as T;
}

function stringsInValue(value: unknown, path: Path): StringAt[] {
  if (typeof value === "string") return [{ path, text: value }];
  if (typeof value !== "object" || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((item, at) => stringsInValue(item, [...path, at]));
  return Object.entries(value).flatMap(([key, item]) => stringsInValue(item, [...path, key]));
}
