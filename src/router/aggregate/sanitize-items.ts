/**
 * Makes list items valid for all clients, because a strict client rejects the list of all servers for one invalid item.
 * Items that can be fixed without a change of meaning are fixed. Other invalid items are left out and reported. Pure.
 */

import { isObject } from "../../base/json.ts";
import { type Message, parseMessage } from "../../jsonrpc/message.ts";
import { type Edit, editText, withMember } from "../../jsonrpc/text-edit.ts";
import type { ListKind } from "../lists/list-kinds.ts";

export type SanitizedItem =
  /** The original text, with fixes where needed. */
  | { readonly kind: "usable"; readonly item: string }
  /** `because` is text for users. */
  | { readonly kind: "unusable"; readonly because: string };

/** The key with the name of an item in each list. */
const nameOf: Readonly<Record<ListKind, string>> = {
  tools: "name",
  prompts: "name",
  resources: "uri",
  resourceTemplates: "uriTemplate",
};

/** Cache, because lists are long and requested page by page. */
const known = new WeakMap<readonly string[], readonly SanitizedItem[]>();

/** Each item of a list, in order. */
export function sanitizeItems(kind: ListKind, items: readonly string[]): readonly SanitizedItem[] {
  const found = known.get(items) ?? items.map((item) => usable(kind, item));
  known.set(items, found);
  return found;
}

function usable(kind: ListKind, item: string): SanitizedItem {
  const message = parseMessage(item);
  if (!message) return { kind: "unusable", because: "it is not an object" };
  const name = (message.json as Record<string, unknown>)[nameOf[kind]];
  if (typeof name !== "string" || name === "")
    return { kind: "unusable", because: `it has no ${nameOf[kind]}` };
  return kind === "tools" ? usableTool(message, name) : { kind: "usable", item };
}

/** Clients require an object schema with a schema for each property. */
function usableTool(message: Message, name: string): SanitizedItem {
  const { inputSchema } = message.json as { readonly inputSchema?: unknown };
  if (inputSchema === undefined || inputSchema === null)
    return { kind: "usable", item: withMember(message, [], "inputSchema", '{"type":"object"}') };
  const unusable = (what: string): SanitizedItem => ({
    kind: "unusable",
    because: `tool '${name.slice(0, 100)}': ${what}`,
  });
  if (!isObject(inputSchema)) return unusable("its inputSchema is not an object");
  const { type, properties } = inputSchema;
  const isAnObject = type === "object" || (Array.isArray(type) && type.includes("object"));
  if (type !== undefined && !isAnObject) return unusable("its inputSchema is not an object schema");
  if (properties !== undefined && !isObject(properties))
    return unusable("the properties of its inputSchema are not an object");
  return { kind: "usable", item: withFixedSchema(message, type, properties ?? {}) };
}

function withFixedSchema(
  message: Message,
  type: unknown,
  properties: Readonly<Record<string, unknown>>,
): string {
  const edits: Edit[] = Object.entries(properties).flatMap(([key, schema]) =>
    typeof schema === "boolean"
      ? [{ path: ["inputSchema", "properties", key], json: schema ? "{}" : '{"not":{}}' }]
      : [],
  );
  const text = edits.length === 0 ? message.text : editText(message, edits);
  if (type === "object") return text;
  const fixedMessage = parseMessage(text) ?? message;
  return withMember(fixedMessage, ["inputSchema"], "type", '"object"');
}
