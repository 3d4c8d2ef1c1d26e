/** Writes the image of a server into the text of a metadata file: all else stays letter by letter. Pure. */

import { isMap, isScalar, isSeq, parseDocument, type Range, stringify, type YAMLMap } from "yaml";
import { GatewayError } from "../base/errors.ts";

/** The text with `image` and `imageTag` of the server set. Throws `invalid-metadata` where it has no such server. */
export function updateImage(text: string, name: string, image: string, tag: string): string {
  return setField(setField(text, name, "image", image), name, "imageTag", tag);
}

function setField(text: string, name: string, key: string, value: string): string {
  const server = serverNamed(text, name);
  const written = stringify(value, { lineWidth: 0 }).trimEnd();
  const current = server.items.find((pair) => isScalar(pair.key) && pair.key.value === key);
  const range = rangeOf(current?.value);
  if (range) return text.slice(0, range[0]) + written + text.slice(range[1]);
  // After the name, or after the image, as people write it.
  const before = server.items.find(
    (pair) => isScalar(pair.key) && pair.key.value === (key === "imageTag" ? "image" : "name"),
  );
  const [, end = text.length] = rangeOf(before?.value) ?? [];
  if (server.flow) return `${text.slice(0, end)}, ${key}: ${written}${text.slice(end)}`;
  return insertLine(text, end, indentOf(text, server), `${key}: ${written}`);
}

function serverNamed(text: string, name: string): YAMLMap {
  const servers = parseDocument(text).get("servers", true);
  const items = isSeq(servers) ? servers.items : [];
  const server = items.find((item): item is YAMLMap => isMap(item) && item.get("name") === name);
  if (server) return server;
  const message = `failed to load metadata: server '${name}' not found in metadata`;
  throw new GatewayError("invalid-metadata", message);
}

function rangeOf(node: unknown): Range | undefined {
  return (node as { range?: Range } | null | undefined)?.range;
}

/** The column of the server's first key. */
function indentOf(text: string, server: YAMLMap): string {
  const start = rangeOf(server.items[0]?.key)?.[0] ?? 0;
  return " ".repeat(start - (text.lastIndexOf("\n", start - 1) + 1));
}

/** After the line that `at` is in: a comment at its end stays there. */
function insertLine(text: string, at: number, indent: string, line: string): string {
  const eol = text.includes("\r\n") ? "\r\n" : "\n";
  const end = text.indexOf("\n", at);
  if (end < 0) return `${text}${eol}${indent}${line}${eol}`;
  return `${text.slice(0, end + 1)}${indent}${line}${eol}${text.slice(end + 1)}`;
}
