/**
 * Log lines about answers of a backend that match no request: without them such an answer is silence until a timeout.
 * One line for each kind, however often it comes. Pure but for what was logged already.
 */

import { visiblePrefix } from "../base/visible-text.ts";
import { isId, type JsonRpc, type JsonRpcId } from "../jsonrpc/message.ts";

/** The id of a request of the gateway that an answer is for. Some servers and wrappers return `7` as `"7"`. */
export function requestIdIn(id: JsonRpcId | null | undefined): number | undefined {
  if (typeof id === "number") return id;
  const written = typeof id === "string" ? Number(id) : Number.NaN;
  return Number.isSafeInteger(written) && String(written) === id ? written : undefined;
}

/** What an answer that matches no request is: it decides on the line, and each kind has one line. */
type Kind = "no id" | "ended" | "foreign";

export class UnmatchedResponses {
  readonly #log: (line: string) => void;
  readonly #logged = new Set<Kind>();

  constructor(log: (line: string) => void) {
    this.#log = log;
  }

  /** Logs an answer that nothing waits for. `lastId`: the latest id that the gateway gave to a request. */
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
      return `ignored an answer to request ${shown}: it was answered, timed out or cancelled before`;
    case "foreign":
      return `ignored an answer with the id ${shown}, which matches no request${errorIn(error)}`;
    default:
      return kind satisfies never;
  }
}

function errorIn(error: JsonRpc["error"]): string {
  return error ? `: ${visiblePrefix(`${error.code} ${error.message}`, 200)}` : "";
}
