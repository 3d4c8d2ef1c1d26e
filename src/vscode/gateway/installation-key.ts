/** The key of this installation's gateways: random, made once, kept in the editor's secret storage and nowhere else. */

import { createHmac, randomBytes } from "node:crypto";

/** The part of the editor's secret storage that is needed. */
export interface SecretStore {
  get(name: string): PromiseLike<string | undefined>;
  store(name: string, value: string): PromiseLike<void>;
}

const name = "openMcpGateway.key";

/**
 * The key that is known; where there is none, the one that another window uses (`told`), or a new one. A known key is never
 * replaced: whoever can tell us a key could choose ours. Call it under the lock that windows share, or two that begin at
 * once make two keys.
 */
export async function installationKey(secrets: SecretStore, told?: string): Promise<string> {
  const known = await secrets.get(name);
  if (known) return known;
  const key = told ?? `omg_${randomBytes(24).toString("base64url")}`;
  await secrets.store(name, key);
  return key;
}

/** A second key that only the gateway of these catalogs accepts: who gets an answer with it has found the right one. */
export function recordKey(key: string, site: string): string {
  return createHmac("sha256", key).update(site).digest("base64url");
}
