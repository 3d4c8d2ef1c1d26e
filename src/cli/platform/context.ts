/** What every command of `mcp-runtime` is given: its output, and the cluster once it asks for one. */

import type { Command } from "commander";
import { GatewayError } from "../../base/errors.ts";
import type { Cluster } from "../../kube/cluster.ts";
import { apiGroup } from "../../platform/identity.ts";
import { UsageError } from "../flags.ts";
import { formatOf, Output, openProgress, type Progress } from "./output.ts";
import { type SharedFlags, sharedFlags } from "./shared-flags.ts";

export class Context {
  readonly output: Output;
  readonly group: string;
  readonly flags: SharedFlags;

  constructor(flags: SharedFlags) {
    this.flags = flags;
    this.output = new Output(formatOf(flags.format ?? "table"));
    this.group = apiGroup(process.env);
  }

  static of(command: Command): Context {
    return new Context(sharedFlags(command));
  }

  /** Asks nobody yet. Rejects with `cluster-failed` when there is no kubeconfig or no such context. */
  async cluster(): Promise<Cluster> {
    const { openCluster } = await import("../../kube/cluster.ts");
    const { kubeconfig, context } = this.flags;
    try {
      return await openCluster(
        { ...(kubeconfig !== undefined && { kubeconfig }), ...(context !== undefined && { context }) },
        process.cwd(),
      );
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      throw new GatewayError("cluster-failed", error.message, { cause: error });
    }
  }

  /** Runs a piece of work that says how it goes. */
  async withProgress<T>(work: (progress: Progress) => Promise<T>): Promise<T> {
    const progress = await openProgress();
    try {
      return await work(progress);
    } finally {
      progress.end();
    }
  }
}

/** A whole number of a flag. Throws `UsageError`. */
export function wholeNumber(flag: string): (text: string) => number {
  return (text) => {
    if (/^\d{1,9}$/.test(text)) return Number(text);
    throw new UsageError(`${flag} must be a whole number, not '${text}'`);
  };
}

/** Aborted by the first Ctrl-C or SIGTERM; a second one ends the process. */
export function untilInterrupted(): AbortSignal {
  const abort = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.on(signal, () => (abort.signal.aborted ? process.exit(130) : abort.abort()));
  return abort.signal;
}
