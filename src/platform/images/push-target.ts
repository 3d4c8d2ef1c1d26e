/** The destination of a pushed image (platform.md, *CLI*, `registry push`, `server build`). Pure. */

import { GatewayError } from "../../base/errors.ts";
import { inRegistry, registryIn, splitTag, withoutScheme, withTag } from "../../metadata/image-reference.ts";
import { internalRegistry } from "../identity.ts";
import type { ProvisionedRegistry } from "../image-registry/registry-settings.ts";

export type PushMode = "in-cluster" | "direct";

export interface PushRequest {
  /** The image on this machine. */
  readonly image: string;
  /** Its name in the registry. Unset: its name on this machine. */
  readonly name?: string | undefined;
  readonly registry?: string | undefined;
}

export interface PushTarget {
  /** The full name: registry, name and tag. */
  readonly reference: string;
  readonly registry: string;
  /** Whether it was given with the prefix `http://`, so that TLS is not used. */
  readonly isPlain?: boolean;
  readonly name: string;
  readonly tag: string;
}

/** Throws with the contract's message. */
export function pushMode(mode: string): PushMode {
  if (mode === "in-cluster" || mode === "direct") return mode;
  throw new GatewayError("cluster-failed", `unknown mode "${mode}" (use direct|in-cluster)`);
}

/** The target in the named registry, or else the provisioned one, or else the platform's own. */
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

/** Images use one of these names, but the registry has another address. */
const dockerHub = ["docker.io", "index.docker.io"];

/** The URL of a registry: plain HTTP if its address requests that or is on this machine, otherwise TLS. */
export function registryUrl(
  { registry, isPlain = false }: Pick<PushTarget, "registry" | "isPlain">,
  provisioned?: ProvisionedRegistry,
): string {
  if (dockerHub.includes(registry)) return "https://registry-1.docker.io";
  const isPlainHttp = isPlain || ofRegistry(provisioned, registry)?.url.startsWith("http://");
  const isHere = /^(localhost|127\.\d+\.\d+\.\d+)(:|$)/.test(registry);
  return isPlainHttp || isHere ? `http://${registry}` : `https://${registry}`;
}

/** The provisioned registry, if it is this one. A password is used only for its own registry. */
export function ofRegistry(
  provisioned: ProvisionedRegistry | undefined,
  registry: string,
): ProvisionedRegistry | undefined {
  const host = provisioned && withoutScheme(provisioned.url).split("/")[0];
  return host === registry ? provisioned : undefined;
}
