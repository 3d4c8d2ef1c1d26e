/** Puts the server's id into names and URIs of results and lists, so that a client of all servers can ask for them. Pure. */

import { isObject } from "../../base/json.ts";
import { type Message, parseMessage } from "../../jsonrpc/message.ts";
import { type Edit, editText, elementsAt } from "../../jsonrpc/text-edit.ts";
import type { ListKind } from "../lists/list-kinds.ts";
import { aggregateName, aggregateUri } from "./aggregate-names.ts";

/** Where `_meta` of a tool or a result names a resource of its server to be shown (MCP Apps, and what was there before). */
const appPaths = [["ui", "resourceUri"], ["ui/resourceUri"], ["openai/outputTemplate"]];

/** Edits that put the server's id into the URIs that `_meta`, at `path`, names. */
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

/** One item as its server wrote it, with the name or URI that says whose it is; other fields stay letter by letter. */
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
