/**
 * Selects the registry of the platform's images: flags win over the environment, which wins over saved settings
 * (platform.md, *CLI*). Pure.
 */

import { GatewayError } from "../../base/errors.ts";
import { withoutScheme } from "../../metadata/image-reference.ts";
import type { Env } from "../env.ts";
import { internalRegistry } from "../identity.ts";

/** A registry that the platform did not create. */
export interface ProvisionedRegistry {
  /** With the prefix `http://` if the registry does not support TLS. */
  readonly url: string;
  readonly username?: string;
  readonly password?: string;
  readonly operatorImage?: string;
}

export type RegistryFlags = Partial<ProvisionedRegistry>;

/** The provisioned registry in the environment. */
export function registryInEnv(env: Env): RegistryFlags {
  const sources = {
    url: env["PROVISIONED_REGISTRY_URL"],
    username: env["PROVISIONED_REGISTRY_USERNAME"],
    password: env["PROVISIONED_REGISTRY_PASSWORD"],
  };
  return withoutEmpty(sources);
}

/**
 * Merges settings of the first named registry; earlier sources win. Settings of a different registry are ignored, above
 * all its password. `undefined` when no registry is named. Throws when its URL contains a password.
 */
export function provisionedRegistry(
  ...sources: readonly (RegistryFlags | undefined)[]
): ProvisionedRegistry | undefined {
  const all = sources.map((one) => withoutEmpty(one ?? {}));
  const url = all.find((one) => one.url !== undefined)?.url;
  if (url === undefined) return undefined;
  // The URL is shown, and is part of image names.
  if (/^(\w+:\/\/)?[^/]*@/.test(url))
    throw new GatewayError(
      "cluster-failed",
      "the registry url must not contain a user name or a password: use --username and --password-stdin",
    );
  const ofIt = all.filter((one) => one.url === undefined || withoutScheme(one.url) === withoutScheme(url));
  return { ...Object.assign({}, ...ofIt.toReversed()), url };
}

/** The same for a required registry. Throws with the contract's message. */
export function requiredRegistry(...sources: readonly (RegistryFlags | undefined)[]): ProvisionedRegistry {
  const found = provisionedRegistry(...sources);
  if (found) return found;
  const message = "registry url is required (flag, env PROVISIONED_REGISTRY_URL, or config file)";
  throw new GatewayError("cluster-failed", message);
}

/** The registry for images whose name does not contain one. Does not read the settings saved in the cluster. */
export function defaultRegistry(env: Env): string {
  const { url } = registryInEnv(env);
  return url === undefined ? internalRegistry : withoutScheme(url);
}

function withoutEmpty(
  sources: { readonly [Key in keyof ProvisionedRegistry]?: string | undefined },
): RegistryFlags {
  return Object.fromEntries(
    Object.entries(sources).filter(([, value]) => value !== undefined && value !== ""),
  );
}
