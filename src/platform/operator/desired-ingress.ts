/** The Ingress of an MCPServer with a host (platform.md, *CRD spec → operator*). Pure. */

import type { ClusterObject } from "../../kube/objects.ts";
import { completeSpec, type McpServer } from "../resource/mcp-server.ts";
import { portName } from "./desired-service.ts";
import { type AnnotationRefusal, refusedAnnotations } from "./ingress-annotations.ts";
import { controllerOf, labelsOf } from "./owner.ts";
import type { OperatorSettings } from "./settings.ts";

/** Annotations that a controller needs. The user's value for the same name wins. */
const classAnnotations: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  traefik: { "traefik.ingress.kubernetes.io/router.entrypoints": "web" },
  nginx: { "nginx.ingress.kubernetes.io/ssl-redirect": "false" },
};

/** Whether it has neither its own nor a default host, and `allowAnyHost` is not set. */
export function isHostMissing(server: McpServer, settings: OperatorSettings): boolean {
  const { ingressHost, allowAnyHost } = completeSpec(server);
  return !ingressHost && settings.defaultHost === undefined && !allowAnyHost;
}

/** The annotations of a server that are not allowed on its Ingress. */
export function annotationRefusals(
  server: McpServer,
  settings: OperatorSettings,
): readonly AnnotationRefusal[] {
  return refusedAnnotations(server.spec.ingressAnnotations ?? {}, settings.ingressAnnotations);
}

/**
 * Returns `undefined` without a host, and with a refused annotation. Leaving out only that annotation would be unsafe,
 * because it may be the one that restricts access.
 */
export function desiredIngress(
  server: McpServer,
  settings: OperatorSettings,
): (ClusterObject & { readonly spec: unknown }) | undefined {
  if (isHostMissing(server, settings) || annotationRefusals(server, settings).length > 0) return undefined;
  const { ingressHost, ingressPath, ingressClass, ingressAnnotations } = completeSpec(server);
  const { name, namespace = "default" } = server.metadata;
  const host = ingressHost || settings.defaultHost;
  const backend = { service: { name, port: { name: portName } } };
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: {
      name,
      namespace,
      labels: labelsOf(server),
      annotations: { ...classAnnotations[ingressClass], ...ingressAnnotations },
      ownerReferences: [controllerOf(server)],
    },
    spec: {
      ingressClassName: ingressClass,
      rules: [
        { ...(host && { host }), http: { paths: [{ path: ingressPath, pathType: "Prefix", backend }] } },
      ],
    },
  };
}
