/**
 * What the gateway needs from its surroundings: from a window with a user, or from a program without one. One object is
 * handed on by reference.
 */

import type { Log } from "../base/log.ts";
import type { Entry } from "../catalog/entry.ts";
import type { VariableSources } from "../catalog/variables/variable-lookup.ts";

/** Context for resolving the variables and paths of an entry. */
export interface ResolveContext {
  /** Absolute base directory of relative paths in the entry. */
  readonly baseDir: string;
  readonly sources: VariableSources;
}

export interface HostServices {
  readonly log: Log;
  /** Context for checking an entry without a start. It shows which secrets exist, but not their values. */
  contextOf(entry: Entry): Promise<ResolveContext>;
  /** Approves the start of an instance and may ask the user. Rejects with the reason for a refusal. */
  approve(entry: Entry): Promise<ResolveContext>;
  /** The same without asking the user. If it resolves with `undefined`, do not contact anything. Never rejects. */
  approvedContext(entry: Entry): Promise<ResolveContext | undefined>;
}

/** Services of a program that its user started with this catalog: all entries are approved. */
export function headlessServices(log: Log, context: ResolveContext): HostServices {
  return {
    log,
    contextOf: async () => context,
    approve: async () => context,
    approvedContext: async () => context,
  };
}
