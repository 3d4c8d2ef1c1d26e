/**
 * One entry of a catalog, read on its own: as `servers:` with just this entry below it. Lines count from the entry's
 * first one. Knows no other entry; says when an entry cannot be understood without the rest of the file.
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
      /** Seen from the entry: `["runtime", "command"]`. */
      readonly fields: readonly Field[];
      /** About the form alone. */
      readonly formProblems: readonly Problem[];
      /** Everything there is to say, `formProblems` included. */
      readonly problems: readonly Problem[];
    }
  /** No YAML. The file as a whole has these problems and no others but of this kind. */
  | { readonly kind: "broken"; readonly id?: string; readonly problems: readonly Problem[] }
  /** An open quote, an alias: what is meant depends on other lines. `problems` are those of the entry on its own. */
  | { readonly kind: "entangled"; readonly id?: string; readonly problems: readonly Problem[] };

/** How entries are read, besides what the schema says. */
export interface Reader {
  /** The runtime types of plugins. */
  readonly types: () => PluginTypes;
  /** What is to be said of a parsed catalog besides its form: variables, machine, secrets. */
  readonly examine: (catalog: ParsedCatalog) => Promise<readonly Problem[]>;
}

const above = "servers:\n";
/** Nobody writes longer ones; what is read here is read while somebody waits. */
const longestEntry = 16_000;
/** What could be an alias. */
const alias = /(?:^|[\s[{,:?-])\*[^\s*]/m;

/** `index` of the entry in the file goes into messages about entries without id. */
export async function readEntry(text: string, index: number, reader: Reader): Promise<EntryReading> {
  const id = idIn(text);
  const named = id === undefined ? {} : { id };
  if (text.length > longestEntry || hasAlias(text)) return { kind: "entangled", ...named, problems: [] };
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

/** Of what is no YAML, what could be an alias counts. */
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
    // Nested too deeply.
    return true;
  }
}

function serversOf(root: unknown): readonly unknown[] | undefined {
  const servers = (root as { servers?: unknown } | undefined)?.servers;
  return Array.isArray(servers) ? servers : undefined;
}

/** Whether an entry below this one would be read as one, whatever is wrong in here. */
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
    // Nested so deeply that the composer overflows: nothing to be known of it.
    return false;
  }
}

/** Where an error lies behind the last word, it depends on the next one where it lies. */
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

/** The id of an entry, also of one that is no YAML yet: what stands behind its first `id:`. */
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
