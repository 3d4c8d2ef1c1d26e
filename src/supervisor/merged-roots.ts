/**
 * Union of the roots of all clients that share an instance, for a server that requests them outside of a call
 * (protocol.md, *Shared instance*). Requests the roots from each client, bounded in time. Sends nothing to backends.
 */

import { isObject } from "../base/json.ts";
import { withTimeout } from "../base/timeout.ts";
import { requestText } from "../jsonrpc/encode.ts";
import type { Message } from "../jsonrpc/message.ts";
import type { Subscriber } from "./subscription-registry.ts";

/** How long a client may take to return its roots. The server waits for the slowest client. */
const longestMs = 3_000;
const mostRoots = 1_000;

/** The result of `roots/list`, as JSON text; `undefined` if no client has roots. */
export async function mergedRoots(members: readonly Subscriber[]): Promise<string | undefined> {
  const clients = members.filter((member) => member.era === "initialize" && member.can("roots"));
  if (clients.length === 0) return undefined;
  const answers = await Promise.all(clients.map(rootsOfOne));
  const byUri = new Map<string, unknown>();
  for (const root of answers.flat())
    if (isObject(root) && typeof root["uri"] === "string" && !byUri.has(root["uri"]))
      byUri.set(root["uri"], root);
  return JSON.stringify({ roots: [...byUri.values()].slice(0, mostRoots) });
}

async function rootsOfOne(member: Subscriber): Promise<readonly unknown[]> {
  const text = requestText(0, "roots/list", "{}");
  const answered = Promise.withResolvers<Message>();
  const request = member.ask({ text, json: JSON.parse(text) }, undefined, answered.resolve);
  const answer = await withTimeout(answered.promise, longestMs);
  if (!answer) request.withdraw();
  const result = answer?.json.result;
  const roots = isObject(result) ? result["roots"] : undefined;
  return Array.isArray(roots) ? roots : [];
}
