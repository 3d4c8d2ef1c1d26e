/** Which registry the platform's images are in: flags before environment before what was saved (platform.md, *CLI*). Pure. */

import { GatewayError } from "../../base/errors.ts";
import { withoutScheme } from "../../metadata/image-reference.ts";
import type { Env } from "../env.ts";
import { internalRegistry } from "../identity.ts";

/** A registry that the platform did not make itself. */
export interface ProvisionedRegistry {
  /** With `http://` in front where it speaks no TLS. */
  readonly url: string;
  readonly username?: string;
  readonly password?: string;
  readonly operatorImage?: string;
}

export type RegistryFlags = Partial<ProvisionedRegistry>;

/** What is said in the environment of the provisioned registry. */
export function registryInEnv(env: Env): RegistryFlags {
  const said = {
    url: env["PROVISIONED_REGISTRY_URL"],
    username: env["PROVISIONED_REGISTRY_USERNAME"],
    password: env["PROVISIONED_REGISTRY_PASSWORD"],
  };
  return withoutEmpty(said);
}

/**
 * The first that is said of each, whoever says it, of the registry that is named first; what is said of another one is not
 * of this one, its password least of all. `undefined` where nobody names a registry. Throws where its URL holds a password.
 */
export function provisionedRegistry(
  ...said: readonly (RegistryFlags | undefined)[]
): ProvisionedRegistry | undefined {
  const all = said.map((one) => withoutEmpty(one ?? {}));
  const url = all.find((one) => one.url !== undefined)?.url;
  if (url === undefined) return undefined;
  // It is shown, and stands in the names of images.
  if (/^(\w+:\/\/)?[^/]*@/.test(url))
    throw new GatewayError(
      "cluster-failed",
      "the registry url must hold no user name and no password: use --username and --password-stdin",
    );
  const ofIt = all.filter((one) => one.url === undefined || withoutScheme(one.url) === withoutScheme(url));
  return { ...Object.assign({}, ...ofIt.toReversed()), url };
}

/** The same, where there must be one. Throws with the contract's words. */
export function requiredRegistry(...said: readonly (RegistryFlags | undefined)[]): ProvisionedRegistry {
  const found = provisionedRegistry(...said);
  if (found) return found;
  const words = "registry url is required (flag, env PROVISIONED_REGISTRY_URL, or config file)";
  throw new GatewayError("cluster-failed", words);
}

/** Where images are that nobody names, as far as can be known without a cluster. */
export function defaultRegistry(env: Env): string {
  const { url } = registryInEnv(env);
  return url === undefined ? internalRegistry : withoutScheme(url);
}

function withoutEmpty(
  said: { readonly [Key in keyof ProvisionedRegistry]?: string | undefined },
): RegistryFlags {
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined && value !== ""));
}
