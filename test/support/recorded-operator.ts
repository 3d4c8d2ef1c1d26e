/** The operator in this process, on a recorded cluster. */

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { stringify } from "yaml";
import { Log } from "../../src/base/log.ts";
import type { Env } from "../../src/platform/env.ts";
import { type RunningOperator, runOperator } from "../../src/platform/operator/operator.ts";
import { temporaryFolder } from "./gateway.ts";
import type { Kinds, RecordedCluster } from "./recorded-cluster.ts";

/** All requests that it makes. */
export const operatorKinds: Kinds = {
  v1: { Service: "services", Pod: "pods", Secret: "secrets", Event: "events" },
  "apps/v1": { Deployment: "deployments" },
  "networking.k8s.io/v1": { Ingress: "ingresses" },
  "coordination.k8s.io/v1": { Lease: "leases" },
  "mcp.agent-hellboy.io/v1alpha1": { MCPServer: "mcpservers" },
};

/** A kubeconfig that leads to the cluster. */
export async function kubeconfigOf(t: TestContext, { url }: RecordedCluster): Promise<string> {
  const file = join(await temporaryFolder(t), "config");
  const named = (more: object) => [{ name: "c", ...more }];
  const config = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": "c",
    // The server does not use TLS at all, but the library requires this setting.
    clusters: named({ cluster: { server: url, "insecure-skip-tls-verify": true } }),
    users: named({ user: {} }),
    contexts: named({ context: { cluster: "c", user: "c" } }),
  };
  await writeFile(file, stringify(config));
  return file;
}

export function startOperator(kubeconfig: string, env: Env): Promise<RunningOperator> {
  return runOperator({
    choice: { kubeconfig },
    baseDir: "/",
    env,
    log: new Log("error", () => undefined),
    isElecting: true,
    metricsAddress: "127.0.0.1:0",
    probeAddress: "127.0.0.1:0",
  });
}
