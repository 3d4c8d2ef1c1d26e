/** Edits of TOML files: our tables are lines of their own, so that everything else stays letter by letter. Pure. */

import { isDeepStrictEqual } from "node:util";
import { parse, stringify } from "smol-toml";
import { changesOf, type EditPlan, type Entries } from "./config-edits.ts";

/** The servers a file has. Throws where it is no TOML or `path` is something else. */
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

/** The text with our entries as planned; the same text where nothing is to be done. */
export function editToml(text: string, path: readonly string[], plan: EditPlan): string {
  const present = tomlServers(text, path);
  const { remove, set } = changesOf(present, plan);
  if (remove.length === 0 && Object.keys(set).length === 0) return text;
  const gone = [...remove, ...Object.keys(set)];
  let edited = text;
  for (const name of gone) edited = withoutTable(edited, [...path, name]);
  for (const [name, entry] of Object.entries(set)) edited = withTable(edited, path, name, entry);
  checkOthers(present, tomlServers(edited, path), gone);
  return edited;
}

function parseToml(text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    throw new Error(`it is not valid TOML: ${String(error).split("\n", 1)[0]}`, { cause: error });
  }
}

/** Without the table of that name and those within it, up to the next header. */
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

/** `a."b c".d` as its keys. */
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

/** A file written in a way we do not know how to edit is left as it is. */
function checkOthers(before: Entries, after: Entries, ours: readonly string[]): void {
  for (const [name, entry] of Object.entries(before)) {
    if (!ours.includes(name) && !isDeepStrictEqual(after[name], entry))
      throw new Error(`'${name}' in it would not stay as it is`);
  }
}
