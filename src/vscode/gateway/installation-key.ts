/** The key of the gateways of this installation: random, created once, stored only in the editor's secret storage. */

import { createHmac, randomBytes } from "node:crypto";

/** The methods of the editor's secret storage that are used. */
export interface SecretStore {
  get(name: string): PromiseLike<string | undefined>;
  store(name: string, value: string): PromiseLike<void>;
}

const name = "openMcpGateway.key";

/**
 * The stored key. If there is none, the key received from another window (`received`), or else a new key. A stored key is
 * never replaced, because a program that could send a key could then choose it. Call this under the lock that windows
 * share, or else two windows that start at the same time create two keys.
 */
export async function installationKey(secrets: SecretStore, received?: string): Promise<string> {
  const known = await secrets.get(name);
  if (known) return known;
  const key = received ?? `omg_${randomBytes(24).toString("base64url")}`;
  await secrets.store(name, key);
  return key;
}

/**
 * A second key that only the gateway of these catalogs accepts. An answer to it proves that this is the right gateway.
 */
export function recordKey(key: string, site: string): string {
  return createHmac("sha256", key).update(site).digest("base64url");
}
