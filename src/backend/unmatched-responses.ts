/**
 * Logs responses of a backend that match no request. Without the log line, the only sign of such a response is a timeout.
 * Each kind is logged once.
 */

import { visiblePrefix } from "../base/visible-text.ts";
import { isId, type JsonRpc, type JsonRpcId } from "../jsonrpc/message.ts";

/** The id of the gateway's request that a response answers. Some servers and wrappers return `7` as `"7"`. */
export function requestIdIn(id: JsonRpcId | null | undefined): number | undefined {
  if (typeof id === "number") return id;
  const written = typeof id === "string" ? Number(id) : Number.NaN;
  return Number.isSafeInteger(written) && String(written) === id ? written : undefined;
}

/** Kind of a response that matches no request. Each kind has its own log line. */
type Kind = "no id" | "ended" | "foreign";

export class UnmatchedResponses {
  readonly #log: (line: string) => void;
  readonly #logged = new Set<Kind>();

  constructor(log: (line: string) => void) {
    this.#log = log;
  }

  /** Logs a response without a request. `lastId` is the latest id that the gateway used. */
  add(answer: JsonRpc, lastId: number): void {
    const kind = kindOfUnmatched(answer, lastId);
    if (this.#logged.has(kind)) return;
    this.#logged.add(kind);
    this.#log(`${lineFor(kind, answer)} (further ones are not logged)`);
  }
}

function kindOfUnmatched({ id }: JsonRpc, lastId: number): Kind {
  if (!isId(id)) return "no id";
  const number = requestIdIn(id);
  return number !== undefined && number > 0 && number <= lastId ? "ended" : "foreign";
}

function lineFor(kind: Kind, { id, error }: JsonRpc): string {
  const shown = visiblePrefix(JSON.stringify(id ?? null), 80);
  switch (kind) {
    case "no id":
      return `ignored an answer without an id, which matches no request${errorIn(error)}`;
    case "ended":
      return `ignored an answer to request ${shown}, which had already been answered, timed out or been cancelled`;
    case "foreign":
      return `ignored an answer with the id ${shown}, which matches no request${errorIn(error)}`;
    default:
      return kind satisfies never;
  }
}

function errorIn(error: JsonRpc["error"]): string {
  return error ? `: ${visiblePrefix(`${error.code} ${error.message}`, 200)}` : "";
}
