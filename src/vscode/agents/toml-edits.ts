/** Edits TOML files. The gateway's tables are on lines of their own, so all other text stays exactly the same. Pure. */

import { isDeepStrictEqual } from "node:util";
import { parse, stringify } from "smol-toml";
import { changesOf, type EditPlan, type Entries } from "./config-edits.ts";

/** The servers in a file. Throws if the file is not TOML or `path` does not lead to a table. */
export function tomlServers(text: string, path: readonly string[]): Entries {
  let node: unknown = parseToml(text);
  for (const key of path) {
    const inner = (node as Record<string, unknown>)[key];
    if (inner === undefined) return {};
    if (typeof inner !== "object" || inner === null || Array.isArray(inner))
      throw new Error(`'${path.join(".")}' in it is not a table`);
    node = inner;
  }
  return node as Entries;
}

/** The text with the entries as planned. Returns the same text if there is nothing to change. */
export function editToml(text: string, path: readonly string[], plan: EditPlan): string {
  const present = tomlServers(text, path);
  const { remove, set } = changesOf(present, plan);
  if (remove.length === 0 && Object.keys(set).length === 0) return text;
  const names = [...remove, ...Object.keys(set)];
  let edited = text;
  for (const name of names) edited = withoutTable(edited, [...path, name]);
  for (const [name, entry] of Object.entries(set)) edited = withTable(edited, path, name, entry);
  checkOthers(present, tomlServers(edited, path), names);
  return edited;
}

function parseToml(text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    throw new Error(`it is not valid TOML: ${String(error).split("\n", 1)[0]}`, { cause: error });
  }
}

/** Removes the table of that name and its subtables, up to the next header. */
function withoutTable(text: string, path: readonly string[]): string {
  let inside = false;
  const kept = text.split(/(?<=\n)/).filter((line) => {
    const header = /^\s*\[\[?\s*(.+?)\s*\]\]?\s*(?:#.*)?$/.exec(line.trimEnd())?.[1];
    if (header !== undefined) inside = isWithin(keysOf(header), path);
    return !inside;
  });
  return kept.join("");
}

function isWithin(keys: readonly string[], path: readonly string[]): boolean {
  return path.every((key, at) => keys[at] === key);
}

/** Splits a header such as `a."b c".d` into its keys. */
function keysOf(header: string): string[] {
  const parts = header.match(/"(?:[^"\\]|\\.)*"|'[^']*'|[\w-]+/g) ?? [];
  return parts.map((part) => (/^["']/.test(part) ? part.slice(1, -1) : part));
}

function withTable(text: string, path: readonly string[], name: string, entry: unknown): string {
  const nested = [...path, name].reduceRight<unknown>((inner, key) => ({ [key]: inner }), entry);
  const eol = text.includes("\r\n") ? "\r\n" : "\n";
  const before = text === "" || text.endsWith("\n") ? text : `${text}${eol}`;
  const table = stringify(nested).trim().replaceAll("\n", eol);
  const gap = before === "" || /\n\s*\n$/.test(before) ? "" : eol;
  return `${before}${gap}${table}${eol}`;
}

/** Throws if the edit changed other entries. The file uses a notation that this module cannot edit. */
function checkOthers(before: Entries, after: Entries, edited: readonly string[]): void {
  for (const [name, entry] of Object.entries(before)) {
    if (!edited.includes(name) && !isDeepStrictEqual(after[name], entry))
      throw new Error(`'${name}' in the file would change`);
  }
}
