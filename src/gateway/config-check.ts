/**
 * Checks whether the variables of the entries have values, so that a missing one shows before the server starts. Checks
 * again only if the entry or one of its values has changed, because a catalog may have a thousand entries.
 */

import { createHash } from "node:crypto";
import type { Entry } from "../catalog/entry.ts";
import { stringsIn } from "../catalog/text/strings-in.ts";
import { parseVariables, type VariablePart } from "../catalog/text/variable-syntax.ts";
import { resolveEntry } from "../catalog/variables/resolve-entry.ts";
import type { ManagedServer } from "../supervisor/managed-server.ts";
import type { HostServices, ResolveContext } from "./host-services.ts";

/** Names of the environment variables of an entry; `undefined` if it also has secrets, whose files may change. */
type Names = readonly string[] | undefined;

interface Checked {
  readonly entry: Entry;
  /** Digest of the values that were checked. */
  readonly values: string | undefined;
}

export class ConfigCheck {
  readonly #services: HostServices;
  readonly #names = new WeakMap<Entry, { readonly names: Names }>();
  /** The latest check of each server. Results of earlier checks are ignored. */
  readonly #latest = new WeakMap<ManagedServer, Checked>();

  constructor(services: HostServices) {
    this.#services = services;
  }

  /** Sets or clears the reason why the server cannot be started. */
  async check(server: ManagedServer): Promise<void> {
    const { entry } = server;
    const context = await this.#services.contextOf(entry);
    const before = this.#latest.get(server);
    const checked = { entry, values: this.#digest(entry, context) };
    if (before?.entry === entry && before.values !== undefined && before.values === checked.values) return;
    this.#latest.set(server, checked);
    const resolution = await resolveEntry(entry, context.sources, context.baseDir);
    if (this.#latest.get(server) !== checked) return;
    server.setConfigError(resolution.kind === "misconfigured" ? resolution.because : undefined);
  }

  /** A digest, so that no value is kept. `undefined` if the values may change without a notice. */
  #digest(entry: Entry, { sources, baseDir }: ResolveContext): string | undefined {
    const names = this.#namesIn(entry);
    if (!names) return undefined;
    const { workspaceFolder, userHome } = sources;
    const values = [baseDir, workspaceFolder, userHome, ...names.map((name) => sources.env(name) ?? null)];
    return createHash("sha256").update(JSON.stringify(values)).digest("base64");
  }

  #namesIn(entry: Entry): Names {
    const known = this.#names.get(entry);
    if (known) return known.names;
    const variables = stringsIn(entry).flatMap(({ text }) => variablesIn(parseVariables(text)));
    const hasSecrets = variables.some(({ kind }) => kind === "secret");
    const names = hasSecrets
      ? undefined
      : [...new Set(variables.flatMap(({ kind, name }) => (kind === "env" ? [name] : [])))];
    this.#names.set(entry, { names });
    return names;
  }
}

type Variable = Extract<VariablePart, { name: string }>;

/** The variables of a text, including those in defaults. */
function variablesIn(parts: readonly VariablePart[]): Variable[] {
  return parts.flatMap((part) => ("name" in part ? [part, ...variablesIn(part.fallback ?? [])] : []));
}
