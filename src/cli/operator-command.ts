/** `mcp-runtime operator`: runs the operator until a signal stops it (platform.md, *CLI*). */

import { Log, type LogLevel } from "../base/log.ts";
import { openCluster } from "../kube/cluster.ts";
import { withSavedRegistry } from "../platform/image-registry/saved-registry.ts";
import { runOperator } from "../platform/operator/operator.ts";
import { hasStaleCredentials } from "../platform/operator/settings.ts";
import { closeOnSignal, toStderr } from "./program.ts";

export interface OperatorFlags {
  readonly kubeconfig?: string;
  readonly context?: string;
  /** Namespace of the Lease. */
  readonly namespace?: string;
  readonly metricsAddr?: string;
  readonly probeAddr?: string;
  readonly leaderElect?: boolean;
  readonly debug?: boolean;
}

/** Resolves once the operator is running. Rejects with `GatewayError` when it cannot start. */
export async function operatorCommand(flags: OperatorFlags): Promise<void> {
  const level: LogLevel = flags.debug ? "debug" : "info";
  const log = new Log(level, toStderr);
  const { kubeconfig, context, namespace } = flags;
  const choice = {
    ...(kubeconfig !== undefined && { kubeconfig }),
    ...(context !== undefined && { context }),
  };
  const baseDir = process.cwd();
  const operator = await runOperator({
    choice,
    baseDir,
    env: hasStaleCredentials(process.env)
      ? await withSavedRegistry(await openCluster(choice, baseDir), process.env)
      : process.env,
    log,
    isElecting: flags.leaderElect ?? true,
    ...(namespace !== undefined && { leaseNamespace: namespace }),
    metricsAddress: flags.metricsAddr ?? ":8080",
    probeAddress: flags.probeAddr ?? ":8081",
  });
  closeOnSignal(log, () => operator.close());
}
