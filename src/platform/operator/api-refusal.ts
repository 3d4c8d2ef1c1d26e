/** Refusals of the API server, and whether a retry can help. Pure. */

import { GatewayError } from "../../base/errors.ts";
import { httpStatusOf } from "../../kube/cluster-errors.ts";
import type { Credentials } from "./settings.ts";

/** Status codes of temporary refusals: unknown type or object, changed meanwhile, too many requests, not logged in. */
const passing = [401, 404, 408, 409, 429];

/** Whether a user must fix the cause, as opposed to a temporary problem of the cluster. */
export function isTerminalError(error: unknown): boolean {
  if (error instanceof GatewayError) return true;
  const status = httpStatusOf(error) ?? 0;
  return status >= 400 && status < 500 && !passing.includes(status);
}

/**
 * Whether the namespace is being deleted together with the MCPServer. Then nothing must be created, and there is
 * nothing to fix.
 */
export function isNamespaceTerminating(message: string): boolean {
  return /because it is being terminated/.test(message);
}

/** The message without the password, plain or encoded, in case the message quotes it. */
export function withoutPassword(message: string, credentials: Credentials | undefined): string {
  if (!credentials) return message;
  const { username, password } = credentials;
  const encoded = Buffer.from(`${username}:${password}`).toString("base64");
  const shown = message.replaceAll(encoded, "***");
  // A very short password is part of many words, and masking it would reveal it.
  return password.length < 4 ? shown : shown.replaceAll(password, "***");
}
