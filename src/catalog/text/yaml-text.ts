/**
 * Reads one YAML 1.2 document into plain values, with the place of each. Shared by catalog and config; knows neither.
 * Never throws, whatever the text.
 */

import type { Alias, Document, Node, Pair, YAMLMap } from "yaml";
import { isAlias, isCollection, isMap, isScalar, isSeq, parseDocument } from "yaml";
import { lineIndex } from "./line-index.ts";
import type { Path, Problem, TextRange, Within } from "./problem.ts";
import { fileStart } from "./problem.ts";
import { keyText, plainValue } from "./yaml-values.ts";

/**
 * Which part of a value a problem is shown at: its key (of the value itself where it has none), the value (its key
 * where it is empty), or the spot where something is missing in it: its key, or the beginning of a list item.
 */
export type Part = "key" | "value" | "owner";

export interface YamlText {
  /** `undefined` for a file without content, and when the text is no YAML. */
  readonly value: unknown;
  readonly problems: readonly Problem[];
  /** Place of a path in this text; of the part of its string that `within` names, where that stands there as it is. */
  placeOf(path: Path, part: Part, within?: Within): TextRange;
}

const mostProblems = 100;

export function readYaml(text: string): YamlText {
  const content = text.startsWith("\uFEFF") ? text.slice(1) : text;
  try {
    return readDocument(content);
  } catch (error) {
    // The composer is recursive; what overflows it is no file anybody wrote.
    if (!(error instanceof RangeError)) throw error;
    return { value: undefined, problems: [tooDeep(fileStart)], placeOf: () => fileStart };
  }
}

/** The nodes of a text as `readYaml` takes it, half-typed text included. Throws a RangeError where it is too deep. */
export function parseNodes(text: string): Document.Parsed {
  return parseDocument(text, {
    schema: "core",
    resolveKnownTags: false,
    // Duplicates are found by us, in linear time and with all others.
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: "error",
  });
}

function readDocument(text: string): YamlText {
  const document = parseNodes(text);
  const place = lineIndex(text);
  const syntax = syntaxProblems(document, place);
  if (syntax.length > 0) return { value: undefined, problems: syntax, placeOf: () => fileStart };
  const plain = plainValue(document.contents);
  const nodes = new NodePlaces(text, place, document.contents, plain.targets);
  const problems = plain.problems.map(
    ({ code, message, path, node }): Problem => ({
      severity: "error",
      code,
      message,
      path,
      ...(node === undefined ? nodes.placeOf(path, "owner") : nodes.placeOfNode(node)),
    }),
  );
  const value = isNothing(document.contents) ? undefined : plain.value;
  return { value, problems, placeOf: (path, part, within) => nodes.placeOf(path, part, within) };
}

/** A document of comments and white space has a null that nobody wrote. */
function isNothing(contents: Node | null): boolean {
  return contents === null || (isScalar(contents) && contents.value === null && contents.source === "");
}

function syntaxProblems(document: Document, place: (start: number, end: number) => TextRange): Problem[] {
  const found = [...document.errors, ...document.warnings];
  const exhausted = found.find(({ code }) => code === "RESOURCE_EXHAUSTION");
  if (exhausted) return [tooDeep(place(...exhausted.pos))];
  return found.slice(0, mostProblems).map(({ code, message, pos }) => ({
    severity: "error",
    code: `yaml-${code.toLowerCase().replaceAll("_", "-")}`,
    message: syntaxMessage(code, message),
    path: [],
    ...place(...pos),
  }));
}

function syntaxMessage(code: string, message: string): string {
  if (code === "MULTIPLE_DOCS")
    return "The file must be one YAML document: remove this '---' and what follows it";
  if (code === "TAB_AS_INDENT") return "Tabs are not allowed as indentation: use spaces";
  if (code === "TAG_RESOLVE_FAILED") return "Tags ('!…') other than YAML's own are not known here: remove it";
  if (code === "MISSING_CHAR" && message.endsWith("quote")) return "A quoted text has no closing quote";
  if (code === "BAD_DQ_ESCAPE")
    return "A backslash in double quotes begins an escape that is none: write '\\\\', or use single quotes";
  if (code === "BAD_DIRECTIVE")
    return "A line that begins with '%' is a directive, and YAML has none like this";
  if (message.startsWith("Block scalar header"))
    return "Nothing but a comment may follow '|' or '>' on its line: the text stands on the lines below";
  if (message.startsWith("Not a YAML token"))
    return "This is no YAML where it stands: quote it if it is a text";
  // What the parser quotes may be a secret.
  return message.replace(/(?<=\w): [\s\S]*$/, "").replace(/\s+/g, " ");
}

