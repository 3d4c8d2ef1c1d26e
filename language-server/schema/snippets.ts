/** Templates of whole runtimes, derived from the schema: the example of a runtime, or else its required fields. Pure. */

import { stringify } from "yaml";
import type { Schema } from "./json-schema.ts";
import { resolved } from "./json-schema.ts";

export interface RuntimeSnippet {
  /** `local-process`. */
  readonly type: string;
  readonly title: string;
  readonly description: string;
  /** Lines of the mapping below `runtime:`, in LSP's snippet syntax. Placeholder numbers begin at 1. */
  readonly lines: readonly string[];
}

/** One snippet for each runtime of the schema. */
export function runtimeSnippets(root: Schema): RuntimeSnippet[] {
  const branches = root.definitions?.["RuntimeConfig"]?.oneOf ?? [];
  return branches.map((branch) => snippetOf(root, resolved(root, branch)));
}

/** `lines` with placeholder numbers increased by `by` and an indentation of `indent` spaces. */
export function shiftedLines(lines: readonly string[], by: number, indent: number): string[] {
  return lines.map(
    (line) =>
      " ".repeat(indent) + line.replace(/(?<!\\)\$\{(\d+)/g, (_, digits) => `\${${Number(digits) + by}`),
  );
}

/** A text, escaped for a snippet. */
export function literal(text: string): string {
  return text.replace(/[\\$}]/g, "\\$&");
}

/** A snippet in which placeholders are replaced by their suggestions, or by the first choice. */
export function withoutPlaceholders(snippet: string): string {
  return snippet.replace(
    /\\([\\$}])|\$\d+|\$\{\d+\|((?:\\.|[^|,\\])*)(?:\\.|[^|\\])*\|\}|\$\{\d+:?((?:\\.|[^}\\])*)\}/g,
    (_, escaped, choice, text) => escaped ?? (choice ?? text ?? "").replace(/\\([\\$}|,])/g, "$1"),
  );
}

function snippetOf(root: Schema, schema: Schema): RuntimeSnippet {
  const type = String(schema.properties?.["type"]?.const);
  const example = exampleOf(root, schema);
  const lines = [`type: ${type}`];
  let count = 0;
  for (const [key, value] of Object.entries(example)) {
    if (key === "type") continue;
    const next = () => ++count;
    lines.push(...fieldLines(key, value, next));
  }
  return { type, title: schema.title ?? type, description: schema.description ?? "", lines };
}

function exampleOf(root: Schema, schema: Schema): Record<string, unknown> {
  const [example] = schema.examples ?? [];
  if (typeof example === "object" && example !== null) return example as Record<string, unknown>;
  const required = schema.required ?? [];
  return Object.fromEntries(
    required.map((key) => [key, fillerOf(resolved(root, schema.properties?.[key] ?? {}))]),
  );
}

/** The suggested value of a field: its default, an example, or the first choice. "" if the schema has none. */
export function fillerOf({ default: fallback, examples, enum: allowed, type }: Schema): unknown {
  const known = fallback ?? examples?.[0] ?? allowed?.[0];
  if (known !== undefined) return known;
  return type === "integer" || type === "number" ? 0 : "";
}

function fieldLines(key: string, value: unknown, next: () => number): string[] {
  if (Array.isArray(value)) return [`${key}: [${placeholder(value.map(asText).join(", "), next)}]`];
  if (typeof value !== "object" || value === null) return [`${key}: ${placeholder(asText(value), next)}`];
  const inner = Object.entries(value).flatMap(([name, item]) => fieldLines(name, item, next));
  return [`${key}:`, ...inner.map((line) => `  ${line}`)];
}

/** A placeholder with a suggested text. */
export function placeholder(text: string, next: () => number): string {
  return text === "" ? `\${${next()}}` : `\${${next()}:${literal(text)}}`;
}

/** One value as YAML on a single line, also inside a list. */
function asText(value: unknown): string {
  if (value === "") return "";
  return stringify([value], { collectionStyle: "flow", flowCollectionPadding: false, lineWidth: 0 })
    .trim()
    .slice(1, -1);
}
