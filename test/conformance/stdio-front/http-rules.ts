/**
 * The requests that HTTP itself refuses in 2026-07-28, before a server receives them: a request without its envelope (a
 * stdio server takes that for the older era, and stays in it), headers that differ from the body (SEP-2243), and
 * unknown versions.
 */

import type { IncomingHttpHeaders } from "node:http";
import type { JsonRpc } from "./channel.ts";

export interface Refusal {
  readonly code: -32602 | -32020 | -32022;
  readonly message: string;
  readonly data?: object;
}

export const modernVersion = "2026-07-28";
const required = ["protocolVersion", "clientCapabilities"].map((key) => `io.modelcontextprotocol/${key}`);

export function refusal(headers: IncomingHttpHeaders, message: JsonRpc): Refusal | undefined {
  const missing = required.find((key) => message.params?._meta?.[key] === undefined);
  if (missing !== undefined && message.id !== undefined) {
    return { code: -32602, message: `Missing ${missing} in _meta` };
  }
  for (const [name, value] of Object.entries(mirrored(message))) {
    if (value === undefined || headers[name] === value) continue;
    return { code: -32020, message: `Header mismatch: ${name} is ${headers[name]}, the body says ${value}` };
  }
  return unsupportedVersion(message);
}

/** A stdio server checks the version of its first message only. */
function unsupportedVersion({ params }: JsonRpc): Refusal | undefined {
  const requested = params?._meta?.["io.modelcontextprotocol/protocolVersion"];
  if (requested === undefined || requested === modernVersion) return undefined;
  const data = { supported: [modernVersion], requested };
  return { code: -32022, message: `Unsupported protocol version: ${requested}`, data };
}

function mirrored({ method, params }: JsonRpc) {
  const named = method === "tools/call" || method === "prompts/get";
  return {
    "mcp-protocol-version": params?._meta?.["io.modelcontextprotocol/protocolVersion"],
    "mcp-method": method,
    "mcp-name": method === "resources/read" ? params?.uri : named ? params?.name : undefined,
  };
}
