/** When an overloaded server wants the next attempt (RFC 9110, *Retry-After*), and which requests wait for it. Pure. */

import type { JsonRpc } from "../../jsonrpc/message.ts";

/** A longer pause is reported to the client as an error. */
export const longestPauseMs = 20_000;
const mostSeconds = 24 * 60 * 60;

/** Milliseconds until the next attempt; `undefined` when the answer has no such header. */
export function retryAfterMs(
  status: number,
  retryAfter: string | undefined,
  now = Date.now(),
): number | undefined {
  if ((status !== 429 && status !== 503) || retryAfter === undefined) return undefined;
  const text = retryAfter.trim();
  const seconds = /^\d{1,9}$/.test(text) ? Number(text) : (Date.parse(text) - now) / 1000;
  return Number.isNaN(seconds) ? undefined : Math.min(Math.max(0, seconds), mostSeconds) * 1000;
}

/** Requests that only the gateway and its lists wait for. They are sent again after the pause. */
export function waitsForPause({ method = "" }: JsonRpc): boolean {
  return (
    method === "ping" || method === "server/discover" || method === "initialize" || method.endsWith("/list")
  );
}

const reads: readonly string[] = [
  "ping",
  "server/discover",
  "resources/read",
  "prompts/get",
  "completion/complete",
];

/** Requests without side effects. A server may receive them twice. */
export function isIdempotent({ method = "" }: JsonRpc): boolean {
  return reads.includes(method) || method.endsWith("/list");
}
