/** A new item of a list of mappings, with the required fields of the schema. Pure. */

import type { CompletionItem } from "vscode-languageserver";
import { dashColumnOf } from "../../documents/cursor.ts";
import type { Schema } from "../../schema/json-schema.ts";
import { resolved, schemasAt } from "../../schema/json-schema.ts";
import { fillerOf, placeholder } from "../../schema/snippets.ts";
import type { CompletionContext } from "./context.ts";
import { itemKind, rangeFrom, snippetFormat } from "./context.ts";

/** Items at the start or inside of a list in block style. Catalogs have whole servers there instead. */
export function sequenceItemSnippets({ document, cursor, ...context }: CompletionContext): CompletionItem[] {
  const { schema } = document.kind;
  if (cursor.flow || cursor.part !== "key") return [];
  if ((dashColumnOf(context.lines, context.line, cursor) ?? cursor.column) !== cursor.column) return [];
  const list = schemasAt(schema, cursor.path).find(({ type, items }) => type === "array" && items);
  const item = resolved(schema, list?.items ?? {});
  if (list === undefined || item.required === undefined) return [];
  let count = 0;
  const lines = item.required.map((key) => {
    const field = resolved(schema, item.properties?.[key] ?? {});
    return `${key}: ${placeholder(String(fillerOf(field)), () => ++count)}`;
  });
  return [
    {
      label: `- ${item.required.join(", ")}`,
      kind: itemKind.snippet,
      ...described(item),
      insertTextFormat: snippetFormat,
      sortText: "!",
      textEdit: {
        range: rangeFrom({ document, cursor, ...context }, cursor.start),
        newText: `- ${lines.join("\n  ")}`,
      },
    },
  ];
}

/** Its title and description, in the form of an item. */
export function described({ title, description }: Schema): Partial<CompletionItem> {
  return {
    ...(title !== undefined && { detail: title }),
    ...(description !== undefined && { documentation: { kind: "markdown", value: description } }),
  };
}
