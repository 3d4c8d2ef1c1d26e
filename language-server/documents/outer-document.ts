/** The file around the entries: a catalog with one stub in their place. Pure. */

import { parseCatalog } from "../../src/catalog/parse-catalog.ts";
import type { Problem } from "../../src/catalog/text/problem.ts";
import { moved } from "./outline.ts";
import type { SplitCatalog } from "./split-catalog.ts";

export type OuterDocument =
  | { readonly kind: "read"; readonly problems: readonly Problem[] }
  /** No YAML, or the entries are not what the cut took them for. */
  | { readonly kind: "entangled" };

const stubId = "stub";
/** What is read here is read while somebody waits. */
const longestFrame = 16_000;

/** Problems of everything but the entries, at their places in the file. */
export function readOuterDocument(split: SplitCatalog): OuterDocument {
  const { head, tail, indent } = split;
  // A directive changes how everything is read; a mark would be a column that is none.
  if (/^%/m.test(head) || head.startsWith("\uFEFF")) return { kind: "entangled" };
  if (head.length + tail.text.length > longestFrame) return { kind: "entangled" };
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

/** About the list, or at a place that depends on what stands before it. */
function isOfEntries({ path, code }: Problem): boolean {
  return path[0] === "servers" || code === "key-not-text";
}

function isStub(root: unknown): boolean {
  const servers = (root as { servers?: unknown } | undefined)?.servers;
  return Array.isArray(servers) && servers.length === 1 && servers[0]?.id === stubId;
}
