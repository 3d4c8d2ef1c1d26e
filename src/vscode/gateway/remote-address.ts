/** The way into a gateway that runs elsewhere: with the key that is kept, or one that the user gives. */

import { type Address, ask, isRefusal } from "../servers/gateway-client.ts";

/** `refused`: asks for the key, as the one that was tried is not it. */
export type KeyOf = (refused: boolean) => Promise<string | undefined>;

/** Rejects with what the gateway said, or that it does not answer. */
export async function remoteAddress(to: string, keyOf: KeyOf): Promise<Address> {
  const url = to.replace(/\/+$/, "");
  const kept = { url, key: await keyOf(false) };
  try {
    await ask(kept, "/stats");
    return kept;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const key = await keyOf(true);
    if (key === undefined) throw error;
    return { url, key };
  }
}
