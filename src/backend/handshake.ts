/**
 * How a session with a backend begins, in the era asked for or, where the backend does not know that one, in the other.
 * Decides by what the backend answers; opens and ends nothing.
 */

import { GatewayError } from "../base/errors.ts";
import { isObject, parseJson } from "../base/json.ts";
import { withTimeout } from "../base/timeout.ts";
import type { JsonRpc, Message } from "../jsonrpc/message.ts";
import { type Era, metaKeys, statelessVersion } from "./era.ts";

export interface HandshakeRequest {
  /** The eras to try, the preferred one first. */
  readonly eras: readonly [Era] | readonly [Era, Era];
  /** Parameters of `initialize`, as JSON text. */
  readonly initializeParams: string;
}

/** What a backend said of itself: its answer to `initialize`, or to `server/discover`. */
export interface HandshakeResult {
  readonly era: Era;
  readonly response: Message;
}

/** Asks the backend; resolves with its response, an error response included; rejects when none comes. */
export type SendHandshake = (method: string, params: string) => Promise<Message>;

/** Some backends of the initialize era leave unanswered what comes before `initialize`. */
const probeMs = 3_000;

/** Rejects with `start-failed`, in the backend's own words where it has some. */
export async function handshake(
  { eras, initializeParams }: HandshakeRequest,
  ask: SendHandshake,
): Promise<HandshakeResult> {
  const initialize = () => initialized(ask, initializeParams);
  const discover = () => discovered(ask);
  const [first, second] = eras;
  if (first === "stateless" && second) return probeThenInitialize(discover, initialize);
  const answer = await (first === "stateless" ? discover() : initialize());
  if (speaks(first, answer.json)) return { era: first, response: answer };
  const other = second && (await discover());
  return other && speaks(second, other.json) ? { era: second, response: other } : refuse(answer);
}

/** Asked for in turn where a backend takes none but one of them, the newest first. */
const olderVersions = ["2025-06-18", "2025-03-26", "2024-11-05"];

/**
 * Some backends take one version only, and refuse what they should answer with theirs: they are asked again with one that
 * they name, or with the older ones where they say no more than that it is the version.
 */
async function initialized(ask: SendHandshake, params: string): Promise<Message> {
  let answer = await ask("initialize", params);
  for (const version of versionsFor(answer.json)) {
    const other = withVersion(params, version);
    if (other === undefined) break;
    answer = await ask("initialize", other);
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

/** Asks once more where the backend refuses the version although it lists it: it may have refused the first choice only. */
async function discovered(ask: SendHandshake): Promise<Message> {
  const answer = await ask("server/discover", "{}");
  return refusesButSupports(answer.json) ? ask("server/discover", "{}") : answer;
}

/** `UnsupportedProtocolVersion` (MCP 2026-07-28) with versions, of which the gateway speaks one. */
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
  // A slow starter has read the probe first, and now knows no other era.
  const late = found ?? (await withTimeout(probe, probeMs));
  return late && speaks("stateless", late.json) ? { era: "stateless", response: late } : refuse(answer);
}

function speaks(era: Era, { result }: JsonRpc): boolean {
  if (!isObject(result)) return false;
  const versions = result["supportedVersions"];
  return era === "initialize" || (Array.isArray(versions) && versions.includes(statelessVersion));
}

function refuse({ json }: Message): never {
  const why =
    json.error?.message ?? `it speaks none of the versions known here, ${statelessVersion} or older`;
  throw new GatewayError("start-failed", `it refused to initialize: ${why}`);
}

/** What a backend offers, in either era (MCP, *Capabilities*). */
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
