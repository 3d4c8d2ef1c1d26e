/** Answers challenges on `/health`. Proves that the gateway knows its keys without sending them (base/key-proof.ts). */

import { randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { GatewayError } from "../../base/errors.ts";
import {
  challengeHeader,
  deriveMacKey,
  isChallenge,
  type KeyProof,
  macOf,
  mostKeys,
  routeOfListener,
} from "../../base/key-proof.ts";

export class KeyProver {
  readonly #keys: readonly string[];
  /** New for each process, so that precomputed guesses for one gateway are useless for another. */
  readonly #salt = randomBytes(16).toString("base64url");
  #macKeys: Promise<readonly Buffer[]> | undefined;

  constructor(keys: readonly string[]) {
    this.#keys = keys.slice(0, mostKeys);
  }

  /** The proof for the challenge of a request; `undefined` without a challenge. Rejects a malformed challenge. */
  async answer({ headers, socket }: IncomingMessage): Promise<KeyProof | undefined> {
    const challenge = headers[challengeHeader];
    if (challenge === undefined) return undefined;
    if (typeof challenge !== "string" || !isChallenge(challenge))
      throw new GatewayError(
        "invalid-request",
        "X-MCP-Gateway-Challenge must be 22 to 128 letters, digits, - or _",
      );
    const route = routeOfListener(socket);
    this.#macKeys ??= this.#derive();
    const macs = (await this.#macKeys).map((macKey) => macOf(macKey, challenge, route));
    return { salt: this.#salt, ...route, macs };
  }

  /** Derives one key after the other, so that the derivations do not occupy all threads. */
  async #derive(): Promise<readonly Buffer[]> {
    const macKeys: Buffer[] = [];
    for (const key of this.#keys) macKeys.push(await deriveMacKey(key, this.#salt));
    return macKeys;
  }
}
