/** Flags of every command of `mcp-runtime`. */

import { type Command, Option } from "commander";

export interface SharedFlags {
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly format?: string;
  readonly debug?: boolean;
}

const shared = new WeakSet<Option>();

/** Adds the shared flags. A command keeps its own flag of the same name. */
export function shareFlags(command: Command): void {
  const taken = new Set(command.options.map(({ long }) => long));
  const flags = [
    new Option(
      "--kubeconfig <file>",
      "kubeconfig (default: KUBECONFIG, ~/.kube/config, the Pod's own account)",
    ),
    new Option("--context <name>", "context of the kubeconfig"),
    new Option("-o, --format <format>", "table, json or yaml"),
    new Option("--debug", "print the stack of an error"),
  ];
  for (const flag of flags.filter(({ long }) => !taken.has(long))) {
    shared.add(flag);
    command.addOption(flag);
  }
}

/** Values of the shared flags. The flag nearest to the command has priority. */
export function sharedFlags(command: Command | null): SharedFlags {
  if (!command) return {};
  const own = command.options.filter((option) => shared.has(option)).map((option) => option.attributeName());
  const given = own
    .map((name) => [name, command.getOptionValue(name) as unknown])
    .filter(([, value]) => value !== undefined);
  return { ...sharedFlags(command.parent), ...Object.fromEntries(given) };
}
