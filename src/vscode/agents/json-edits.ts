/** Edits JSON files that may have comments and trailing commas. Only the gateway's entries change. Pure. */

import {
  createScanner,
  findNodeAtLocation,
  getNodeValue,
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from "jsonc-parser";
import { changesOf, type EditPlan, type Entries } from "./config-edits.ts";

/**
 * Values of the parser's `SyntaxKind`. It is a const enum, which cannot be imported when files are compiled one by one.
 */
const commaToken = 5;
const endToken = 17;

/**
 * The servers in a file, or `{}` if it is empty. Throws if the file is not a JSON object or `path` does not lead to an
 * object.
 */
export function jsonServers(text: string, path: readonly string[]): Entries {
  if (text.trim() === "") return {};
  const node = findNodeAtLocation(rootOf(text), [...path]);
  if (!node) return {};
  if (node.type !== "object") throw new Error(`'${path.join(".")}' in the file is not an object`);
  return getNodeValue(node) as Entries;
}

/** The text with the entries as planned. Returns the same text if there is nothing to change. */
export function editJson(text: string, path: readonly string[], plan: EditPlan): string {
  const { remove, set } = changesOf(jsonServers(text, path), plan);
  if (remove.length === 0 && Object.keys(set).length === 0) return text;
  const style = styleOf(text);
  let edited = text.trim() === "" ? `{}${style.eol}` : text;
  for (const name of remove) edited = removed(edited, [...path, name]);
  for (const [name, value] of Object.entries(set)) edited = put(edited, path, { name, value }, style);
  return edited;
}

interface Property {
  readonly name: string;
  readonly value: unknown;
}

interface Style {
  readonly indent: string;
  readonly eol: string;
}

function styleOf(text: string): Style {
  return { indent: /^([ \t]+)\S/m.exec(text)?.[1] ?? "  ", eol: text.includes("\r\n") ? "\r\n" : "\n" };
}

function rootOf(text: string): Node {
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true });
  const [error] = errors;
  if (error)
    throw new Error(
      `it is not valid JSON: ${printParseErrorCode(error.error)} at ${placeIn(text, error.offset)}`,
    );
  if (root?.type !== "object") throw new Error("it is not a JSON object");
  return root;
}

/** Sets one property of the object at `path`, and creates that object if it does not exist. */
function put(text: string, path: readonly string[], property: Property, style: Style): string {
  const { name, value } = property;
  const root = rootOf(text);
  const present = findNodeAtLocation(root, [...path, name]);
  if (present) return replaced(text, present, valueText(value, indentAt(text, present.offset), style));
  const object = findNodeAtLocation(root, [...path]);
  if (object) return inserted(text, object, property, style);
  const [last = "", above] = [path.at(-1), path.slice(0, -1)];
  return put(text, above, { name: last, value: { [name]: value } }, style);
}

function replaced(text: string, { offset, length }: Node, by: string): string {
  return text.slice(0, offset) + by + text.slice(offset + length);
}

/** Adds a last property on lines of its own. A trailing comma is kept. */
function inserted(text: string, object: Node, { name, value }: Property, style: Style): string {
  const close = object.offset + object.length - 1;
  const outer = indentAt(text, text.slice(object.offset, close).includes("\n") ? close : object.offset);
  const inner = outer + style.indent;
  const last = object.children?.at(-1);
  const end = last ? last.offset + last.length : close;
  const hasComma = last !== undefined && commaIn(text, end, close) !== undefined;
  const before = last && !hasComma ? `${text.slice(0, end)},${text.slice(end, close)}` : text.slice(0, close);
  const property = `${JSON.stringify(name)}: ${valueText(value, inner, style)}${hasComma ? "," : ""}`;
  return before.trimEnd() + style.eol + inner + property + style.eol + outer + text.slice(close);
}

/** Removes the property, its lines and one comma. */
function removed(text: string, path: readonly string[]): string {
  const property = findNodeAtLocation(rootOf(text), [...path])?.parent;
  const siblings = property?.parent?.children;
  if (!property || !siblings) return text;
  const end = property.offset + property.length;
  const next = siblings[siblings.indexOf(property) + 1];
  const limit = next?.offset ?? (property.parent?.offset ?? 0) + (property.parent?.length ?? 0) - 1;
  const comma = commaIn(text, end, limit);
  const start = text.slice(0, property.offset).trimEnd().length;
  const rest = text.slice(comma === undefined ? end : comma + 1);
  const before =
    comma === undefined ? withoutLastComma(text.slice(0, start), siblings, property) : text.slice(0, start);
  return before + rest;
}

function withoutLastComma(text: string, siblings: readonly Node[], property: Node): string {
  const previous = siblings[siblings.indexOf(property) - 1];
  const comma = previous && commaIn(text, previous.offset + previous.length, text.length);
  return comma === undefined ? text : text.slice(0, comma) + text.slice(comma + 1);
}

/** Offset of the first comma that is not in a comment. */
function commaIn(text: string, from: number, to: number): number | undefined {
  const scanner = createScanner(text, false);
  scanner.setPosition(from);
  for (let token: number = scanner.scan(); token !== endToken; token = scanner.scan()) {
    if (scanner.getTokenOffset() >= to) return undefined;
    if (token === commaToken) return scanner.getTokenOffset();
  }
  return undefined;
}

function indentAt(text: string, offset: number): string {
  return /^[ \t]*/.exec(text.slice(text.lastIndexOf("\n", offset - 1) + 1, offset))?.[0] ?? "";
}

function valueText(value: unknown, indent: string, style: Style): string {
  return JSON.stringify(value, undefined, style.indent).replaceAll("\n", style.eol + indent);
}

function placeIn(text: string, offset: number): string {
  const before = text.slice(0, offset).split("\n");
  return `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
}
