/** The entries of a catalog in flow style, such as JSON, that cannot be split by lines. Parses the text as YAML. Pure. */

import { readYaml } from "../../src/catalog/text/yaml-text.ts";
import type { DocumentEntry } from "./document-entry.ts";
import { moved, outlineOf } from "./outline.ts";
import { rangeOf } from "./text-ranges.ts";

/** A longer text takes noticeable time to read as a whole. */
const maxTextLength = 64_000;

/** Empty if the text is not YAML. */
export function parsedEntries(text: string): DocumentEntry[] {
  if (text.length > maxTextLength) return [];
  const yaml = readYaml(text);
  const root = yaml.value as { servers?: unknown } | null | undefined;
  const servers: readonly unknown[] = Array.isArray(root?.servers) ? root.servers : [];
  const lines = text.split("\n");
  return servers.map((server, index) => {
    const path = ["servers", index];
    const place = yaml.placeOf(path, "value");
    const line = place.line - 1;
    const fields = outlineOf(yaml, server, path).map(({ key, value, ...field }) => ({
      ...field,
      ...(key && { key: moved(key, -line) }),
      value: moved(value, -line),
    }));
    const id = (server as { id?: unknown } | null)?.id;
    const named = typeof id === "string" ? { id } : {};
    return {
      line,
      text: lines.slice(line, place.endLine).join("\n"),
      range: rangeOf(place),
      ...named,
      reading: { kind: "read", ...named, fields, formProblems: [], problems: [] },
    };
  });
}
