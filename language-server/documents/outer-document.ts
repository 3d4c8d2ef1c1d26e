/** The file around the entries: a catalog with one stub in their place. Pure. */

import { parseCatalog } from "../../src/catalog/parse-catalog.ts";
import type { Problem } from "../../src/catalog/text/problem.ts";
import type { SplitCatalog } from "../../src/catalog/text/split-catalog.ts";
import { moved } from "./outline.ts";

export type OuterDocument =
  | { readonly kind: "read"; readonly problems: readonly Problem[] }
  /** The text is not YAML, or the entries are not what the split assumed. */
  | { readonly kind: "entangled" };

const stubId = "stub";
/** Longer text is skipped, because reading it here would delay the user. */
const maxOuterLength = 16_000;

/** Problems of everything except the entries, at their positions in the file. */
export function readOuterDocument(split: SplitCatalog): OuterDocument {
  const { head, tail, indent } = split;
  // A directive changes the meaning of the whole text, and a byte order mark would shift the columns.
  if (/^%/m.test(head) || head.startsWith("\uFEFF")) return { kind: "entangled" };
  if (head.length + tail.text.length > maxOuterLength) return { kind: "entangled" };
  const stub = `${" ".repeat(indent)}- { id: ${stubId}, runtime: { type: remote-sse, url: "http://h" } }\n`;
  const text = head + stub + tail.text;
  const catalog = parseCatalog(text);
  const stubLine = head.split("\n").length;
  const place = (problem: Problem) =>
    problem.line > stubLine ? moved(problem, tail.line - stubLine) : problem;
  const problems = catalog.problems.map(place);
  if (!isStub(catalog.yaml.value) || problems.some(isOfEntries)) return { kind: "entangled" };
  return { kind: "read", problems };
}

/** Whether a problem concerns the list, or a position that depends on the text before it. */
function isOfEntries({ path, code }: Problem): boolean {
  return path[0] === "servers" || code === "key-not-text";
}

function isStub(root: unknown): boolean {
  const servers = (root as { servers?: unknown } | undefined)?.servers;
  return Array.isArray(servers) && servers.length === 1 && servers[0]?.id === stubId;
}
