/** What the API server refused, and whether asking again can help. Pure. */

import { GatewayError } from "../../base/errors.ts";
import { statusOf } from "../../kube/cluster-errors.ts";
import type { Credentials } from "./settings.ts";

/** Of those it could take back: not known (any more), changed meanwhile, too many requests, no login. */
const passing = [401, 404, 408, 409, 429];

/** Whether it is for people to mend, as against a cluster that is not well at the moment. */
export function isTerminal(error: unknown): boolean {
  if (error instanceof GatewayError) return true;
  const status = statusOf(error) ?? 0;
  return status >= 400 && status < 500 && !passing.includes(status);
}

/** Whether the namespace is about to go, and the MCPServer with it: nothing is to be made there, and nothing to be mended. */
export function isNamespaceTerminating(words: string): boolean {
  return /because it is being terminated/.test(words);
}

/** The words without the password, plain or encoded, should they quote it. */
export function withoutPassword(words: string, credentials: Credentials | undefined): string {
  if (!credentials) return words;
  const { username, password } = credentials;
  const encoded = Buffer.from(`${username}:${password}`).toString("base64");
  const shown = words.replaceAll(encoded, "***");
  // A shorter one is part of many a word, and told by what is left out.
  return password.length < 4 ? shown : shown.replaceAll(password, "***");
}
