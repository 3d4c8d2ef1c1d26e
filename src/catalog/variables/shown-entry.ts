/**
 * An entry as shown to the user before its start: environment variables with their values, secrets by name. Keeps the
 * values, so that the start uses exactly the values that were shown. Pure, except for the given sources.
 */

import type { Entry, RuntimeConfig } from "../entry.ts";
import { looksLikeSecret } from "../secrets/secret-detector.ts";
import { dotted, type Path } from "../text/problem.ts";
import { mapStrings, stringsIn } from "../text/strings-in.ts";
import { parseVariables, type VariablePart } from "../text/variable-syntax.ts";
import type { VariableSources } from "./variable-lookup.ts";

export interface VariableUse {
  readonly kind: "env" | "secret";
  readonly name: string;
  /** Field of the entry: `runtime.url`, `env.TOKEN`. */
  readonly field: string;
  /** Whether the variable has no default in that field. */
  readonly isRequired: boolean;
  /** Source of the value: the user, or a file beside the catalog. `none`: not set. */
  readonly from: "user" | "folder" | "none";
}

export interface ShownEntry {
  readonly runtime: RuntimeConfig;
  readonly env: Readonly<Record<string, string>>;
  /** Every variable and secret in the entry, once for each field. */
  readonly uses: readonly VariableUse[];
  /** Value in the environment by name. */
  readonly values: ReadonlyMap<string, string | undefined>;
}

export type ShownSources = Pick<VariableSources, "env" | "workspaceFolder" | "userHome"> & {
  /**
   * Whether a value comes from the user and not from a file beside the catalog. Only the user's values may be hidden
   * when they look like secrets, because a folder could hide a command behind such a name.
   */
  isOwn(name: string, value: string): boolean;
};

/** Never throws. Secrets, and the user's own variables that look like secrets, stay as written: `${NAME}`. */
export function showEntry(entry: Pick<Entry, "runtime" | "env">, sources: ShownSources): ShownEntry {
  const values = new Map<string, string | undefined>();
  const lookUp = (name: string) => {
    if (!values.has(name)) values.set(name, sources.env(name));
    return values.get(name);
  };
  const fromOf = (name: string) => {
    const value = lookUp(name);
    if (value === undefined) return "none";
    return sources.isOwn(name, value) ? "user" : "folder";
  };
  const show = (text: string) => textOf(parseVariables(text), { ...sources, env: lookUp });
  return {
    runtime: mapStrings(entry.runtime, show, ["runtime"]),
    env: mapStrings(entry.env ?? {}, show, ["env"]),
    uses: stringsIn(entry).flatMap(({ path, text }) => usesIn(parseVariables(text), path, fromOf)),
    values,
  };
}

function textOf(parts: readonly VariablePart[], sources: ShownSources): string {
  return parts.map((part) => partOf(part, sources)).join("");
}

function partOf(part: VariablePart, sources: ShownSources): string {
  if (part.kind === "literal") return part.text;
  if (part.kind === "malformed") return part.source;
  // Shown even when it is not used, because its variables are looked up for the start as well.
  const fallback = part.fallback && textOf(part.fallback, sources);
  if (part.kind === "secret")
    return `\${secret:${part.name}${fallback === undefined ? "" : `:-${fallback}`}}`;
  const value = foundValue(part, sources);
  if (!value && fallback !== undefined) return fallback;
  return value === undefined || isUnseen(part, value, sources) ? `\${${part.name}}` : value;
}

function foundValue(part: { readonly kind: string; readonly name: string }, sources: ShownSources) {
  if (part.kind === "env") return sources.env(part.name);
  return part.name === "userHome" ? sources.userHome : sources.workspaceFolder;
}

function isUnseen(
  part: { readonly kind: string; readonly name: string },
  value: string,
  sources: ShownSources,
) {
  return part.kind === "env" && looksLikeSecret(part.name, value) && sources.isOwn(part.name, value);
}

function usesIn(
  parts: readonly VariablePart[],
  path: Path,
  fromOf: (name: string) => VariableUse["from"],
): VariableUse[] {
  return parts.flatMap((part): VariableUse[] => {
    if (part.kind === "literal" || part.kind === "malformed") return [];
    const inFallback = usesIn(part.fallback ?? [], path, fromOf);
    if (part.kind === "folder") return inFallback;
    const { kind, name } = part;
    const from = kind === "secret" ? "user" : fromOf(name);
    const use = { kind, name, field: dotted(path), isRequired: part.fallback === undefined, from };
    return [use, ...inFallback];
  });
}
