/** The keys of gateways that run elsewhere, in the editor's secret storage. */

import type { SecretStore } from "./installation-key.ts";

/** `refused`: asks for the key of the gateway at `url`, as the one that was tried is not it. */
export type KeyOf = (url: string, refused: boolean) => Promise<string | undefined>;

/** The part of the editor's secret storage that is needed. */
export interface RemoteKeyStore extends SecretStore {
  delete(name: string): PromiseLike<void>;
}

/** Where a key was kept before each gateway had its own: nobody knows whose it is. */
const formerName = "openMcpGateway.remoteKey";

/**
 * Keeps the keys of gateways that run elsewhere, each for one origin (scheme, host and port): the key of one never goes
 * to another. `prompt` asks the user.
 */
export function savedKeys(
  secrets: RemoteKeyStore,
  prompt: (url: string) => Promise<string | undefined>,
): KeyOf {
  return async (url, refused) => {
    await secrets.delete(formerName);
    const name = `${formerName}.${new URL(url).origin}`;
    if (!refused) return secrets.get(name);
    const key = await prompt(url);
    if (key) await secrets.store(name, key);
    return key || undefined;
  };
}
