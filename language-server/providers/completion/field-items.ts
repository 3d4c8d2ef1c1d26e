/**
 * Keys and values from the schema inside braces, brackets and quotes, where the items of the YAML library do not fit.
 * Pure.
 */

import type { CompletionItem } from "vscode-languageserver";
import type { Schema } from "../../schema/json-schema.ts";
import { resolved, schemasAt } from "../../schema/json-schema.ts";
import { placeholder } from "../../schema/snippets.ts";
import type { CompletionContext } from "./context.ts";
import { behind, itemKind, plainOrQuoted, quoteOf, snippetFormat, typedRange, valueItem } from "./context.ts";
import { described } from "./sequence-items.ts";

/** `root` is the document's schema. */
export function fieldItems(context: CompletionContext, root: Schema): CompletionItem[] {
  const { path, part } = context.cursor;
  if (part === "key") return keyItems(context, root);
  const schemas =
    part === "item"
      ? schemasAt(root, path)
      : mappingsAt(context, root, path.slice(0, -1)).flatMap(({ properties }) => {
          const field = properties?.[String(path.at(-1))];
          return field === undefined ? [] : [resolved(root, field)];
        });
  return schemas.flatMap((schema) => valueItems(context, schema));
}

function keyItems(context: CompletionContext, root: Schema): CompletionItem[] {
  const { path, siblings } = context.cursor;
  return mappingsAt(context, root, path).flatMap(({ properties = {} }) =>
    Object.entries(properties)
      .filter(([key]) => !siblings.includes(key))
      .map(([key, field]) => keyItem(context, key, resolved(root, field))),
  );
}

/** The schemas of a mapping. The constant fields select among alternatives. */
function mappingsAt(
  { cursor }: CompletionContext,
  root: Schema,
  path: CompletionContext["cursor"]["path"],
): readonly Schema[] {
  const all = schemasAt(root, path).flatMap((schema) =>
    (schema.oneOf ?? [schema]).map((branch) => resolved(root, branch)),
  );
  const matching = all.filter(({ properties = {} }) =>
    [...(cursor.flow?.values ?? [])].some(([key, value]) => properties[key]?.const === value),
  );
  return matching.length > 0 ? matching : all;
}

function keyItem(context: CompletionContext, key: string, schema: Schema): CompletionItem {
  const { cursor } = context;
  const typedQuote = quoteOf(cursor.typed);
  const quote = typedQuote || (cursor.flow?.isJson ? '"' : "");
  const name = quote + key + quote;
  const hasColon = /^[\w.-]*["']?[ \t]*:/.test(behind(context));
  return {
    label: key,
    kind: itemKind.field,
    ...described(schema),
    insertTextFormat: snippetFormat,
    filterText: typedQuote + key,
    textEdit: {
      range: typedRange(context),
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

function valueItems(context: CompletionContext, schema: Schema): CompletionItem[] {
  const { typed } = context.cursor;
  const quote = quoteOf(typed);
  return valuesOf(schema)
    .filter(({ value }) => (typeof value === "string" || quote === "") && isBegun(value, typed))
    .map(({ value, description }) => {
      const more = description === undefined ? {} : described({ description });
      if (typeof value === "string") return valueItem(context, value, more);
      const label = String(value);
      const textEdit = { range: typedRange(context), newText: label };
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
