/**
 * Handshake with a backend, in the preferred era, or in the other one if the backend does not support it. Decides by
 * the responses of the backend. Does not open or end the connection.
 */

import { GatewayError, startFailedPrefix } from "../base/errors.ts";
import { isObject, parseJson } from "../base/json.ts";
import { withTimeout } from "../base/timeout.ts";
import type { JsonRpc, Message } from "../jsonrpc/message.ts";
import { type Era, metaKeys, statelessVersion } from "./era.ts";

export interface HandshakeOptions {
  /** The eras to try, the preferred one first. */
  readonly eras: readonly [Era] | readonly [Era, Era];
  /** Parameters of `initialize`, as JSON text. */
  readonly initializeParams: string;
}

/** Response of a backend to `initialize` or `server/discover`, and the era it was sent in. */
export interface HandshakeResult {
  readonly era: Era;
  readonly response: Message;
}

/** Sends a request to the backend. Resolves with its response, even an error response. Rejects if none arrives. */
export type SendHandshake = (method: string, params: string) => Promise<Message>;

/** Some backends of the initialize era do not answer requests before `initialize`. */
const probeMs = 3_000;

/** Rejects with `start-failed`, and with the backend's own message where it sent one. */
export async function handshake(
  { eras, initializeParams }: HandshakeOptions,
  send: SendHandshake,
): Promise<HandshakeResult> {
  const initialize = () => initialized(send, initializeParams);
  const discover = () => discovered(send);
  const [first, second] = eras;
  if (first === "stateless" && second) return probeThenInitialize(discover, initialize);
  const answer = await (first === "stateless" ? discover() : initialize());
  if (speaks(first, answer.json)) return { era: first, response: answer };
  const other = second && (await discover());
  return other && speaks(second, other.json) ? { era: second, response: other } : refuse(answer);
}

/** Tried in this order where a backend accepts only one version. */
const olderVersions = ["2025-06-18", "2025-03-26", "2024-11-05"];

/**
 * Some backends accept only one version, and return an error for others instead of their own version. The request is
 * repeated with the versions that the error lists, or with all older ones where the error only mentions the version.
 */
async function initialized(send: SendHandshake, params: string): Promise<Message> {
  let answer = await send("initialize", params);
  for (const version of versionsFor(answer.json)) {
    const other = withVersion(params, version);
    if (other === undefined) break;
    answer = await send("initialize", other);
    if (!answer.json.error) break;
  }
  return answer;
}

function versionsFor({ error }: JsonRpc): readonly string[] {
  if (!error) return [];
  const data: unknown = "data" in error ? error.data : undefined;
  const supported = isObject(data) ? data["supported"] : undefined;
  if (Array.isArray(supported)) return olderVersions.filter((version) => supported.includes(version));
  return /version/i.test(String(error.message)) ? olderVersions : [];
}

function withVersion(params: string, protocolVersion: string): string | undefined {
  const parsed = parseJson(params);
  return isObject(parsed) ? JSON.stringify({ ...parsed, protocolVersion }) : undefined;
}

/** Sends the request once more where the backend refuses the version although it lists it as supported. */
async function discovered(send: SendHandshake): Promise<Message> {
  const answer = await send("server/discover", "{}");
  return refusesButSupports(answer.json) ? send("server/discover", "{}") : answer;
}

/** Checks for `UnsupportedProtocolVersion` (MCP 2026-07-28) that lists a version the gateway supports. */
function refusesButSupports({ error }: JsonRpc): boolean {
  const data = error?.code === -32022 && "data" in error ? error.data : undefined;
  const supported = isObject(data) ? data["supported"] : undefined;
  return Array.isArray(supported) && supported.includes(statelessVersion);
}

async function probeThenInitialize(
  discover: () => Promise<Message>,
  initialize: () => Promise<Message>,
): Promise<HandshakeResult> {
  const probe = discover();
  probe.catch(() => undefined);
  const found = await withTimeout(probe, probeMs);
  if (found && speaks("stateless", found.json)) return { era: "stateless", response: found };
  const answer = await initialize();
  if (speaks("initialize", answer.json)) return { era: "initialize", response: answer };
  // A backend that starts slowly has read the probe first, and may now accept only that era.
  const late = found ?? (await withTimeout(probe, probeMs));
  return late && speaks("stateless", late.json) ? { era: "stateless", response: late } : refuse(answer);
}

function speaks(era: Era, { result }: JsonRpc): boolean {
  if (!isObject(result)) return false;
  const versions = result["supportedVersions"];
  return era === "initialize" || (Array.isArray(versions) && versions.includes(statelessVersion));
}

function refuse({ json }: Message): never {
  const why = json.error
    ? String(json.error.message)
    : `no common protocol version, the gateway supports ${statelessVersion} and older`;
  // The backend is another gateway, whose message already has the reason.
  const isGateway = why.startsWith(startFailedPrefix);
  const because = isGateway ? why.slice(startFailedPrefix.length) : `refused to initialize: ${why}`;
  throw new GatewayError("start-failed", because);
}

/** Capabilities of a backend of either era (MCP, *Capabilities*). */
export function capabilitiesIn(answer: Message | undefined): Readonly<Record<string, unknown>> {
  const result = answer?.json.result;
  const capabilities = isObject(result) ? result["capabilities"] : undefined;
  return isObject(capabilities) ? capabilities : {};
}

/** Name and version of a backend that answered to `server/discover`. */
export function serverInfoIn(discovery: Message): unknown {
  const result = discovery.json.result;
  const meta = isObject(result) ? result["_meta"] : undefined;
  return isObject(meta) ? meta[metaKeys.serverInfo] : undefined;
}
