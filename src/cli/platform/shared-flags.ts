/** The flags that every command of `mcp-runtime` has. */

import { type Command, Option } from "commander";

export interface SharedFlags {
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly format?: string;
  readonly debug?: boolean;
}

const shared = new WeakSet<Option>();

/** A command that has a flag of that name keeps its own. */
export function shareFlags(command: Command): void {
  const taken = new Set(command.options.map(({ long }) => long));
  const flags = [
    new Option(
      "--kubeconfig <file>",
      "kubeconfig (default: KUBECONFIG, ~/.kube/config, the Pod's own account)",
    ),
    new Option("--context <name>", "context of the kubeconfig"),
    new Option("-o, --format <format>", "table, json or yaml"),
    new Option("--debug", "tell where an error comes from"),
  ];
  for (const flag of flags.filter(({ long }) => !taken.has(long))) {
    shared.add(flag);
    command.addOption(flag);
  }
}

/** What is said nearest to the command counts. */
export function sharedFlags(command: Command | null): SharedFlags {
  if (!command) return {};
  const own = command.options.filter((option) => shared.has(option)).map((option) => option.attributeName());
  const said = own
    .map((name) => [name, command.getOptionValue(name) as unknown])
    .filter(([, value]) => value !== undefined);
  return { ...sharedFlags(command.parent), ...Object.fromEntries(said) };
}
