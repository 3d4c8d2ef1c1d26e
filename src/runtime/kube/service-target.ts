/** The target of a Service: its address in the cluster, and a ready Pod behind it. Pure. */

import type { CoreV1EndpointPort, V1Endpoints, V1Service } from "@kubernetes/client-node";
import { GatewayError } from "../../base/errors.ts";
import type { RuntimeConfig } from "../../catalog/entry.ts";
import type { PodPort } from "../../kube/port-forward.ts";

export type ServiceConfig = Extract<RuntimeConfig, { type: "k8s-service" }>;

/** URL of the server's MCP endpoint for a Pod in the cluster. */
export function insideUrl(config: ServiceConfig): string {
  return urlAt(config, `${config.service_name}.${config.namespace}.svc`, config.port);
}

export function urlAt({ scheme = "http", path = "/mcp" }: ServiceConfig, host: string, port: number): string {
  return `${scheme}://${host}:${port}${path}`;
}

/**
 * A ready Pod with its port, or the reason while no Pod is ready. Throws `start-failed` where waiting would not help.
 */
export function podBehind(
  config: ServiceConfig,
  service: V1Service,
  endpoints: V1Endpoints,
): PodPort | string {
  const { namespace, service_name: name, port } = config;
  const ports = service.spec?.ports ?? [];
  const wanted = ports.find((one) => one.port === port);
  if (!wanted) {
    const there = ports.map((one) => one.port).join(", ");
    throw new GatewayError(
      "start-failed",
      `the Service '${name}' has no port ${port} (it has ${there || "none"})`,
    );
  }
  for (const { addresses = [], ports: targets = [] } of endpoints.subsets ?? []) {
    const pod = addresses.find(({ targetRef }) => targetRef?.kind === "Pod")?.targetRef?.name;
    const target = targetOf(targets, wanted.name);
    if (pod !== undefined && target) return { namespace, pod, port: target.port };
  }
  return `no Pod of the Service '${name}' is ready`;
}

/** The port name is optional for a Service with one port. */
function targetOf(
  targets: readonly CoreV1EndpointPort[],
  name: string | undefined,
): CoreV1EndpointPort | undefined {
  return targets.find((target) => (target.name ?? "") === (name ?? ""));
}
