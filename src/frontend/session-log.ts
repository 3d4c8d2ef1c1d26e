/** Writes one debug line for each client session, refusal and end, so that a client that does not connect can be understood. */

import { claimedVersion, envelopeOf } from "../backend/era.ts";
import { isObject } from "../base/json.ts";
import type { Log } from "../base/log.ts";
import type { JsonRpc } from "../jsonrpc/message.ts";
import type { SessionTarget } from "../router/session.ts";

/** What clients write of themselves is cut to this. */
const longestText = 100;
/** Clients without sessions that are remembered, so that each is written once. */
const mostSeen = 1_000;

export class SessionLog {
  readonly #log: Log;
  readonly #seen = new Set<string>();

  constructor(log: Log) {
    this.#log = log;
  }

  /** `label` tells sessions apart: of an id its beginning is written. */
  opened(label: string, target: SessionTarget, transport: string, initialize: JsonRpc): void {
    if (!this.#log.writes("debug")) return;
    const client = introduction(initialize.params);
    this.#log.debug(`session ${short(label)} of ${client}, initialize era, over ${transport}`, idOf(target));
  }

  /** A client without a session has sent a request; the same client is written once. */
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

  /** `what` is the request, `because` what the client was answered. */
  refused(what: string, because: string): void {
    this.#log.debug(`refused ${what.slice(0, 2 * longestText)}: ${because.slice(0, 4 * longestText)}`);
  }
}

/** `claude-code 2.1.0 (2025-11-25, capabilities: roots, sampling)`: all of it the client's own words. */
export function introduction(params: Readonly<Record<string, unknown>> | undefined): string {
  const { clientInfo, capabilities, protocolVersion } = params ?? {};
  const { name, version } = isObject(clientInfo) ? clientInfo : {};
  const offered = isObject(capabilities) ? Object.keys(capabilities).join(", ") : "";
  const said = [text(protocolVersion, "no version"), `capabilities: ${text(offered || undefined, "none")}`];
  return `${text(name, "a client without a name")} ${text(version, "")}`
    .trim()
    .concat(` (${said.join(", ")})`);
}

function text(value: unknown, absent: string): string {
  return value === undefined ? absent : String(value).slice(0, longestText);
}

function short(label: string): string {
  return label.slice(0, 8);
}

function idOf(target: SessionTarget): string | undefined {
  return target === "all" ? undefined : target.id;
}
