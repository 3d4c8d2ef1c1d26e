/** What the cluster should hold for an MCPServer (platform.md, *CRD spec → operator*). Pure. */

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
  /** `undefined`: there should be none. */
  readonly ingress: ClusterObject | undefined;
  readonly isHostMissing: boolean;
  readonly isRegistryMissing: boolean;
  /** Why there is no Ingress though there is a host. */
  readonly annotationRefusals: readonly AnnotationRefusal[];
}

/** `rootImage`: an image that is known to run as root only. Nothing here depends on what the status says. */
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

/** With a mark of all that is planned: what is no longer planned is in no other way told from what others have added. */
function marked(object: ClusterObject, group: string): ClusterObject {
  const mark = createHash("sha256").update(JSON.stringify(object)).digest("hex").slice(0, 16);
  const annotations = { ...object.metadata.annotations, [`${group}/plan`]: mark };
  return { ...object, metadata: { ...object.metadata, annotations } };
}
