/** What would run on this machine for an entry, as people are shown it before it does. Pure; secrets are hidden. */

import type { Entry } from "../../catalog/entry.ts";
import { redactedView } from "../../catalog/secrets/redact.ts";
import { textsOf } from "../../catalog/text/texts.ts";
import { parseVariables, type VariablePart } from "../../catalog/text/variable-syntax.ts";

export interface CommandLine {
  /** As one would type it. */
  readonly line: string;
  /** `NAME=value`, secrets as `***`. */
  readonly env: readonly string[];
  /** Where it runs, if the entry says so. */
  readonly folder?: string;
}

/** Absent where nothing runs on this machine: the server is reached over the network. */
export function commandLineOf(entry: Entry): CommandLine | undefined {
  const { runtime, env } = redactedView(entry);
  if (!("command" in runtime) || typeof runtime.command !== "string") return undefined;
  const line = [runtime.command, ...(runtime.args ?? [])].map(quotedWord).join(" ");
  const folder = runtime.working_dir;
  return {
    line,
    env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
    ...(folder !== undefined && { folder }),
  };
}

/** The names of all `${secret:NAME}` of an entry that have no default, each once. */
export function secretNames(entry: Entry): string[] {
  const names = textsOf(entry).flatMap(({ text }) => parseVariables(text).flatMap(namesIn));
  return [...new Set(names)];
}

function namesIn(part: VariablePart): string[] {
  return part.kind === "secret" && part.fallback === undefined ? [part.name] : [];
}

function quotedWord(word: string): string {
  return /^[\w@%+=:,./\\${}*-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
