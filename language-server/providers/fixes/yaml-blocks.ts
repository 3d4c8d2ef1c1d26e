/** What is written in block style, line by line: in braces and brackets, lines are no measure. Pure. */

import type { YAMLMap } from "yaml";
import { isCollection, isMap } from "yaml";
import type { Path } from "../../../src/catalog/text/problem.ts";
import { parseNodes } from "../../../src/catalog/text/yaml-text.ts";
import type { FixContext } from "./fix-context.ts";
import { entryOf } from "./fix-context.ts";

/** Longer ones are not read while somebody waits. */
const longestText = 64_000;

/** A mapping in block style, and nothing but block style around it. */
export interface Block {
  readonly map: YAMLMap;
  /** The document's line, from 0, of an offset that a node of the map has. */
  lineOf(offset: number): number;
}

/** The block at a path of the document; `undefined` for all that is none. */
export function blockAt(path: Path, context: FixContext): Block | undefined {
  const entry = entryOf({ path }, context);
  const text = entry?.text ?? context.document.text.getText();
  const first = entry?.line ?? 0;
  if (entry?.range || text.length > longestText) return undefined;
  const map = blockIn(text, entry ? [0, ...path.slice(2)] : path);
  const lineOf = (offset: number) => first + text.slice(0, offset).split("\n").length - 1;
  return map && { map, lineOf };
}

/** The line behind the value of the key that begins on a line, both from 0; comments below it are not counted. */
export function endOfPairOn({ map, lineOf }: Block, line: number): number {
  const pair = map.items.find(({ key }) => lineOf(rangeOf(key)?.[0] ?? -1) === line);
  const [, end] = rangeOf(pair?.value) ?? rangeOf(pair?.key) ?? [0, 0];
  // What ends with its line end, a text in block style, ends on the line before.
  return lineOf(Math.max(0, end - 1)) + 1;
}

function blockIn(text: string, path: Path): YAMLMap | undefined {
  let node: unknown = nodesOf(text);
  for (const step of path) {
    if (!isCollection(node) || node.flow) return undefined;
    node = node.get(step, true);
  }
  return isMap(node) && !node.flow ? node : undefined;
}

function nodesOf(text: string): unknown {
  try {
    return parseNodes(text).contents;
  } catch {
    // Nested too deeply.
    return undefined;
  }
}

function rangeOf(node: unknown): readonly [number, number, number] | undefined {
  return (node as { range?: [number, number, number] } | null)?.range;
}
