/** Requests and answers between a client of all servers and one of them, whatever the era. Pure. */

import { isObject, type Message, parseMessage } from "../../connection/message.ts";
import { notification } from "../../connection/messages.ts";
import { splice } from "../../connection/splice.ts";
import type { ListKind } from "../listings/listing.ts";
import type { Reply } from "../reply.ts";
import type { Missing } from "./directory.ts";
import { aggregateUri } from "./names.ts";
import { aggregateResult } from "./results.ts";

/** The request under the server's own name for what it is about. */
export function renamed(message: Message, path: readonly string[], own: string): Message | undefined {
  return parseMessage(splice(message, [{ path, json: JSON.stringify(own) }]));
}

/** The same reply, with the server's id in the URIs of its answer. */
export function namingServer(id: string, reply: Reply): Reply {
  return {
    push: (pushed) => reply.push(pushed),
    end: (answer) => reply.end(aggregateResult(id, answer)),
    fail: (error, requestId) => reply.fail(error, requestId),
    drop: () => reply.drop(),
  };
}

/** A notification of one server, as a client of all is to hear it. */
export function fromServer(id: string, text: string): string {
  if (!text.includes('"notifications/resources/updated"')) return text;
  const message = parseMessage(text);
  const uri = message?.json.params?.["uri"];
  if (!message || typeof uri !== "string") return text;
  return splice(message, [{ path: ["params", "uri"], json: JSON.stringify(aggregateUri(id, uri)) }]);
}

/** What `completion/complete` is about, and where it says so. */
export function completed(message: Message): { kind: "resource" | "prompt"; path: string[]; name: unknown } {
  const ref = message.json.params?.["ref"];
  const { type, uri, name } = isObject(ref) ? ref : {};
  if (type === "ref/resource") return { kind: "resource", path: ["params", "ref", "uri"], name: uri };
  return { kind: "prompt", path: ["params", "ref", "name"], name };
}

export function unknownName(kind: "tools" | "prompts", name: unknown): string {
  return `Unknown ${kind === "tools" ? "tool" : "prompt"}: ${String(name)}`;
}

export function missingNotice(kind: ListKind, { server, because }: Missing): string {
  const data = `The ${kind} of server '${server.id}' are missing: ${because}`;
  return notification("notifications/message", { level: "warning", logger: "open-mcp-gateway", data });
}