function tooDeep(place: TextRange): Problem {
  return { severity: "error", code: "too-deep", message: "Nested too deeply", path: [], ...place };
}

/** Finds nodes by path, through aliases. */
class NodePlaces {
  readonly #text: string;
  readonly #place: (start: number, end: number) => TextRange;
  readonly #root: Node | null;
  readonly #targets: ReadonlyMap<Alias, Node>;
  /** Of the string asked about last: one with a thousand problems is looked through once. */
  #variables: { readonly node: Node; readonly offsets: ReadonlyMap<number, number> } | undefined;
  readonly #pairs = new Map<YAMLMap, ReadonlyMap<string | undefined, Pair>>();

  constructor(
    text: string,
    place: (start: number, end: number) => TextRange,
    root: Node | null,
    targets: ReadonlyMap<Alias, Node>,
  ) {
    this.#text = text;
    this.#place = place;
    this.#root = root;
    this.#targets = targets;
  }

  placeOf(path: Path, part: Part, within?: Within): TextRange {
    const { key, value } = this.#find(path);
    if (part !== "value" && key) return this.placeOfNode(key);
    if (part === "owner" && value) return this.#beginning(value);
    if (value && !isEmpty(value)) return this.placeOfNode(value, within);
    const shown = key ?? value;
    return shown ? this.placeOfNode(shown) : fileStart;
  }

  placeOfNode(node: Node, within?: Within): TextRange {
    const [start, end] = node.range ?? [0, 0];
    const text = this.#text.slice(start, end).trimEnd();
    const part = within && this.#written(text, node, within);
    if (part === undefined) return this.#place(start, start + text.length);
    return this.#place(start + part.at, start + part.at + part.text.length);
  }

  /** A part as it is written; of a variable over several lines its beginning. */
  #written(written: string, node: Node, { text, at }: Within): Within | undefined {
    if (this.#variables?.node !== node) this.#variables = { node, offsets: variablesIn(node, written) };
    const variable = isScalar(node) ? String(node.value).lastIndexOf("${", at) : -1;
    const start = this.#variables.offsets.get(variable);
    if (start === undefined) return undefined;
    if (written.startsWith(text, start + at - variable)) return { text, at: start + at - variable };
    return at === variable ? { text: "${", at: start } : undefined;
  }

  /** The first key of a map; the rest of it would underline a page. */
  #beginning(node: Node): TextRange {
    const first = isMap(node) ? (node.items[0]?.key as Node | undefined) : undefined;
    const [start] = node.range ?? [0];
    const end = first?.range?.[1];
    return end === undefined ? this.placeOfNode(node) : this.#place(start, end);
  }

  #find(path: Path): { key?: Node; value?: Node } {
    let key: Node | undefined;
    let value = this.#target(this.#root);
    for (const part of path) {
      const pair = isMap(value) ? this.#pairsOf(value).get(String(part)) : undefined;
      key = pair?.key as Node | undefined;
      value = this.#target(pair ? pair.value : isSeq(value) ? value.items[Number(part)] : undefined);
    }
    return { ...(key && { key }), ...(value && { value }) };
  }

  /** The first pair of each key. A map with a thousand problems is looked through once. */
  #pairsOf(map: YAMLMap): ReadonlyMap<string | undefined, Pair> {
    const known = this.#pairs.get(map);
    if (known) return known;
    const pairs = new Map<string | undefined, Pair>(
      map.items.toReversed().map((pair) => [keyText(pair), pair]),
    );
    this.#pairs.set(map, pairs);
    return pairs;
  }

  #target(node: unknown): Node | undefined {
    if (isAlias(node)) return this.#targets.get(node);
    return isScalar(node) || isCollection(node) ? node : undefined;
  }
}

/**
 * Where in the written form of a string the `${` of the string stand, by their offsets in the string; empty where
 * escapes or comments make them others.
 */
function variablesIn(node: Node, written: string): ReadonlyMap<number, number> {
  if (!isScalar(node) || typeof node.value !== "string") return new Map();
  const inWritten = offsetsOf("${", written);
  const inValue = offsetsOf("${", node.value);
  if (inWritten.length !== inValue.length) return new Map();
  return new Map(inValue.map((offset, nth) => [offset, inWritten[nth] ?? -1]));
}

function offsetsOf(text: string, whole: string): number[] {
  const offsets: number[] = [];
  for (let at = whole.indexOf(text); at >= 0; at = whole.indexOf(text, at + 1)) offsets.push(at);
  return offsets;
}

function isEmpty(node: Node): boolean {
  return isScalar(node) && node.value === null && node.source === "";
}
