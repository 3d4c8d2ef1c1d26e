/** The address of a gateway that runs elsewhere, with a stored key or one that the user enters. */

import { type Address, ask, isRefusal } from "../servers/gateway-client.ts";
import type { KeyOf } from "./saved-keys.ts";

/** Rejects with the gateway's error, if it refuses the key, or if it does not answer. */
export async function remoteAddress(to: string, keyOf: KeyOf): Promise<Address> {
  const url = to.replace(/\/+$/, "");
  const kept = { url, key: await keyOf(url, false), mayBeForwarded: true };
  try {
    await ask(kept, "/stats");
    return kept;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const key = await keyOf(url, true);
    if (key === undefined) throw error;
    return { url, key, mayBeForwarded: true };
  }
}
