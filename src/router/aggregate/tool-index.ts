/** Full-text index of the tools of all servers. Finds tools for a plain sentence. */

import MiniSearch from "minisearch";
import { isObject, parseJson } from "../../base/json.ts";

export interface IndexedTool {
  readonly name: string;
  /** Purpose of the tool in one line. */
  readonly summary: string;
}

interface Document {
  readonly id: number;
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly arguments: string;
}

const longestSummary = 160;
const fields = ["name", "title", "description", "arguments"];

export class ToolIndex {
  readonly #tools: readonly Document[];
  readonly #search: MiniSearch<Document>;

  /** `items` are tools as JSON texts, with their aggregate names. */
  constructor(items: readonly string[]) {
    this.#tools = items.map(documentOf);
    this.#search = new MiniSearch<Document>({
      fields,
      processTerm: (term) => stemOf(term.toLowerCase()),
      tokenize: wordsOf,
      searchOptions: {
        boost: { name: 3, title: 2, description: 1.5 },
        prefix: (term) => term.length > 3,
        fuzzy: (term) => (term.length > 5 ? 0.15 : false),
      },
    });
    this.#search.addAll([...this.#tools]);
  }

  get size(): number {
    return this.#tools.length;
  }

  /** The best first, at most `limit`. */
  find(query: string, limit: number): IndexedTool[] {
    const found = this.#search.search(withSynonyms(query.slice(0, 1_000)));
    return found.slice(0, limit).flatMap(({ id }) => {
      const tool = this.#tools[id as number];
      return tool ? [{ name: tool.name, summary: summaryOf(tool) }] : [];
    });
  }
}

function documentOf(item: string, id: number): Document {
  const tool = parseJson(item);
  const { name, title, description, inputSchema } = isObject(tool) ? tool : {};
  return {
    id,
    name: textOf(name),
    title: textOf(title),
    description: textOf(description),
    arguments: argumentsOf(inputSchema),
  };
}

function argumentsOf(schema: unknown): string {
  const properties = isObject(schema) ? schema["properties"] : undefined;
  if (!isObject(properties)) return "";
  const words = Object.entries(properties).map(
    ([key, property]) => `${key} ${isObject(property) ? textOf(property["description"]) : ""}`,
  );
  return words.join(" ");
}

function summaryOf({ title, description }: Document): string {
  const text = (description || title).replace(/\s+/g, " ").trim();
  const sentence = /^.*?[.!?](?=\s|$)/.exec(text)?.[0] ?? text;
  return sentence.length > longestSummary ? `${sentence.slice(0, longestSummary - 1)}…` : sentence;
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** `listPullRequests` and `list_pull_requests` are three words. */
function wordsOf(text: string): string[] {
  return text
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "");
}

/** Words in tool names, and the words that users search for. */
const synonyms: Readonly<Record<string, readonly string[]>> = {
  create: ["add", "make", "new", "open", "set", "start", "write"],
  list: ["all", "every", "show", "display", "which", "what", "view"],
  get: ["details", "fetch", "read", "show", "view", "look"],
  search: ["find", "look", "query", "where"],
  update: ["change", "edit", "modify", "set", "rename"],
  delete: ["remove", "erase", "drop", "clear"],
  send: ["post", "write", "message"],
};

/** The query with the usual words of tool names added. */
function withSynonyms(query: string): string {
  const words = new Set(wordsOf(query.toLowerCase()));
  const called = Object.entries(synonyms).flatMap(([name, others]) =>
    others.some((other) => words.has(other)) ? [name] : [],
  );
  return [query, ...called].join(" ");
}

/** Words without a meaning for the search. */
const stopWords = new Set(
  "a an and are as at be by for from i in is it its me my of on or that the this to with".split(" "),
);

/** Simple stemming for query and text, so that plurals and verb forms match. */
function stemOf(word: string): string | null {
  if (stopWords.has(word)) return null;
  if (word.length <= 3) return word;
  return word.replace(/(?:ies)$/, "y").replace(/(?:ing|ed|es|s)$/, "");
}
