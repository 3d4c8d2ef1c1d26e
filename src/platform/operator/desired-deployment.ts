/** The Deployment of an MCPServer (platform.md, *CRD spec → operator*). Pure. */

import { literal } from "../../kube/literal.ts";
import type { ClusterObject } from "../../kube/objects.ts";
import { completeSpec, type McpServer } from "../resource/mcp-server.ts";
import { desiredImage } from "./desired-image.ts";
import { portName } from "./desired-service.ts";
import { controllerOf, labelsOf } from "./owner.ts";
import { pullSecretNames } from "./pull-secret.ts";
import { resourceRequirements } from "./resource-requirements.ts";
import type { OperatorSettings } from "./settings.ts";

export const containerName = "server";
/** How long a server may take until it listens. A slow start is not an error. */
export const startSeconds = 120;
/**
 * Variables for a server: the path at which clients reach it, and the port to listen on, under its most common name.
 */
export const pathVariable = "MCP_PATH";
export const portVariable = "PORT";

/** Annotation of a Deployment: the image that is known to run only as root. */
export function rootImageAnnotation(group: string): string {
  return `${group}/runs-as-root`;
}

/** Annotation of a Pod: id of its image. A new image under the same tag changes it and so creates new Pods. */
export function imageIdAnnotation(group: string): string {
  return `${group}/image-id`;
}

/** `rootImage`: an image that can only run as root. Every other image must run as another user. */
export function desiredDeployment(
  server: McpServer,
  settings: OperatorSettings,
  rootImage?: string,
): ClusterObject & { readonly spec: unknown } {
  const spec = completeSpec(server);
  const { name, namespace = "default" } = server.metadata;
  const image = desiredImage(spec, settings);
  const isRoot = image === rootImage;
  const pullSecrets = pullSecretNames(spec, settings);
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: {
      name,
      namespace,
      labels: labelsOf(server),
      ...(isRoot && { annotations: { [rootImageAnnotation(settings.group)]: image } }),
      ownerReferences: [controllerOf(server)],
    },
    spec: {
      replicas: spec.replicas,
      selector: { matchLabels: labelsOf(server) },
      template: {
        metadata: {
          labels: labelsOf(server),
          ...(spec.imageId !== undefined && {
            annotations: { [imageIdAnnotation(settings.group)]: spec.imageId },
          }),
        },
        spec: {
          enableServiceLinks: false,
          // A server of the platform does not need the API server.
          automountServiceAccountToken: false,
          securityContext: {
            seccompProfile: { type: "RuntimeDefault" },
            ...(!isRoot && { runAsNonRoot: true }),
          },
          ...(pullSecrets.length > 0 && {
            imagePullSecrets: pullSecrets.map((secret) => ({ name: secret })),
          }),
          containers: [container(server, image)],
        },
      },
    },
  };
}

function container(server: McpServer, image: string): object {
  const { port, ingressPath, envVars = [], ...spec } = completeSpec(server);
  return {
    name: containerName,
    image,
    // A node may have an older image of the same tag.
    ...(spec.imageId !== undefined && { imagePullPolicy: "Always" }),
    ports: [{ name: portName, containerPort: port, protocol: "TCP" }],
    env: environment([
      { name: pathVariable, value: ingressPath },
      { name: portVariable, value: String(port) },
      ...envVars,
    ]),
    resources: resourceRequirements(spec),
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
    // Without a message, the last output of a container explains its end.
    terminationMessagePolicy: "FallbackToLogsOnError",
    startupProbe: { ...probe(port), periodSeconds: 2, failureThreshold: startSeconds / 2 },
    readinessProbe: { ...probe(port), periodSeconds: 5 },
    livenessProbe: { ...probe(port), periodSeconds: 10 },
  };
}

function probe(port: number): { tcpSocket: { port: number } } {
  return { tcpSocket: { port } };
}

/** The last value of each name, as in a container. The API server refuses duplicates. */
function environment(variables: readonly { name: string; value: string }[]): readonly object[] {
  const values = new Map(variables.map(({ name, value }) => [name, value]));
  return [...values].map(([name, value]) => ({ name, value: literal(value) }));
}
