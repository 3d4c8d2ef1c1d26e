/** The keys of gateways that run elsewhere, in the editor's secret storage. */

import type { SecretStore } from "./installation-key.ts";

/** `refused`: asks the user for the key of the gateway at `url`, because the gateway refused the previous one. */
export type KeyOf = (url: string, refused: boolean) => Promise<string | undefined>;

/** The methods of the editor's secret storage that are used. */
export interface RemoteKeyStore extends SecretStore {
  delete(name: string): PromiseLike<void>;
}

/** Name of the single key that older versions stored for all gateways. Its gateway is not known. */
const formerName = "openMcpGateway.remoteKey";

/**
 * Stores the keys of gateways that run elsewhere, one for each origin (scheme, host and port). A key is never sent to
 * another origin. `prompt` asks the user.
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
