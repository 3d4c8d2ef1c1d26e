/** Translates requests and notifications between a client of all servers and one server, for both eras. Pure. */

import { isObject } from "../../base/json.ts";
import { type JsonRpc, type Message, parseMessage, withParam } from "../../jsonrpc/message.ts";
import { editText } from "../../jsonrpc/text-edit.ts";
import { aggregateUri } from "./aggregate-names.ts";

/** The request with the server's own name of its item. */
export function withOwnItemName(message: Message, path: readonly string[], own: string): Message {
  const key = path.length === 2 ? path[1] : undefined;
  const known = key === "name" || key === "uri" ? withParam(message, key, own) : undefined;
  return known ?? parseMessage(editText(message, [{ path, json: JSON.stringify(own) }])) ?? message;
}

/** A notification of one server, as a client of all servers receives it. */
export function aggregateNotification(id: string, text: string): string {
  if (!text.includes('"notifications/resources/updated"')) return text;
  const message = parseMessage(text);
  const uri = message?.json.params?.["uri"];
  if (!message || typeof uri !== "string") return text;
  return editText(message, [{ path: ["params", "uri"], json: JSON.stringify(aggregateUri(id, uri)) }]);
}

/** The item that a request names, and the position of the name in the request. */
export interface ItemReference {
  readonly what: "tool" | "prompt" | "resource";
  readonly name: unknown;
  readonly path: readonly string[];
}

/** The item that a request names; `undefined` if it does not name one. */
export function itemReferenceOf({ method, params }: JsonRpc): ItemReference | undefined {
  switch (method) {
    case "tools/call":
      return { what: "tool", name: params?.["name"], path: ["params", "name"] };
    case "prompts/get":
      return { what: "prompt", name: params?.["name"], path: ["params", "name"] };
    case "resources/read":
    case "resources/subscribe":
    case "resources/unsubscribe":
      return { what: "resource", name: params?.["uri"], path: ["params", "uri"] };
    case "completion/complete":
      return subjectOfCompletion(params?.["ref"]);
    default:
      return undefined;
  }
}

function subjectOfCompletion(ref: unknown): ItemReference {
  const { type, uri, name } = isObject(ref) ? ref : {};
  if (type === "ref/resource") return { what: "resource", name: uri, path: ["params", "ref", "uri"] };
  return { what: "prompt", name, path: ["params", "ref", "name"] };
}
