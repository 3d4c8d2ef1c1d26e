/** Where in a flow collection (`{ a: b }`, `[a, b]`) a text ends. Pure. */

import type { Path } from "../../src/catalog/text/problem.ts";

export interface FlowEnd {
  readonly path: Path;
  readonly part: "key" | "value" | "item";
  readonly typed: string;
  /** Column of `typed` in the text, from 0. */
  readonly start: number;
}

interface Open {
  readonly kind: "map" | "list";
  /** The key whose value is being typed. */
  key: string | undefined;
}

const token =
  /\s+|"(?:[^"\\]|\\.)*"?|'(?:[^']|'')*'?|\$\{[^}]*\}?|[{}[\],]|:(?=\s|$)|(?:[^\s{}[\],:$]|:(?=\S)|\$)+/gy;

/** `undefined` where `text` does not begin a flow collection, or has ended all it began. */
export function flowAt(text: string, path: Path): FlowEnd | undefined {
  if (!/^[{[]/.test(text)) return undefined;
  const open: Open[] = [];
  let typed = "";
  let start = 0;
  for (const { 0: word, index } of text.matchAll(token)) {
    if (isMark(word, open.at(-1))) {
      take(word, open, typed);
      typed = "";
    } else if (typed !== "" || word.trim() !== "") {
      if (typed === "") start = index;
      typed += word;
    }
  }
  const inner = open.at(-1);
  if (inner === undefined) return undefined;
  const part = inner.kind === "list" ? "item" : inner.key === undefined ? "key" : "value";
  return {
    path: [...path, ...open.flatMap(stepInto)],
    part,
    typed,
    start: typed === "" ? text.length : start,
  };
}

function isMark(word: string, inner: Open | undefined): boolean {
  return /^[{}[\],]$/.test(word) || (word === ":" && inner?.kind === "map");
}

/** `typed` is what stood before the mark. */
function take(mark: string, open: Open[], typed: string): void {
  const inner = open.at(-1);
  if (mark === "{" || mark === "[") open.push({ kind: mark === "{" ? "map" : "list", key: undefined });
  else if (mark === "}" || mark === "]") open.pop();
  else if (inner) inner.key = mark === ":" ? typed.trim().replace(/^["']|["']$/g, "") : undefined;
}

function stepInto({ kind, key }: Open): Path {
  if (kind === "list") return [0];
  return key === undefined ? [] : [key];
}
