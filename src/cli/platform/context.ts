/** Context of a command of `mcp-runtime`: its output, its flags and the cluster. */

import type { Command } from "commander";
import { GatewayError } from "../../base/errors.ts";
import type { Cluster } from "../../kube/cluster.ts";
import { apiGroup } from "../../platform/identity.ts";
import { UsageError } from "../command-line.ts";
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

  /** Opens the cluster without a request. Rejects with `cluster-failed` without a kubeconfig or its context. */
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

  /** Runs work that reports its progress. */
  async withProgress<T>(work: (progress: Progress) => Promise<T>): Promise<T> {
    const progress = await openProgress();
    try {
      return await work(progress);
    } finally {
      progress.end();
    }
  }
}

/** Parser for a flag with a whole number. Throws `UsageError`. */
export function wholeNumber(flag: string): (text: string) => number {
  return (text) => {
    if (/^\d{1,9}$/.test(text)) return Number(text);
    throw new UsageError(`${flag} must be a whole number, not '${text}'`);
  };
}

/** Aborts on the first Ctrl-C or SIGTERM. A second one ends the process. */
export function untilInterrupted(): AbortSignal {
  const abort = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.on(signal, () => (abort.signal.aborted ? process.exit(130) : abort.abort()));
  return abort.signal;
}
