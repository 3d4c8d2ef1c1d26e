/** Converts a tool's arguments into fields for single inputs, and its result into text. Pure. */

import { visibleLines, visibleText } from "../../base/visible-text.ts";

export interface Field {
  readonly name: string;
  readonly required: boolean;
  readonly description?: string;
  /** Type as in the schema. `json` stands for objects and arrays. */
  readonly type: "string" | "number" | "integer" | "boolean" | "json";
  /** The allowed values, as text. */
  readonly choices?: readonly string[];
  /** The initial value, as text. */
  readonly preset?: string;
}

type Schema = Readonly<Record<string, unknown>>;

/** Required fields first, then in the order of the schema. */
export function argumentsOf(tool: unknown): Field[] {
  const schema = objectIn((tool as Schema | undefined)?.["inputSchema"]);
  const required = Array.isArray(schema["required"]) ? schema["required"] : [];
  const fields = Object.entries(objectIn(schema["properties"])).map(([name, property]) =>
    fieldOf(name, objectIn(property), required.includes(name)),
  );
  return [...fields.filter((field) => field.required), ...fields.filter((field) => !field.required)];
}

function fieldOf(name: string, schema: Schema, required: boolean): Field {
  const type = typeOf(schema);
  const { description, default: preset } = schema;
  const choices = type === "boolean" ? ["true", "false"] : choicesOf(schema["enum"]);
  return {
    name,
    required,
    type,
    ...(typeof description === "string" && { description }),
    ...(choices && { choices }),
    ...(preset !== undefined && { preset: typeof preset === "string" ? preset : JSON.stringify(preset) }),
  };
}

function typeOf(schema: Schema): Field["type"] {
  const given = schema["type"];
  const types = (Array.isArray(given) ? given : [given]).filter((type) => type !== "null");
  const [type] = types;
  const isPlain = types.length === 1 && ["string", "number", "integer", "boolean"].includes(String(type));
  if (isPlain) return type as Field["type"];
  return Array.isArray(schema["enum"]) && type === undefined ? "string" : "json";
}

function choicesOf(values: unknown): string[] | undefined {
  if (!Array.isArray(values)) return undefined;
  return values.map((value) => (typeof value === "string" ? value : JSON.stringify(value)));
}

/** The error in a text as the value of a field. */
export function argumentError({ type, required }: Field, text: string): "number" | "json" | undefined {
  if (text === "" && !required) return undefined;
  if (type === "number" && (text.trim() === "" || !Number.isFinite(Number(text)))) return "number";
  if (type === "integer" && !/^\s*[+-]?\d+\s*$/.test(text)) return "number";
  return type === "json" && !isJson(text) ? "json" : undefined;
}

/** The value of a text that passed `argumentError`. */
export function argumentOf({ type }: Field, text: string): unknown {
  if (type === "string") return text;
  if (type === "number" || type === "integer") return Number(text);
  return JSON.parse(text) as unknown;
}

/** The call and its result, as Markdown. */
export function resultText(
  id: string,
  { name, arguments: input }: { name: string; arguments: object },
  result: unknown,
): string {
  const { isError, content, structuredContent } = objectIn(result);
  const parts = Array.isArray(content) ? content.map(partText) : [];
  const structured = structuredContent === undefined ? [] : [fenced(structuredContent)];
  const head = `# ${visibleText(`${id}: ${name}`)}${isError === true ? " failed" : ""}`;
  return [head, fenced(input), "## Result", ...parts, ...structured].join("\n\n").concat("\n");
}

function partText(part: unknown): string {
  const { type, text, mimeType, data } = objectIn(part);
  if (type === "text" && typeof text === "string") return visibleLines(text);
  if ((type === "image" || type === "audio") && typeof data === "string")
    return `(${String(mimeType)}, ${Math.round((data.length * 3) / 4)} bytes)`;
  return fenced(part);
}

function fenced(value: unknown): string {
  return `\`\`\`json\n${JSON.stringify(value, undefined, 2)}\n\`\`\``;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function objectIn(value: unknown): Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Schema) : {};
}
