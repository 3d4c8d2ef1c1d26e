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
  const reset = (at: number) => {
    typed = "";
    start = at;
  };
  for (const match of text.matchAll(token)) {
    const [word] = match;
    const end = match.index + word.length;
    const inner = open.at(-1);
    if (word === "{" || word === "[") open.push({ kind: word === "{" ? "map" : "list", key: undefined });
    else if (word === "}" || word === "]") open.pop();
    else if (word === ",") {
      if (inner) inner.key = undefined;
    } else if (word === ":" && inner?.kind === "map") inner.key = typed.trim().replace(/^["']|["']$/g, "");
    else {
      if (typed === "" && !/^\s/.test(word)) start = match.index;
      if (typed !== "" || !/^\s/.test(word)) typed += word;
      continue;
    }
    reset(end);
  }
  if (typed === "") start = text.length;
  const inner = open.at(-1);
  if (inner === undefined) return undefined;
  const steps = open.flatMap(({ kind, key }): Path => {
    if (kind === "list") return [0];
    return key === undefined ? [] : [key];
  });
  const part = inner.kind === "list" ? "item" : inner.key === undefined ? "key" : "value";
  return { path: [...path, ...steps], part, typed, start };
}
