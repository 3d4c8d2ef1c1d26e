/** What a client is told when it initializes. Pure. */

import { resultText } from "../jsonrpc/encode.ts";
import type { Message } from "../jsonrpc/message.ts";
import { editText } from "../jsonrpc/text-edit.ts";

/** The versions of the initialize era (protocol.md), oldest first. */
export const protocolVersions = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"] as const;

const newest = "2025-11-25";

/** The version to speak with a client: its own where we know it, else our newest (MCP, *Version negotiation*). */
export function negotiateVersion(asked: unknown): string {
  return protocolVersions.find((version) => version === asked) ?? newest;
}

/**
 * The backend's own answer, with the client's id and version. Versions of this era only add fields, and some
 * clients drop a server that answers with a lower version than they asked for.
 */
export function handshakeResultFor(backend: Message, id: string, version: string): string {
  return editText(backend, [
    { path: ["id"], json: id },
    { path: ["result", "protocolVersion"], json: JSON.stringify(version) },
  ]);
}

/** Everything a server may offer. */
export const everyCapability = {
  tools: { listChanged: true },
  resources: { subscribe: true, listChanged: true },
  prompts: { listChanged: true },
  logging: {},
  completions: {},
};

/** For a client that cannot wait until the backend has said what it offers: everything a server may offer. */
export function provisionalHandshakeResult(
  { name, title }: { readonly name: string; readonly title: string },
  id: string,
  version: string,
  gatewayVersion: string,
): string {
  const result = {
    protocolVersion: version,
    capabilities: everyCapability,
    serverInfo: { name, title, version: gatewayVersion },
  };
  return resultText(id, JSON.stringify(result));
}

/** What a backend that knows no such list has to list, where a provisional answer promised one. */
export const emptyLists: Readonly<Record<string, string>> = {
  "tools/list": '{"tools":[]}',
  "resources/list": '{"resources":[]}',
  "resources/templates/list": '{"resourceTemplates":[]}',
  "prompts/list": '{"prompts":[]}',
};
