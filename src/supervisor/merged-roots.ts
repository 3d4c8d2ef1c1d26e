/**
 * The roots of all clients that share an instance, for a server that asks for them outside of a call: each client is asked
 * for its own, and the answer is all of them (protocol.md, *Shared instance*). Bounded in time; sends nothing to backends.
 */

import { isObject } from "../base/json.ts";
import { withTimeout } from "../base/timeout.ts";
import { requestText } from "../jsonrpc/encode.ts";
import type { Message } from "../jsonrpc/message.ts";
import type { Subscriber } from "./subscription-registry.ts";

/** How long a client may take to say its roots: the server waits for the slowest. */
const longestMs = 3_000;
const mostRoots = 1_000;

/** The result of `roots/list`, as JSON text; `undefined` where no client has roots. */
export async function mergedRoots(members: readonly Subscriber[]): Promise<string | undefined> {
  const able = members.filter((member) => member.era === "initialize" && member.can("roots"));
  if (able.length === 0) return undefined;
  const answers = await Promise.all(able.map(rootsOfOne));
  const byUri = new Map<string, unknown>();
  for (const root of answers.flat())
    if (isObject(root) && typeof root["uri"] === "string" && !byUri.has(root["uri"]))
      byUri.set(root["uri"], root);
  return JSON.stringify({ roots: [...byUri.values()].slice(0, mostRoots) });
}

async function rootsOfOne(member: Subscriber): Promise<readonly unknown[]> {
  const text = requestText(0, "roots/list", "{}");
  const answered = Promise.withResolvers<Message>();
  const asked = member.ask({ text, json: JSON.parse(text) }, undefined, answered.resolve);
  const answer = await withTimeout(answered.promise, longestMs);
  if (!answer) asked.withdraw();
  const result = answer?.json.result;
  const roots = isObject(result) ? result["roots"] : undefined;
  return Array.isArray(roots) ? roots : [];
}
