/** Writes the image of a server into the text of a metadata file. The rest of the text stays unchanged. Pure. */

import { isMap, isScalar, isSeq, parseDocument, type Range, stringify, type YAMLMap } from "yaml";
import { GatewayError } from "../base/errors.ts";

/** The image fields of a server's metadata. */
export interface BuiltImage {
  readonly image: string;
  readonly tag: string;
  /** Only for an image that was pushed. */
  readonly id?: string | undefined;
}

/**
 * The text with the new image in the server. Without a new id, a changed name or tag removes the old id.
 * Throws `invalid-metadata` when the server does not exist.
 */
export function updateImage(text: string, name: string, { image, tag, id }: BuiltImage): string {
  const named = setField(text, name, { key: "image", value: image, after: "name" });
  const tagged = setField(named, name, { key: "imageTag", value: tag, after: "image" });
  if (id !== undefined) return setField(tagged, name, { key: "imageId", value: id, after: "imageTag" });
  return tagged === text ? text : withoutField(tagged, name, "imageId");
}

interface NewField {
  readonly key: string;
  readonly value: string;
  /** The field that precedes it in the usual order. */
  readonly after: string;
}

/** Replaces the field of a server, or inserts it. */
function setField(text: string, name: string, { key, value, after }: NewField): string {
  const server = serverNamed(text, name);
  const written = stringify(value, { lineWidth: 0 }).trimEnd();
  const pairOf = (field: string) =>
    server.items.find((pair) => isScalar(pair.key) && pair.key.value === field);
  const range = rangeOf(pairOf(key)?.value);
  if (range) return text.slice(0, range[0]) + written + text.slice(range[1]);
  const [, end = text.length] = rangeOf(pairOf(after)?.value) ?? [];
  if (server.flow) return `${text.slice(0, end)}, ${key}: ${written}${text.slice(end)}`;
  return insertLine(text, end, indentOf(text, server), `${key}: ${written}`);
}

/** Removes a field that is not the first one of the server. */
function withoutField(text: string, name: string, key: string): string {
  const server = serverNamed(text, name);
  const at = server.items.findIndex((pair) => isScalar(pair.key) && pair.key.value === key);
  const [, from = 0] = rangeOf(server.items[at - 1]?.value) ?? [];
  const [, end = 0] = rangeOf(server.items[at]?.value) ?? [];
  if (at < 1) return text;
  if (server.flow) return text.slice(0, from) + text.slice(end);
  const next = text.indexOf("\n", end);
  return text.slice(0, text.lastIndexOf("\n", end - 1) + 1) + (next < 0 ? "" : text.slice(next + 1));
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

/** Inserts after the line of `at`. A comment at its end stays there. */
function insertLine(text: string, at: number, indent: string, line: string): string {
  const eol = text.includes("\r\n") ? "\r\n" : "\n";
  const end = text.indexOf("\n", at);
  if (end < 0) return `${text}${eol}${indent}${line}${eol}`;
  return `${text.slice(0, end + 1)}${indent}${line}${eol}${text.slice(end + 1)}`;
}
