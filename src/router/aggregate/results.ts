/** Puts the server's id into the URIs of a result, so that a client of all servers can ask for what they name. Pure. */

import { type Message, parseMessage } from "../../connection/message.ts";
import { type Edit, elementsAt, splice } from "../../connection/splice.ts";
import { aggregateUri } from "./names.ts";

/** The text of a response to `resources/read`, `tools/call` or `prompts/get`. */
export function aggregateResult(id: string, text: string): string {
  if (!text.includes('"uri"')) return text;
  const response = parseMessage(text);
  if (!response) return text;
  const edits = [
    ...eachElement(response, ["result", "contents"], (item) => withUri(id, item, ["uri"])),
    ...eachElement(response, ["result", "content"], (item) => withContent(id, item)),
    ...eachElement(response, ["result", "messages"], (item) => withMessage(id, item)),
  ];
  return edits.length === 0 ? text : splice(response, edits);
}

function withContent(id: string, content: string): string {
  return withUri(id, withUri(id, content, ["uri"]), ["resource", "uri"]);
}

function withMessage(id: string, item: string): string {
  return withUri(id, withUri(id, item, ["content", "uri"]), ["content", "resource", "uri"]);
}

function eachElement(message: Message, path: string[], change: (element: string) => string): Edit[] {
  const elements = elementsAt(message, path);
  return elements ? [{ path, json: `[${elements.map(change).join(",")}]` }] : [];
}

function withUri(id: string, text: string, path: string[]): string {
  const message = parseMessage(text);
  if (!message) return text;
  const uri = path.reduce<unknown>(
    (value, key) => (value as Record<string, unknown> | undefined)?.[key],
    message.json,
  );
  return typeof uri === "string"
    ? splice(message, [{ path, json: JSON.stringify(aggregateUri(id, uri)) }])
    : text;
}
