/** Adds the server's id to names and URIs in results and lists, so that a client of all servers can request them. Pure. */

import { isObject } from "../../base/json.ts";
import { type Message, parseMessage } from "../../jsonrpc/message.ts";
import { type Edit, editText, elementsAt } from "../../jsonrpc/text-edit.ts";
import type { ListKind } from "../lists/list-kinds.ts";
import { aggregateName, aggregateUri } from "./aggregate-names.ts";

/** Paths in `_meta` of a tool or result with the URI of a resource to show (MCP Apps, and the forms before it). */
const appPaths = [["ui", "resourceUri"], ["ui/resourceUri"], ["openai/outputTemplate"]];

/** Edits that add the server's id to the URIs in the `_meta` at `path`. */
function appEdits(id: string, message: Message, path: readonly string[]): Edit[] {
  return appPaths.flatMap((below) => {
    const at = [...path, "_meta", ...below];
    const uri = valueAt(message.json, at);
    return typeof uri === "string" ? [{ path: at, json: JSON.stringify(aggregateUri(id, uri)) }] : [];
  });
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((at, key) => (isObject(at) ? at[key] : undefined), value);
}

/** The text of a response to `resources/read`, `tools/call` or `prompts/get`. */
export function aggregateResult(id: string, text: string): string {
  if (!text.includes('"uri"') && !text.includes('"_meta"')) return text;
  const response = parseMessage(text);
  if (!response) return text;
  const edits = [
    ...appEdits(id, response, ["result"]),
    ...eachElement(response, ["result", "contents"], (item) => withUri(id, item, ["uri"])),
    ...eachElement(response, ["result", "content"], (item) => withContent(id, item)),
    ...eachElement(response, ["result", "messages"], (item) => withMessage(id, item)),
  ];
  return edits.length === 0 ? text : editText(response, edits);
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
  const uri = valueAt(message.json, path);
  return typeof uri === "string"
    ? editText(message, [{ path, json: JSON.stringify(aggregateUri(id, uri)) }])
    : text;
}

/** One item with the aggregate name or URI. All other fields stay as the server wrote them. */
export function aggregateItem(id: string, kind: ListKind, item: string, nameLength?: number): string {
  const message = parseMessage(item);
  if (!message) return item;
  const fields = message.json as { name?: unknown; uri?: unknown; uriTemplate?: unknown };
  const edit = (path: string, value: string) =>
    editText(message, [{ path: [path], json: JSON.stringify(value) }]);
  if (kind === "resources") return edit("uri", aggregateUri(id, String(fields.uri)));
  if (kind === "resourceTemplates") return edit("uriTemplate", aggregateUri(id, String(fields.uriTemplate)));
  if (kind === "prompts") return edit("name", aggregateName(id, String(fields.name), nameLength));
  const named = { path: ["name"], json: JSON.stringify(aggregateName(id, String(fields.name), nameLength)) };
  return editText(message, [named, ...appEdits(id, message, [])]);
}
