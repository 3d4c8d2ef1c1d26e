/**
 * Reads one YAML 1.2 document to plain values with their positions. Shared by catalog and config. Never throws, for any
 * text.
 */

import type { Alias, Document, Node, Pair, YAMLMap } from "yaml";
import { isAlias, isCollection, isMap, isScalar, isSeq, parseDocument } from "yaml";
import { lineIndex } from "./line-index.ts";
import type { Path, Problem, TextRange, Within } from "./problem.ts";
import { fileStart } from "./problem.ts";
import { syntaxProblems } from "./syntax-problems.ts";
import { keyText, plainValue } from "./yaml-values.ts";

/**
 * The part at which a problem is shown. `key`: the key, or the value if it has no key. `value`: the value, or its key
 * if it is empty. `owner`: the mapping that lacks a key, shown at its own key or at the start of its list item.
 */
export type Part = "key" | "value" | "owner";

export interface YamlText {
  /** `undefined` for a file without content, and for a text that is not YAML. */
  readonly value: unknown;
  readonly problems: readonly Problem[];
  /**
   * Range of a path in this text. With `within`: range of that part of its string, if it is written there literally.
   */
  placeOf(path: Path, part: Part, within?: Within): TextRange;
}

export function readYaml(text: string): YamlText {
  const content = text.startsWith("\uFEFF") ? text.slice(1) : text;
  try {
    return readDocument(content);
  } catch (error) {
    // The composer is recursive. Only an artificial file overflows it.
    if (!(error instanceof RangeError)) throw error;
    return { value: undefined, problems: [tooDeep(fileStart)], placeOf: () => fileStart };
  }
}

/**
 * The nodes of a text in the form for `readYaml`, also for incomplete text. Throws a RangeError for too deep nesting.
 */
export function parseNodes(text: string): Document.Parsed {
  return parseDocument(text, {
    schema: "core",
    resolveKnownTags: false,
    // yaml-values.ts finds all duplicates, in linear time.
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: "error",
  });
}

function readDocument(text: string): YamlText {
  const document = parseNodes(text);
  const place = lineIndex(text);
  const syntax = syntaxProblemsOf(document, text, place);
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

/** A document with only comments and white space has a null that is not in the text. */
function isNothing(contents: Node | null): boolean {
  return contents === null || (isScalar(contents) && contents.value === null && contents.source === "");
}

function syntaxProblemsOf(
  document: Document,
  text: string,
  place: (start: number, end: number) => TextRange,
): Problem[] {
  const exhausted = document.errors.find(({ code }) => code === "RESOURCE_EXHAUSTION");
  if (exhausted) return [tooDeep(place(...exhausted.pos))];
  return syntaxProblems(document, text).map(({ code, message, start, end }) => ({
    severity: "error",
    code,
    message,
    path: [],
    ...place(start, end),
  }));
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
  /** Cache for the last string, because one string may have a thousand problems. */
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

  /** The range of a part as written. For a variable over several lines, its first line. */
  #written(written: string, node: Node, { text, at }: Within): Within | undefined {
    if (this.#variables?.node !== node) this.#variables = { node, offsets: variablesIn(node, written) };
    const variable = isScalar(node) ? String(node.value).lastIndexOf("${", at) : -1;
    const start = this.#variables.offsets.get(variable);
    if (start === undefined) return undefined;
    if (written.startsWith(text, start + at - variable)) return { text, at: start + at - variable };
    return at === variable ? { text: "${", at: start } : undefined;
  }

  /** The first key of a map. The whole map would be too long to underline. */
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

  /** The first pair of each key. Cached, because one map may have a thousand problems. */
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
 * Offsets of each `${` in the written form of a string, by offset in the string. Empty when escapes or comments make
 * the mapping impossible.
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
