/**
 * The parts of an entry that may be shown (gateway.md, *HTTP*, `GET /servers/:id`). Pure: has no access to resolved
 * values.
 */

import type { Entry, RuntimeConfig } from "../entry.ts";
import { isBuiltIn } from "../plugin-types.ts";
import type { Path } from "../text/problem.ts";
import { isEnvOrHeader, mapStrings } from "../text/strings-in.ts";
import { hasVariable } from "../text/variable-syntax.ts";
import { argName, looksLikeSecret, maskSecrets } from "./secret-detector.ts";

export interface RedactedView {
  readonly runtime: RuntimeConfig;
  readonly env: Readonly<Record<string, string>>;
}

/**
 * The catalog's own text with `***` for env values and headers that contain a variable or look like a secret, and for
 * every other string that looks like a secret. Variables elsewhere stay as written: `${secret:NAME}`.
 */
export function redactedView(entry: Pick<Entry, "runtime" | "env">): RedactedView {
  const show = (text: string, path: Path): string => shown(text, path, secretNameOf(entry, path));
  return {
    runtime: mapStrings(entry.runtime, show, ["runtime"]),
    env: mapStrings(entry.env ?? {}, show, ["env"]),
  };
}

/**
 * The name that decides whether a string of an entry is secret: its variable, header or flag, or "". The meaning of a
 * plugin's fields is unknown, so each uses its own name.
 */
export function secretNameOf({ runtime }: Pick<Entry, "runtime">, path: Path): string {
  const last = path.at(-1);
  if (isEnvOrHeader(path)) return String(last);
  if (!isBuiltIn(runtime)) return String(path.findLast((step) => typeof step === "string"));
  if (path[1] === "args" && typeof last === "number" && "args" in runtime)
    return argName(runtime.args ?? [], last);
  return "";
}

function shown(text: string, path: Path, name: string): string {
  if (!isEnvOrHeader(path)) return maskSecrets(name, text);
  return hasVariable(text) || looksLikeSecret(name, text) ? "***" : text;
}
