/**
 * Checks requests of the stateless era over HTTP (MCP 2026-07-28, *Streamable HTTP*). Headers must match the body, so that
 * proxies can route by them. Pure.
 */

import type { IncomingHttpHeaders } from "node:http";
import { claimedVersion, metaKeys, statelessVersion } from "../../backend/era.ts";
import { decodeHeader } from "../../backend/mcp-param-headers.ts";
import { GatewayError } from "../../base/errors.ts";
import { isObject } from "../../base/json.ts";
import { type JsonRpc, messageKind } from "../../jsonrpc/message.ts";
import { unsupportedVersion } from "../../router/stateless-request-handler.ts";

/** The parameter that `Mcp-Name` must match, for each method. */
const nameSources: Readonly<Record<string, string>> = {
  "tools/call": "name",
  "prompts/get": "name",
  "resources/read": "uri",
  "tasks/get": "taskId",
  "tasks/update": "taskId",
  "tasks/cancel": "taskId",
};

/** Whether a request is from the stateless era, and not from a client with a session. */
export function isStateless(headers: IncomingHttpHeaders, json: JsonRpc): boolean {
  return claimedVersion(json) !== undefined || headers["mcp-protocol-version"] === statelessVersion;
}

/** The error for an invalid request. Notifications have no envelope. */
export function refusal(
  headers: IncomingHttpHeaders,
  json: JsonRpc,
  acceptsStream: boolean,
): GatewayError | undefined {
  return (
    wrongMessage(json) ??
    (json.id === undefined ? undefined : incompleteEnvelope(json)) ??
    wrongVersion(headers, json) ??
    wrongHeader(headers, "Mcp-Method", json.method) ??
    wrongName(headers, json) ??
    wrongAccept(json, acceptsStream)
  );
}

function wrongMessage(json: JsonRpc): GatewayError | undefined {
  const isMessage = messageKind(json) === "request" || messageKind(json) === "notification";
  return isMessage ? undefined : new GatewayError("invalid-request", "Not a JSON-RPC 2.0 request");
}

/** A subscription requires a stream. */
function wrongAccept({ method }: JsonRpc, acceptsStream: boolean): GatewayError | undefined {
  if (acceptsStream || method !== "subscriptions/listen") return undefined;
  return new GatewayError("not-acceptable", "Accept must list text/event-stream");
}

function incompleteEnvelope({ params }: JsonRpc): GatewayError | undefined {
  const meta = params?.["_meta"];
  const given = isObject(meta) ? meta : {};
  const missing = [
    ...(typeof given[metaKeys.version] === "string" ? [] : [metaKeys.version]),
    ...(isObject(given[metaKeys.capabilities]) ? [] : [metaKeys.capabilities]),
  ];
  if (missing.length === 0) return undefined;
  const message = `_meta of the request does not have ${missing.join(" and ")}`;
  return new GatewayError("invalid-params", message, { data: { envelope: { missing } } });
}

function wrongVersion(headers: IncomingHttpHeaders, json: JsonRpc): GatewayError | undefined {
  const claimed = claimedVersion(json);
  if (claimed === undefined) return undefined;
  return wrongHeader(headers, "MCP-Protocol-Version", claimed) ?? unsupportedVersion(json);
}

function wrongName(headers: IncomingHttpHeaders, { method = "", params }: JsonRpc): GatewayError | undefined {
  const source = nameSources[method];
  return source === undefined ? undefined : wrongHeader(headers, "Mcp-Name", params?.[source]);
}

function wrongHeader(
  headers: IncomingHttpHeaders,
  name: string,
  expected: unknown,
): GatewayError | undefined {
  const given = headers[name.toLowerCase()];
  if (typeof expected !== "string") return undefined;
  if (typeof given !== "string") return new GatewayError("header-mismatch", `${name} header is required`);
  if (decodeHeader(given.trim()) === expected) return undefined;
  return new GatewayError("header-mismatch", `${name} header is '${given}', but the body has '${expected}'`);
}
