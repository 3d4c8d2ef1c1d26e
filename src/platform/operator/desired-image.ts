/** The image that nodes pull for a server (platform.md, *CRD spec → operator*). Pure. */

import { inRegistry, withTag } from "../../metadata/image-reference.ts";
import { internalRegistry } from "../identity.ts";
import type { CompleteSpec } from "../resource/mcp-server.ts";
import type { OperatorSettings } from "./settings.ts";

/** Whether a server must be pulled from the provisioned registry, but the operator has none. */
export function isRegistryMissing(spec: CompleteSpec, { registry }: OperatorSettings): boolean {
  return spec.useProvisionedRegistry && registry === undefined;
}

/** The provisioned registry wins over the override. Both replace the registry in the image's name. */
export function desiredImage(spec: CompleteSpec, settings: OperatorSettings): string {
  const provisioned = spec.useProvisionedRegistry ? settings.registry?.url : undefined;
  const registry = provisioned ?? spec.registryOverride;
  const image = registry ? inRegistry(spec.image, registry) : spec.image;
  return forNodes(withTag(image, spec.imageTag), settings.nodeRegistry);
}

/** Nodes pull from an address of their own, because they do not resolve the names of Services. */
function forNodes(image: string, nodeRegistry: string | undefined): string {
  const isInternal = image.startsWith(`${internalRegistry}/`);
  return isInternal && nodeRegistry !== undefined ? inRegistry(image, nodeRegistry) : image;
}
