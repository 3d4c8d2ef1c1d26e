/** Fixes for names of platform servers, in documents that are read as a whole. Pure. */

import type { Problem } from "../../../src/catalog/text/problem.ts";
import { entryAt, splitCatalog } from "../../../src/catalog/text/split-catalog.ts";
import type { Fix, FixContext } from "./fix-context.ts";
import { takenNames, textAt, withoutLines } from "./fix-context.ts";
import { endOf } from "./line-fixes.ts";
import { changeTo, numbered, unquoted } from "./text-fixes.ts";

/** Removes this duplicate server, or gives it an unused name. */
export function repeatedName(problem: Problem, context: FixContext): Fix[] {
  const text = context.document.text.getText();
  const split = splitCatalog(text);
  const entry = split?.entries[entryAt(split, problem.line - 1)];
  const name = unquoted(textAt(context, problem));
  const taken = new Set(takenNames(context));
  const free = numbered(name).find((each) => !taken.has(each));
  return [
    ...(entry ? [{ title: "Remove this server", edits: [withoutLines(entry.line, endOf(entry))] }] : []),
    ...(free === undefined ? [] : [{ ...changeTo(problem, free, context), isPreferred: false }]),
  ];
}
