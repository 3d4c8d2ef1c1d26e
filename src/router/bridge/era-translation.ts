/** Translates responses of one era to the other (protocol.md, *Two eras*). Pure. */

import { metaKeys, setIn, statelessVersion } from "../../backend/era.ts";
import { capabilitiesIn, type HandshakeResult, serverInfoIn } from "../../backend/handshake.ts";
import { isObject } from "../../base/json.ts";
import type { Message } from "../../jsonrpc/message.ts";
import { textAt, withMember } from "../../jsonrpc/text-edit.ts";
import { everyCapability } from "../client-handshake.ts";

/** Methods whose results have a lifetime. It is 0 for a backend of the initialize era, which does not send one. */
const cacheable = new Set([
  "tools/list",
  "resources/list",
  "resources/templates/list",
  "resources/read",
  "prompts/list",
  "server/discover",
]);

/** Methods of the initialize era that were removed in 2026-07-28. */
export const removedMethods: ReadonlySet<string> = new Set([
  "initialize",
  "ping",
  "logging/setLevel",
  "resources/subscribe",
  "resources/unsubscribe",
]);

/** Whether a result requires more input of the client. */
export function needsInput({ json }: Message): boolean {
  return isObject(json.result) && json.result["resultType"] === "input_required";
}

/** Adds the fields that clients of the stateless era require to a result. `text` is the JSON text of `result`. */
export function completedResult(method: string, text: string, result: unknown): string {
  const known = isObject(result) ? result : {};
  const missing = Object.entries({
    ...(cacheable.has(method) && { cacheScope: '"private"', ttlMs: "0" }),
    resultType: '"complete"',
  }).filter(([key]) => known[key] === undefined);
  return missing.reduce((done, [key, json]) => withMember({ text: done, json: {} }, [], key, json), text);
}

/** An error of the initialize era, translated to the stateless era, as JSON text. */
export function statelessError(request: Message, response: Message): string {
  const error = textAt(response, ["error"]) ?? "{}";
  const isMissing = request.json.method === "resources/read" && response.json.error?.code === -32002;
  if (!isMissing) return error;
  const { message } = response.json.error ?? {};
  return JSON.stringify({ code: -32602, message, data: { uri: request.json.params?.["uri"] } });
}

/** The result of `server/discover`, as JSON text, for a backend of either era. */
export function discovery({ era, response: answer }: HandshakeResult): string {
  const versions = JSON.stringify([statelessVersion]);
  if (era === "stateless")
    return textAt(setIn(answer, ["result"], "supportedVersions", versions), ["result"]) ?? "{}";
  const { serverInfo, instructions } = answer.json.result as { serverInfo?: unknown; instructions?: unknown };
  return discoveryOf(withoutTasks(capabilitiesIn(answer)), serverInfo, instructions);
}

/** The result of `server/discover` for a client that cannot wait for the backend's capabilities. */
export function provisionalDiscovery(
  { name, title }: { readonly name: string; readonly title: string },
  gatewayVersion: string,
): string {
  return discoveryOf(everyCapability, { name, title, version: gatewayVersion });
}

/** The result of `server/discover` with the given data, as JSON text. */
export function discoveryOf(
  capabilities: Readonly<Record<string, unknown>>,
  serverInfo: unknown,
  instructions?: unknown,
): string {
  const result = {
    supportedVersions: [statelessVersion],
    capabilities,
    ...(typeof instructions === "string" && { instructions }),
    _meta: { [metaKeys.serverInfo]: serverInfo },
  };
  return completedResult("server/discover", JSON.stringify(result), result);
}

/** Tasks of the initialize era have no counterpart. */
function withoutTasks(capabilities: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { tasks: _, ...others } = capabilities;
  return others;
}

/** The result of `initialize`, as JSON text, for a stateless backend. `name` is used where the backend sends no name. */
export function initializeResult(
  { response: answer }: HandshakeResult,
  name: string,
  version: string,
): string {
  const { instructions } = answer.json.result as { instructions?: unknown };
  return JSON.stringify({
    protocolVersion: version,
    capabilities: capabilitiesIn(answer),
    serverInfo: serverInfoIn(answer) ?? { name, version: "unknown" },
    ...(typeof instructions === "string" && { instructions }),
  });
}
