/** The response to the `initialize` of a client. Pure. */

import { resultText } from "../jsonrpc/encode.ts";
import type { Message } from "../jsonrpc/message.ts";
import { editText } from "../jsonrpc/text-edit.ts";

/** The versions of the initialize era (protocol.md), oldest first. */
export const protocolVersions = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"] as const;

const newest = "2025-11-25";

/** The protocol version for a client: its own where the gateway supports it, else the newest (MCP, *Version negotiation*). */
export function negotiateVersion(requested: unknown): string {
  return protocolVersions.find((version) => version === requested) ?? newest;
}

/**
 * The backend's response with the client's id and version. Later versions of this era only add fields, and some clients
 * reject a server that answers with a lower version than they requested.
 */
export function handshakeResultFor(backend: Message, id: string, version: string): string {
  return editText(backend, [
    { path: ["id"], json: id },
    { path: ["result", "protocolVersion"], json: JSON.stringify(version) },
  ]);
}

/** All capabilities that a server may have. */
export const everyCapability = {
  tools: { listChanged: true },
  resources: { subscribe: true, listChanged: true },
  prompts: { listChanged: true },
  logging: {},
  completions: {},
};

/** Response for a client that cannot wait for the backend's capabilities. It declares all capabilities. */
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

/** Results for lists that a provisional response declared and the backend does not have. */
export const emptyLists: Readonly<Record<string, string>> = {
  "tools/list": '{"tools":[]}',
  "resources/list": '{"resources":[]}',
  "resources/templates/list": '{"resourceTemplates":[]}',
  "prompts/list": '{"prompts":[]}',
};
