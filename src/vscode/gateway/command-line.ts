/** What would run on this machine for an entry, as people are shown it before it does. Pure; secrets are hidden. */

import type { Entry } from "../../catalog/entry.ts";
import { redactedView } from "../../catalog/secrets/redacted-entry.ts";
import { stringsIn } from "../../catalog/text/strings-in.ts";
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
  const line = wordsOf(runtime)?.map(quotedWord).join(" ");
  if (line === undefined) return undefined;
  const folder = "working_dir" in runtime ? runtime.working_dir : undefined;
  return {
    line,
    env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
    ...(folder !== undefined && { folder }),
  };
}

function wordsOf(runtime: Entry["runtime"]): string[] | undefined {
  switch (runtime.type) {
    case "local-process":
      return [runtime.command, ...(runtime.args ?? [])];
    case "docker":
    case "podman":
      return containerArguments(runtime);
    case "remote-sse":
    case "k8s-job":
    case "k8s-service":
      return undefined;
    default:
      return pluginArguments(runtime);
  }
}

/** What a plugin does with its fields only the plugin knows: all of them are shown. */
export function pluginArguments(runtime: { readonly type: string }): string[] {
  const { type, ...fields } = runtime;
  const shown = Object.entries(fields).map(([name, value]) =>
    typeof value === "string" ? `${name}=${value}` : `${name}=${JSON.stringify(value)}`,
  );
  return [type, ...shown];
}

/** A container as one would start it by hand, with all that changes what it may do. */
export function containerArguments(
  config: Extract<Entry["runtime"], { type: "docker" | "podman" }>,
): string[] {
  const { type, host, container_name, volumes = [], network, env_file, user, read_only, pull } = config;
  const { resources = {}, transport, port, image, args = [] } = config;
  return [
    ...[type, ...option(type === "docker" ? "-H" : "--url", host), "run", "-i", "--rm"],
    ...[...option("--name", container_name), ...option("--pull", pull)],
    ...volumes.flatMap((volume) => ["-v", volume]),
    ...[...option("--network", network), ...option("--env-file", env_file), ...option("--user", user)],
    ...[...option("--cpus", resources.cpu), ...option("--memory", resources.memory)],
    ...(read_only ? ["--read-only"] : []),
    ...(transport === "http" ? ["-p", `127.0.0.1::${port}`] : []),
    ...[image, ...args],
  ];
}

function option(name: string, value: string | undefined): string[] {
  return value === undefined ? [] : [name, value];
}

/** The names of all `${secret:NAME}` of an entry that have no default, each once. */
export function secretNames(entry: Entry): string[] {
  const names = stringsIn(entry).flatMap(({ text }) => parseVariables(text).flatMap(namesIn));
  return [...new Set(names)];
}

/** The names of all `${secret:NAME}` in a text, be it a whole catalog. */
export function secretsNamedIn(text: string): string[] {
  return parseVariables(text).flatMap((part) => (part.kind === "secret" ? [part.name] : []));
}

function namesIn(part: VariablePart): string[] {
  return part.kind === "secret" && part.fallback === undefined ? [part.name] : [];
}

/** A word as a shell would take it. */
export function quotedWord(word: string): string {
  return /^[\w@%+=:,./\\${}*-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
