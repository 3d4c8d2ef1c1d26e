/** Stores the secrets of imported servers under unused names. If the servers are not added, the secrets are not kept. */

import type { SecretVault } from "../gateway/secret-vault.ts";
import { type Imported, importServers } from "./convert-servers.ts";

/** Names in use by earlier imports. Each import adds to it. */
export interface Taken {
  readonly ids: Set<string>;
  readonly secrets: Map<string, string | undefined>;
}

/** Like `importServers`, but a secret whose name has another value in the vault gets another name. */
export async function importBeside(
  servers: Readonly<Record<string, unknown>>,
  taken: Taken,
  vault: Pick<SecretVault, "get">,
): Promise<Imported[]> {
  for (;;) {
    const imported = importServers(servers, taken.ids, taken.secrets);
    const secrets = imported.flatMap((each) => Object.entries(each.secrets));
    let isFree = true;
    for (const [name, value] of secrets) {
      const kept = await vault.get(name);
      if (kept === undefined || kept === value) continue;
      taken.secrets.set(name, kept);
      isFree = false;
    }
    if (!isFree) continue;
    for (const { entry } of imported) taken.ids.add(entry.id);
    for (const [name, value] of secrets) taken.secrets.set(name, value);
    return imported;
  }
}

/** Stores the secrets, then adds the servers that use them. If adding rejects, the secrets are removed again. */
export async function addWithSecrets(
  vault: Pick<SecretVault, "get" | "set" | "delete">,
  chosen: readonly Imported[],
  add: () => Promise<void>,
): Promise<void> {
  const stored: string[] = [];
  try {
    for (const [name, value] of chosen.flatMap(({ secrets }) => Object.entries(secrets))) {
      if ((await vault.get(name)) !== undefined) continue;
      await vault.set(name, value);
      stored.push(name);
    }
    await add();
  } catch (error) {
    for (const name of stored) await vault.delete(name);
    throw error;
  }
}
