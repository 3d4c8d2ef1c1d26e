/** Finds mappings in block style, in which each key has its own lines. Pure. */

import type { YAMLMap } from "yaml";
import { isCollection, isMap } from "yaml";
import type { Path } from "../../../src/catalog/text/problem.ts";
import { parseNodes } from "../../../src/catalog/text/yaml-text.ts";
import type { FixContext } from "./fix-context.ts";
import { entryOf } from "./fix-context.ts";

/** Longer text is skipped, because parsing it would delay the user. */
const maxTextLength = 64_000;

/** A mapping in block style that is not inside flow style. */
export interface Block {
  readonly map: YAMLMap;
  /** Zero-based document line of a node offset of the map. */
  lineOf(offset: number): number;
}

/** The block at a path of the document, or `undefined` if there is none. */
export function blockAt(path: Path, context: FixContext): Block | undefined {
  const entry = entryOf({ path }, context);
  const text = entry?.text ?? context.document.text.getText();
  const first = entry?.line ?? 0;
  if (entry?.range || text.length > maxTextLength) return undefined;
  const map = blockIn(text, entry ? [0, ...path.slice(2)] : path);
  const lineOf = (offset: number) => first + text.slice(0, offset).split("\n").length - 1;
  return map && { map, lineOf };
}

/** The zero-based line after the value of the key on a line. Does not include comments below it. */
export function endOfPairOn({ map, lineOf }: Block, line: number): number {
  const pair = map.items.find(({ key }) => lineOf(rangeOf(key)?.[0] ?? -1) === line);
  const [, end] = rangeOf(pair?.value) ?? rangeOf(pair?.key) ?? [0, 0];
  // A block scalar ends with its line end, so its last line is the one before.
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
