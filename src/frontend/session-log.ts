/** Debug lines for the start, refusal and end of client sessions, to find out why a client does not connect. */

import { claimedVersion, envelopeOf } from "../backend/era.ts";
import { isObject } from "../base/json.ts";
import type { Log } from "../base/log.ts";
import type { JsonRpc } from "../jsonrpc/message.ts";
import type { SessionTarget } from "../router/client-handler.ts";

/** Longest text from a client; longer ones are cut. */
const longestText = 100;
/** Number of clients without a session that are remembered, so that each is logged once. */
const mostSeen = 1_000;

export class SessionLog {
  readonly #log: Log;
  readonly #seen = new Set<string>();

  constructor(log: Log) {
    this.#log = log;
  }

  /** `label` identifies the session. The first characters of an id are written. */
  opened(label: string, target: SessionTarget, transport: string, initialize: JsonRpc): void {
    if (!this.#log.writes("debug")) return;
    const client = introduction(initialize.params);
    this.#log.debug(`session ${short(label)} of ${client}, initialize era, over ${transport}`, idOf(target));
  }

  /** Logs a client without a session on its first request. */
  spoke(target: SessionTarget, transport: string, request: JsonRpc): void {
    if (!this.#log.writes("debug")) return;
    const { clientInfo, capabilities } = envelopeOf(request);
    const client = introduction({ clientInfo, capabilities, protocolVersion: claimedVersion(request) });
    const line = `client ${client}, stateless era, over ${transport}`;
    const key = `${idOf(target)} ${line}`;
    if (this.#seen.has(key)) return;
    if (this.#seen.size >= mostSeen) this.#seen.clear();
    this.#seen.add(key);
    this.#log.debug(line, idOf(target));
  }

  ended(label: string, target: SessionTarget, because: string): void {
    this.#log.debug(`session ${short(label)} ended: ${because}`, idOf(target));
  }

  /** `what` is the request, and `because` the error for the client. */
  refused(what: string, because: string): void {
    this.#log.debug(`refused ${what.slice(0, 2 * longestText)}: ${because.slice(0, 4 * longestText)}`);
  }
}

/** Description of a client from its own data: `claude-code 2.1.0 (2025-11-25, capabilities: roots, sampling)`. */
export function introduction(params: Readonly<Record<string, unknown>> | undefined): string {
  const { clientInfo, capabilities, protocolVersion } = params ?? {};
  const { name, version } = isObject(clientInfo) ? clientInfo : {};
  const offered = isObject(capabilities) ? Object.keys(capabilities).join(", ") : "";
  const details = [
    text(protocolVersion, "no version"),
    `capabilities: ${text(offered || undefined, "none")}`,
  ];
  return `${text(name, "unnamed client")} ${text(version, "")}`.trim().concat(` (${details.join(", ")})`);
}

/** `String` throws for an object with a member `toString`. */
function text(value: unknown, absent: string): string {
  if (value === undefined) return absent;
  return (typeof value === "string" ? value : JSON.stringify(value)).slice(0, longestText);
}

function short(label: string): string {
  return label.slice(0, 8);
}

function idOf(target: SessionTarget): string | undefined {
  return target === "all" ? undefined : target.id;
}
