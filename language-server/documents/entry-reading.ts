/**
 * Reads one entry of a catalog separately, as `servers:` with only this entry below it. Line numbers are relative to the
 * first line of the entry. Reports if an entry cannot be understood without the rest of the file.
 */

import { isMap, isSeq, visit } from "yaml";
import type { ParsedCatalog } from "../../src/catalog/parse-catalog.ts";
import { parseCatalog } from "../../src/catalog/parse-catalog.ts";
import type { PluginTypes } from "../../src/catalog/plugin-types.ts";
import type { Problem, TextRange } from "../../src/catalog/text/problem.ts";
import { parseNodes } from "../../src/catalog/text/yaml-text.ts";
import type { Field } from "./outline.ts";
import { moved, outlineOf } from "./outline.ts";

export type EntryReading =
  | {
      readonly kind: "read";
      readonly id?: string;
      /** Paths are relative to the entry: `["runtime", "command"]`. */
      readonly fields: readonly Field[];
      /** Problems of the form only. */
      readonly formProblems: readonly Problem[];
      /** All problems, including `formProblems`. */
      readonly problems: readonly Problem[];
    }
  /** The entry is not YAML. The whole file then has these problems and no problems of another kind. */
  | { readonly kind: "broken"; readonly id?: string; readonly problems: readonly Problem[] }
  /**
   * The meaning depends on other lines, for example because of an open quote or an alias. `problems` are those of the
   * entry alone.
   */
  | { readonly kind: "entangled"; readonly id?: string; readonly problems: readonly Problem[] };

/** The parts of reading that depend on the context and not on the schema. */
export interface Reader {
  /** The runtime types of plugins. */
  readonly types: () => PluginTypes;
  /** Problems of a parsed catalog that do not concern its form: variables, machine, secrets. */
  readonly examine: (catalog: ParsedCatalog) => Promise<readonly Problem[]>;
}

const above = "servers:\n";
/** Longer entries are unusual, and reading them here would delay the user. */
const maxEntryLength = 16_000;
/** Text that may be an alias. */
const alias = /(?:^|[\s[{,:?-])\*[^\s*]/m;

/** `index` of the entry in the file, for messages about entries without an id. */
export async function readEntry(text: string, index: number, reader: Reader): Promise<EntryReading> {
  const id = idIn(text);
  const named = id === undefined ? {} : { id };
  if (text.length > maxEntryLength || hasAlias(text)) return { kind: "entangled", ...named, problems: [] };
  const catalog = parseCatalog(above + text, { firstIndex: index, types: reader.types() });
  const servers = serversOf(catalog.yaml.value);
  if (servers === undefined) {
    const problems = catalog.problems.map(shifted);
    return { kind: isClosed(text) ? "broken" : "entangled", ...named, problems };
  }
  if (servers.length !== 1) return { kind: "entangled", ...named, problems: [] };
  return readClosed(catalog, servers[0], reader);
}

async function readClosed(catalog: ParsedCatalog, server: unknown, reader: Reader): Promise<EntryReading> {
  const id = (server as { id?: unknown } | null)?.id;
  return {
    kind: "read",
    ...(typeof id === "string" && { id }),
    fields: outlineOf(catalog.yaml, server, ["servers", 0]).map(shiftedField),
    formProblems: catalog.formProblems.map(shifted),
    problems: (await reader.examine(catalog)).map(shifted),
  };
}

/** In text that is not YAML, anything that may be an alias counts. */
function hasAlias(text: string): boolean {
  if (!alias.test(text)) return false;
  try {
    const document = parseNodes(above + text);
    let found = document.errors.length > 0;
    visit(document, {
      Alias: () => {
        found = true;
        return visit.BREAK;
      },
    });
    return found;
  } catch {
    // Nested too deeply to walk.
    return true;
  }
}

function serversOf(root: unknown): readonly unknown[] | undefined {
  const servers = (root as { servers?: unknown } | undefined)?.servers;
  return Array.isArray(servers) ? servers : undefined;
}

/** Whether an entry below this one would be read correctly, whatever this one contains. */
function isClosed(text: string): boolean {
  const indent = /^ */.exec(text)?.[0] ?? "";
  const below = `${text.endsWith("\n") ? "" : "\n"}${indent}- id: below\n`;
  const errorsOf = (end: string) => {
    const document = parseNodes(above + text + end);
    return { items: itemsOf(document.get("servers")), errors: document.errors };
  };
  try {
    const alone = errorsOf("").errors;
    const { items, errors } = errorsOf(below);
    const last = items.at(-1);
    const isRead = items.length === 2 && isMap(last) && last.get("id") === "below";
    return isRead && errorKey(errors) === errorKey(alone) && !reachesEnd(alone, text);
  } catch {
    // Nested so deeply that the composer overflows. Nothing is known about the text.
    return false;
  }
}

/** Whether an error lies after the last word, so that it depends on the following text. */
function reachesEnd(errors: readonly { readonly pos: readonly number[] }[], text: string): boolean {
  const end = above.length + text.trimEnd().length;
  return errors.some(({ pos }) => pos.some((offset) => offset > end));
}

function itemsOf(node: unknown): readonly unknown[] {
  return isSeq(node) ? node.items : [];
}

function errorKey(errors: readonly { readonly code: string; readonly pos: readonly number[] }[]): string {
  return JSON.stringify(errors.map(({ code, pos }) => [code, ...pos]));
}

/** The id of an entry: the text after its first `id:`. Also works for text that is not YAML yet. */
export function idIn(text: string): string | undefined {
  return /^ *(?:- +)?id *: *["']?([\w-]+)["']?[ \t]*(?:#.*)?\r?$/m.exec(text)?.[1];
}

function shifted(problem: Problem): Problem {
  return moved(problem, -1);
}

function shiftedField(field: Field): Field {
  const key: { key?: TextRange } = field.key === undefined ? {} : { key: moved(field.key, -1) };
  return { ...field, ...key, value: moved(field.value, -1) };
}
