/** The command that an entry would run on this machine, shown to the user before it runs. Pure. Secrets are hidden. */

import type { Entry } from "../../catalog/entry.ts";
import { redactedView } from "../../catalog/secrets/redacted-entry.ts";
import { stringsIn } from "../../catalog/text/strings-in.ts";
import { parseVariables, type VariablePart } from "../../catalog/text/variable-syntax.ts";

export interface CommandLine {
  /** The command as a user would type it. */
  readonly line: string;
  /** `NAME=value`, secrets as `***`. */
  readonly env: readonly string[];
  /** The folder it runs in, if the entry has one. */
  readonly folder?: string;
}

/** Absent if nothing runs on this machine because the server is reached over the network. */
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

/** Shows all fields, because only the plugin knows how it uses them. */
export function pluginArguments(runtime: { readonly type: string }): string[] {
  const { type, ...fields } = runtime;
  const shown = Object.entries(fields).map(([name, value]) =>
    typeof value === "string" ? `${name}=${value}` : `${name}=${JSON.stringify(value)}`,
  );
  return [type, ...shown];
}

/** The command that would start the container by hand, with all options that change its rights. */
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

/** The names of all `${secret:NAME}` without a default in an entry, each once. */
export function secretNames(entry: Entry): string[] {
  const names = stringsIn(entry).flatMap(({ text }) => parseVariables(text).flatMap(namesIn));
  return [...new Set(names)];
}

/** The names of all `${secret:NAME}` in a text, which may be a whole catalog. */
export function secretsNamedIn(text: string): string[] {
  return parseVariables(text).flatMap((part) => (part.kind === "secret" ? [part.name] : []));
}

function namesIn(part: VariablePart): string[] {
  return part.kind === "secret" && part.fallback === undefined ? [part.name] : [];
}

/** Quotes a word for a shell if necessary. */
export function quotedWord(word: string): string {
  return /^[\w@%+=:,./\\${}*-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
