/** The outline of a document: servers with their fields, or the keys of a config. */

import type { DocumentSymbol, Range, SymbolInformation } from "vscode-languageserver";
import type { DocumentEntry } from "../documents/document-entry.ts";
import type { OpenDocument } from "../documents/open-document.ts";
import type { Field } from "../documents/outline.ts";
import { lowered, rangeBelow } from "../documents/text-ranges.ts";
import type { YamlLibrary } from "../schema/yaml-library.ts";

/** Limit for one call of the library, which cannot be interrupted. */
const maxTextLength = 64_000;
const maxServers = 10_000;
const kindOfServer = 2;
const kinds = { map: 19, list: 18, text: 15, other: 16 } as const;

export function symbolsOf(document: OpenDocument, library: YamlLibrary): DocumentSymbol[] {
  const entries = document.entries();
  if (entries.length === 0) {
    const text = document.text.getText();
    return text.length > maxTextLength ? [] : library.symbols(text).map(named);
  }
  return entries.slice(0, maxServers).map((entry, index) => serverSymbol(entry, index));
}

/** A flat list for clients that do not support trees. */
export function symbolList(
  symbols: readonly DocumentSymbol[],
  uri: string,
  containerName?: string,
): SymbolInformation[] {
  return symbols.flatMap(({ name, kind, range, children = [] }) => [
    { name, kind, location: { uri, range }, ...(containerName !== undefined && { containerName }) },
    ...symbolList(children, uri, name),
  ]);
}

/** Uses the `name` of a list item as its label, if it has one. */
function named(symbol: DocumentSymbol): DocumentSymbol {
  const children = symbol.children?.map(named) ?? [];
  const own = /^\d+$/.test(symbol.name) ? children.find(({ name }) => name === "name")?.detail : undefined;
  return { ...symbol, children, ...(own && { name: own }) };
}

function serverSymbol(entry: DocumentEntry, index: number): DocumentSymbol {
  const range = entry.range ?? wholeRange(entry);
  const fields = entry.reading?.kind === "read" ? entry.reading.fields : [];
  const id = fields.find(({ path }) => path.length === 1 && path[0] === "id");
  const type = fields.find(
    ({ path }) => path.length === 2 && path[0] === "runtime" && path[1] === "type",
  )?.text;
  return {
    name: entry.id || `server ${index}`,
    ...(type !== undefined && { detail: type }),
    kind: kindOfServer,
    range,
    selectionRange: id ? rangeBelow(id.value, entry.line) : firstLine(range),
    children: childrenOf(fields, [], entry.line),
  };
}

function childrenOf(fields: readonly Field[], parent: Field["path"], line: number): DocumentSymbol[] {
  const isChild = ({ path, key }: Field) =>
    key !== undefined && path.length === parent.length + 1 && parent.every((step, at) => path[at] === step);
  return fields.filter(isChild).map((field) => {
    const { key = field.value, kind, path } = field;
    const selectionRange = rangeBelow(key, line);
    const end = rangeBelow(field.value, line).end;
    const isAfter = end.line > selectionRange.end.line || end.character >= selectionRange.end.character;
    return {
      name: String(path.at(-1)) || "(empty)",
      kind: kinds[kind],
      range: { start: selectionRange.start, end: isAfter ? end : selectionRange.end },
      selectionRange,
      children: kind === "map" && path.length < 3 ? childrenOf(fields, path, line) : [],
    };
  });
}

/** From the dash to the last character that is not white space. */
function wholeRange({ line, text }: DocumentEntry): Range {
  const lines = text.trimEnd().split("\n");
  const start = { line: 0, character: Math.max(0, text.search(/\S/)) };
  return lowered({ start, end: { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 } }, line);
}

function firstLine({ start, end }: Range): Range {
  return { start, end: start.line === end.line ? end : start };
}
