/**
 * Resolves the variables of an entry for its start, or returns why that fails (gateway.md, *Variables*). Stores no
 * value. All values come from the given sources.
 */

import type { Entry, RuntimeConfig } from "../entry.ts";
import type { ParsedCatalog } from "../parse-catalog.ts";
import { isBuiltIn } from "../plugin-types.ts";
import { secretNameOf } from "../secrets/redacted-entry.ts";
import { secretsIn } from "../secrets/secret-detector.ts";
import { TextRedactor } from "../secrets/text-redactor.ts";
import type { Path, Problem } from "../text/problem.ts";
import { dotted } from "../text/problem.ts";
import { mapStrings, stringsIn } from "../text/strings-in.ts";
import { parseVariables } from "../text/variable-syntax.ts";
import { fromHome, fullPath } from "./user-paths.ts";
import type { Unset, VariableSources } from "./variable-lookup.ts";
import { mayBeSecret, shortestHidden, VariableLookup } from "./variable-lookup.ts";

/** An entry ready to start: the `Launch` of the runtime contract. */
export interface ResolvedEntry {
  readonly id: string;
  readonly runtime: RuntimeConfig;
  readonly env: Readonly<Record<string, string>>;
  readonly baseDir: string;
  /** Replaces every resolved secret in a text by `***`. */
  redact(text: string): string;
  /**
   * Adds values of the environment that are found only at the start. `redact` then replaces those that may be secrets.
   */
  hide(values: readonly string[]): void;
}

export type Resolution =
  | { readonly kind: "resolved"; readonly launch: ResolvedEntry }
  /** `because` names variable and field, and never a value. */
  | { readonly kind: "misconfigured"; readonly because: string };

/** Never rejects. `baseDir` is the catalog's folder, absolute. Relative paths start there. */
export async function resolveEntry(
  entry: Pick<Entry, "id" | "runtime" | "env">,
  sources: VariableSources,
  baseDir: string,
): Promise<Resolution> {
  const lookups = await lookUpAll(entry, sources);
  if (lookups.unset.length > 0) return misconfigured(lookups.unset.map(({ because }) => because));
  const fill = (_: string, path: Path) => lookups.texts.get(textKey(path)) ?? "";
  const runtime = mapStrings(entry.runtime, fill, ["runtime"]);
  const env = mapStrings(entry.env ?? {}, fill, ["env"]);
  const errorsOf = isBuiltIn(runtime) ? errorsInText : nulErrors;
  const wrong = stringsIn({ runtime, env }).flatMap(({ path, text }) => errorsOf(path, text));
  if (wrong.length > 0) return misconfigured(wrong);
  const secrets = new TextRedactor(lookups.secrets);
  const launch: ResolvedEntry = {
    id: entry.id,
    runtime: withFullPaths(runtime, sources.userHome, baseDir),
    env,
    baseDir,
    redact: (text) => secrets.redact(text),
    hide: (values) => secrets.hide(values.filter((value) => mayBeSecret(value, sources))),
  };
  return { kind: "resolved", launch };
}

/** An error for each variable that has neither a value nor a default. For disabled entries, a warning. */
export async function unsetVariables(catalog: ParsedCatalog, sources: VariableSources): Promise<Problem[]> {
  const ofEntries = catalog.entries.map(async (entry) => {
    const { unset } = await lookUpAll(entry, sources);
    return unset.map(
      ({ path, within, because }): Problem => ({
        severity: entry.enabled === false ? "warning" : "error",
        code: "unset-variable",
        message: `Server '${entry.id}': ${because}`,
        path: catalog.pathOf(entry, path),
        serverId: entry.id,
        ...catalog.placeOf(entry, path, within),
      }),
    );
  });
  return (await Promise.all(ofEntries)).flat();
}

function misconfigured(reasons: readonly string[]): Resolution {
  return { kind: "misconfigured", because: [...new Set(reasons)].join("; ") };
}

interface Lookups {
  /** By `textKey`. */
  readonly texts: ReadonlyMap<string, string>;
  readonly unset: readonly Unset[];
  readonly secrets: readonly string[];
}

async function lookUpAll(entry: Pick<Entry, "runtime" | "env">, sources: VariableSources): Promise<Lookups> {
  const texts = new Map<string, string>();
  const secrets: string[] = [];
  const lookup = new VariableLookup(sources);
  for (const { path, text } of stringsIn(entry)) {
    texts.set(textKey(path), await lookup.fill(parseVariables(text), path));
    secrets.push(...secretsIn(secretNameOf(entry, path), text).filter(isLongLiteral));
  }
  return { texts, unset: lookup.unset, secrets: [...secrets, ...lookup.secrets] };
}

/** Shorter values are too common to be hidden everywhere. */
function isLongLiteral(secret: string): boolean {
  return secret.length >= shortestHidden && !secret.includes("${");
}

function textKey(path: Path): string {
  return JSON.stringify(path);
}

/** Repeats the schema's checks on the resolved text. */
function errorsInText(path: Path, text: string): string[] {
  const field = dotted(path);
  if (text.includes("\0")) return nulErrors(path, text);
  if (path[1] === "headers" && /[\r\n]/.test(text)) return [`${field} contains a line break`];
  if (path[1] === "url" && !isHttpUrl(text)) return [`${field} is not a valid http:// or https:// URL`];
  const mayBeEmpty = path[0] === "env" || path[1] === "headers" || path[1] === "args";
  return mayBeEmpty || text.trim() !== "" ? [] : [`${field} is empty`];
}

/** The only check for a field of a plugin. The plugin's schema does the rest. */
function nulErrors(path: Path, text: string): string[] {
  return text.includes("\0") ? [`${dotted(path)} contains a NUL character`] : [];
}

function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

function fullPathsOf(
  files: { readonly ca?: string; readonly cert?: string; readonly key?: string },
  userHome: string,
  baseDir: string,
): typeof files {
  const paths = (["ca", "cert", "key"] as const).flatMap((name) => {
    const path = files[name];
    return path === undefined ? [] : [[name, fullPath(path, userHome, baseDir)]];
  });
  return Object.fromEntries(paths);
}

/** Makes paths absolute that, by `gateway.md`, may begin with `~` or be relative to the catalog's folder. */
export function withFullPaths(runtime: RuntimeConfig, userHome: string, baseDir: string): RuntimeConfig {
  if (!isBuiltIn(runtime)) return runtime;
  if ("env_file" in runtime && runtime.env_file !== undefined)
    return { ...runtime, env_file: fullPath(runtime.env_file, userHome, baseDir) };
  if (runtime.type === "remote-sse") return { ...runtime, ...fullPathsOf(runtime, userHome, baseDir) };
  if (runtime.type !== "local-process") return runtime;
  const { working_dir, ...rest } = runtime;
  const command = fromHome(runtime.command, userHome);
  if (working_dir === undefined) return { ...rest, command };
  return { ...rest, command, working_dir: fullPath(working_dir, userHome, baseDir) };
}
