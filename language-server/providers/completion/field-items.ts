/**
 * Keys and values the schema allows, where those of the YAML library do not fit: within braces, brackets and quotes.
 * Pure.
 */

import type { CompletionItem } from "vscode-languageserver";
import type { Schema } from "../../schema/json-schema.ts";
import { resolved, schemasAt } from "../../schema/json-schema.ts";
import { placeholder } from "../../schema/snippets.ts";
import type { CompletionContext } from "./context.ts";
import { behind, itemKind, plainOrQuoted, quoteOf, snippetFormat, typedRange, valueItem } from "./context.ts";
import { described } from "./items.ts";

/** `root` is the document's schema. */
export function fieldItems(question: CompletionContext, root: Schema): CompletionItem[] {
  const { path, part } = question.cursor;
  if (part === "key") return keyItems(question, root);
  const schemas =
    part === "item"
      ? schemasAt(root, path)
      : mappingsAt(question, root, path.slice(0, -1)).flatMap(({ properties }) => {
          const field = properties?.[String(path.at(-1))];
          return field === undefined ? [] : [resolved(root, field)];
        });
  return schemas.flatMap((schema) => valueItems(question, schema));
}

function keyItems(question: CompletionContext, root: Schema): CompletionItem[] {
  const { path, siblings } = question.cursor;
  return mappingsAt(question, root, path).flatMap(({ properties = {} }) =>
    Object.entries(properties)
      .filter(([key]) => !siblings.includes(key))
      .map(([key, field]) => keyItem(question, key, resolved(root, field))),
  );
}

/** What a mapping may be: of alternatives those that its constant fields tell. */
function mappingsAt(
  { cursor }: CompletionContext,
  root: Schema,
  path: CompletionContext["cursor"]["path"],
): readonly Schema[] {
  const all = schemasAt(root, path).flatMap((schema) =>
    (schema.oneOf ?? [schema]).map((branch) => resolved(root, branch)),
  );
  const told = all.filter(({ properties = {} }) =>
    [...(cursor.flow?.values ?? [])].some(([key, value]) => properties[key]?.const === value),
  );
  return told.length > 0 ? told : all;
}

function keyItem(question: CompletionContext, key: string, schema: Schema): CompletionItem {
  const { cursor } = question;
  const typedQuote = quoteOf(cursor.typed);
  const quote = typedQuote || (cursor.flow?.isJson ? '"' : "");
  const name = quote + key + quote;
  const hasColon = /^[\w.-]*["']?[ \t]*:/.test(behind(question));
  return {
    label: key,
    kind: itemKind.field,
    ...described(schema),
    insertTextFormat: snippetFormat,
    filterText: typedQuote + key,
    textEdit: {
      range: typedRange(question),
      newText: hasColon ? name : `${name}: ${fillerOf(schema, quote === '"')}`,
    },
  };
}

function fillerOf(schema: Schema, isJson: boolean): string {
  const next = () => 1;
  if (schema.type === "array") return `[${placeholder("", next)}]`;
  if (schema.type === "object" || schema.oneOf) return `{ ${placeholder("", next)} }`;
  const { default: fallback, examples = [], enum: allowed } = schema;
  const known = allowed ? undefined : (fallback ?? (examples.length === 1 ? examples[0] : undefined));
  if (typeof known === "number" || typeof known === "boolean") return placeholder(String(known), next);
  const text = typeof known === "string" ? known : "";
  if (!isJson) return placeholder(text === "" ? "" : plainOrQuoted(text), next);
  return schema.type === "string" || schema.const !== undefined
    ? `"${placeholder(JSON.stringify(text).slice(1, -1), next)}"`
    : placeholder(text, next);
}

function valueItems(question: CompletionContext, schema: Schema): CompletionItem[] {
  const { typed } = question.cursor;
  const quote = quoteOf(typed);
  return valuesOf(schema)
    .filter(({ value }) => (typeof value === "string" || quote === "") && isBegun(value, typed))
    .map(({ value, description }) => {
      const more = description === undefined ? {} : described({ description });
      if (typeof value === "string") return valueItem(question, value, more);
      const label = String(value);
      const textEdit = { range: typedRange(question), newText: label };
      return { label, kind: itemKind.value, ...more, textEdit };
    });
}

function isBegun(value: unknown, typed: string): boolean {
  return String(value).startsWith(typed.slice(quoteOf(typed).length));
}

interface Value {
  readonly value: unknown;
  readonly description?: string;
}

function valuesOf(schema: Schema): readonly Value[] {
  const { const: only, enum: allowed, type, examples = [], default: fallback, description } = schema;
  if (only !== undefined) return [{ value: only, ...(description !== undefined && { description }) }];
  if (allowed) {
    const descriptions = (schema["enumDescriptions"] ?? []) as readonly string[];
    return allowed.map((value, nth) => ({ value, description: descriptions[nth] ?? "" }));
  }
  if (type === "boolean") return [{ value: true }, { value: false }];
  const known = [...examples, ...(fallback === undefined ? [] : [fallback])];
  return [...new Set(known)].filter((value) => typeof value !== "object").map((value) => ({ value }));
}
