/**
 * `outputSchema` and `structuredContent` for clients of the initialize era, which accept objects only. Any other root is
 * wrapped as `{result: …}`, exactly as the SDK's servers do for such clients (SEP-2106). The result is the same whether
 * the server or the gateway wraps it. Pure.
 */

import { isObject } from "../../base/json.ts";
import { type Message, parseMessage } from "../../jsonrpc/message.ts";
import { editText, elementsAt, textAt, withMember } from "../../jsonrpc/text-edit.ts";

type Schema = Readonly<Record<string, unknown>>;

const newRoot = "#/properties/result";
/** Keywords whose values are data, not schemas. */
const dataKeywords = new Set(["const", "enum", "default", "examples"]);
/** Keywords whose values are schemas by name. */
const mapKeywords = new Set([
  "properties",
  "patternProperties",
  "$defs",
  "definitions",
  "dependentSchemas",
  "dependencies",
]);

/** Whether a parsed tool has an output schema that clients of the initialize era refuse. */
export function needsWrap(tool: unknown): boolean {
  const schema = isObject(tool) ? tool["outputSchema"] : undefined;
  return isObject(schema) && schema["type"] !== "object";
}

/** Whether a tool's output schema is already wrapped. */
export function isWrapped(tool: unknown): boolean {
  const schema = isObject(tool) ? tool["outputSchema"] : undefined;
  if (!isObject(schema) || schema["type"] !== "object" || !isObject(schema["properties"])) return false;
  const keys = Object.keys(schema).filter((key) => key !== "$schema");
  const isRequired = JSON.stringify(schema["required"]) === '["result"]';
  return isRequired && keys.length === 3 && Object.keys(schema["properties"]).join() === "result";
}

const wrappedItems = new WeakMap<readonly string[], readonly string[]>();

/** Tools for clients of the initialize era. Returns the same array for the same tools, and `items` where nothing changes. */
export function wrappedTools(items: readonly string[]): readonly string[] {
  const known = wrappedItems.get(items);
  if (known) return known;
  const wrapped = items.map(wrappedTool);
  const result = wrapped.every((item, index) => item === items[index]) ? items : wrapped;
  wrappedItems.set(items, result);
  return result;
}

/** One tool with a wrapped output schema. All other text stays as the server wrote it. */
export function wrappedTool(item: string): string {
  if (!item.includes('"outputSchema"')) return item;
  const tool = parseMessage(item);
  if (!tool || !needsWrap(tool.json)) return item;
  const { outputSchema } = tool.json as { outputSchema: Schema };
  const written = textAt(tool, ["outputSchema"]) ?? JSON.stringify(outputSchema);
  return editText(tool, [{ path: ["outputSchema"], json: wrappedSchema(outputSchema, written) }]);
}

function wrappedSchema(schema: Schema, written: string): string {
  const { $schema, $id } = schema;
  const dialect = typeof $schema === "string" ? `"$schema":${JSON.stringify($schema)},` : "";
  const isBase = $id !== undefined && !(typeof $id === "string" && $id.startsWith("#"));
  const hasReferences = /"\$(?:dynamic|recursive)?[rR]ef"/.test(written);
  const moved = hasReferences && !isBase ? JSON.stringify(moveReferences(schema, rules(schema))) : written;
  return `{${dialect}"type":"object","properties":{"result":${moved}},"required":["result"]}`;
}

interface Rules {
  /** Whether `$recursiveRef` refers to the root of the schema. */
  readonly recursive: boolean;
}

function rules({ $schema, $recursiveAnchor }: Schema): Rules {
  const is2019 =
    typeof $schema === "string" && /^https?:\/\/json-schema\.org\/draft\/2019-09\/schema#?$/.test($schema);
  return { recursive: is2019 && $recursiveAnchor !== true };
}

/** Moves the schema one level deeper. Pointers into the document are adapted; pointers into embedded documents stay. */
function moveReferences(node: unknown, how: Rules, isMap = false): unknown {
  if (Array.isArray(node)) return node.map((item) => moveReferences(item, how));
  if (!isObject(node)) return node;
  if (!isMap && hasOwnBase(node)) return node;
  const moved = Object.entries(node).flatMap(([key, value]) => movedMember(key, value, how, isMap));
  const result: Record<string, unknown> = Object.fromEntries(moved);
  return !isMap && how.recursive && node["$recursiveRef"] === "#" ? withRootReference(result) : result;
}

function movedMember(key: string, value: unknown, how: Rules, isMap: boolean): [string, unknown][] {
  if (isMap) return [[key, moveReferences(value, how)]];
  if ((key === "$ref" || key === "$dynamicRef") && typeof value === "string")
    return [[key, movedPointer(value)]];
  if (key === "$recursiveRef" && value === "#" && how.recursive) return [];
  if (dataKeywords.has(key)) return [[key, value]];
  return [[key, moveReferences(value, how, mapKeywords.has(key))]];
}

function movedPointer(pointer: string): string {
  return pointer === "#" || pointer.startsWith("#/") ? `${newRoot}${pointer.slice(1)}` : pointer;
}

function withRootReference(schema: Record<string, unknown>): Record<string, unknown> {
  if (!("$ref" in schema)) return { ...schema, $ref: newRoot };
  const allOf = Array.isArray(schema["allOf"]) ? schema["allOf"] : [];
  return { ...schema, allOf: [...allOf, { $ref: newRoot }] };
}

function hasOwnBase({ $id }: Schema): boolean {
  return $id !== undefined && !(typeof $id === "string" && $id.startsWith("#"));
}

/** The text of a `tools/list` response for clients of the initialize era. `message` is the response, or has the same tools. */
export function wrappedList(text: string, { json }: Message): string {
  const tools = isObject(json.result) ? json.result["tools"] : undefined;
  if (!Array.isArray(tools) || !tools.some(needsWrap)) return text;
  const items = elementsAt({ text, json }, ["result", "tools"]);
  if (!items) return text;
  return editText({ text, json }, [
    { path: ["result", "tools"], json: `[${items.map(wrappedTool).join(",")}]` },
  ]);
}

/**
 * The text of a `tools/call` response for clients of the initialize era. `isSchemaWrapped` returns whether the client got a
 * wrapped schema for this tool. It is called only for structured content.
 */
export function wrappedResult(text: string, { json }: Message, isSchemaWrapped: () => boolean): string {
  const result = isObject(json.result) ? json.result : {};
  const content = result["structuredContent"];
  if (content === undefined || (isObject(content) && !isSchemaWrapped())) return text;
  const written = textAt({ text, json }, ["result", "structuredContent"]) ?? JSON.stringify(content);
  const edits = [{ path: ["result", "structuredContent"], json: `{"result":${written}}` }];
  const wrapped = editText({ text, json }, edits);
  return isObject(content) ? wrapped : withText(wrapped, result["content"], content);
}

/** Adds structured content as text where the server sent no text, for clients that do not support structured content. */
function withText(text: string, content: unknown, value: unknown): string {
  const blocks = Array.isArray(content) ? content : [];
  if (blocks.some((block) => isObject(block) && block["type"] === "text")) return text;
  const message = parseMessage(text);
  if (!message) return text;
  const written = elementsAt(message, ["result", "content"]) ?? [];
  const block = JSON.stringify({ type: "text", text: JSON.stringify(value) });
  return withMember(message, ["result"], "content", `[${[...written, block].join(",")}]`);
}
