/** The objects that the cluster should have for an MCPServer (platform.md, *CRD spec → operator*). Pure. */

import { createHash } from "node:crypto";
import type { ClusterObject } from "../../kube/objects.ts";
import { completeSpec, type McpServer } from "../resource/mcp-server.ts";
import { desiredDeployment } from "./desired-deployment.ts";
import { isRegistryMissing } from "./desired-image.ts";
import { annotationRefusals, desiredIngress, isHostMissing } from "./desired-ingress.ts";
import { desiredService } from "./desired-service.ts";
import type { AnnotationRefusal } from "./ingress-annotations.ts";
import type { OperatorSettings } from "./settings.ts";

export interface DesiredState {
  readonly deployment: ClusterObject;
  readonly service: ClusterObject;
  /** `undefined`: there should be no Ingress. */
  readonly ingress: ClusterObject | undefined;
  readonly isHostMissing: boolean;
  readonly isRegistryMissing: boolean;
  /** Why there is no Ingress although there is a host. */
  readonly annotationRefusals: readonly AnnotationRefusal[];
}

/** `rootImage`: an image that is known to run only as root. The result does not depend on the status. */
export function desiredState(
  server: McpServer,
  settings: OperatorSettings,
  rootImage?: string,
): DesiredState {
  const { group } = settings;
  const ingress = desiredIngress(server, settings);
  return {
    deployment: marked(desiredDeployment(server, settings, rootImage), group),
    service: marked(desiredService(server), group),
    ingress: ingress && marked(ingress, group),
    isHostMissing: isHostMissing(server, settings),
    isRegistryMissing: isRegistryMissing(completeSpec(server), settings),
    annotationRefusals: annotationRefusals(server, settings),
  };
}

/**
 * Adds an annotation with the desired state. It distinguishes fields that are no longer desired from fields of others.
 */
function marked(object: ClusterObject, group: string): ClusterObject {
  const mark = createHash("sha256").update(JSON.stringify(object)).digest("hex").slice(0, 16);
  const annotations = { ...object.metadata.annotations, [`${group}/plan`]: mark };
  return { ...object, metadata: { ...object.metadata, annotations } };
}
