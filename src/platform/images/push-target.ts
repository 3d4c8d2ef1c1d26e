/** Where an image goes when it is pushed (platform.md, *CLI*, `registry push`, `server build`). Pure. */

import { GatewayError } from "../../base/errors.ts";
import { inRegistry, registryIn, splitTag, withoutScheme, withTag } from "../../metadata/image-reference.ts";
import { internalRegistry } from "../identity.ts";
import type { ProvisionedRegistry } from "../image-registry/registry-settings.ts";

export type PushMode = "in-cluster" | "direct";

export interface PushRequest {
  /** The image on this machine. */
  readonly image: string;
  /** Its name in the registry; unset: the one it has. */
  readonly name?: string | undefined;
  readonly registry?: string | undefined;
}

export interface PushTarget {
  /** The whole name: registry, name and tag. */
  readonly reference: string;
  readonly registry: string;
  /** Whether it was named with `http://` in front: it speaks no TLS. */
  readonly isPlain?: boolean;
  readonly name: string;
  readonly tag: string;
}

/** Throws with the contract's words. */
export function pushMode(mode: string): PushMode {
  if (mode === "in-cluster" || mode === "direct") return mode;
  throw new GatewayError("cluster-failed", `unknown mode "${mode}" (use direct|in-cluster)`);
}

/** To the registry that is named, else the provisioned one, else the platform's own. */
export function pushTarget(
  { image, name, registry }: PushRequest,
  provisioned?: ProvisionedRegistry,
): PushTarget {
  const where = withoutScheme(registry ?? provisioned?.url ?? internalRegistry);
  const source = splitTag(image);
  const reference = withTag(inRegistry(name ?? source.image, where), source.tag ?? "latest");
  const { image: whole, tag = "latest" } = splitTag(reference);
  const host = registryIn(whole) ?? where;
  const isPlain = registry?.startsWith("http://") ?? false;
  return {
    reference,
    registry: host,
    ...(isPlain && { isPlain }),
    name: whole.slice(host.length + 1),
    tag,
  };
}

/** Its images are named by one of these, and its registry answers at another address. */
const dockerHub = ["docker.io", "index.docker.io"];

/** How a registry is spoken to: plainly where its address says so or it is on this machine, else by TLS. */
export function registryUrl(
  { registry, isPlain = false }: Pick<PushTarget, "registry" | "isPlain">,
  provisioned?: ProvisionedRegistry,
): string {
  if (dockerHub.includes(registry)) return "https://registry-1.docker.io";
  const saidPlain = isPlain || ofRegistry(provisioned, registry)?.url.startsWith("http://");
  const isHere = /^(localhost|127\.\d+\.\d+\.\d+)(:|$)/.test(registry);
  return saidPlain || isHere ? `http://${registry}` : `https://${registry}`;
}

/** A password is for its own registry only: what was provisioned, where it is this one. */
export function ofRegistry(
  provisioned: ProvisionedRegistry | undefined,
  registry: string,
): ProvisionedRegistry | undefined {
  const host = provisioned && withoutScheme(provisioned.url).split("/")[0];
  return host === registry ? provisioned : undefined;
}
