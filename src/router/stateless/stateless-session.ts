/**
 * What a front end holds for a client without a session (protocol.md, *Two eras*): its requests in flight, each served by
 * itself. Knows no transport.
 */

import { GatewayError } from "../../base/errors.ts";
import { claimedVersion, statelessVersion } from "../../connection/era.ts";
import { type JsonRpc, type JsonRpcId, kindOf, type Message } from "../../connection/message.ts";
import { idOf } from "../calls.ts";
import type { Reply } from "../reply.ts";
import type { Session } from "../session.ts";

/** One request of a client without a session. */
export interface StatelessExchange {
  /** Whether it listens to something that is gone. */
  readonly orphaned: boolean;
  /** Called once. */
  handle(request: Message, reply: Reply): void;
  /** The client does not want it any more. */
  cancel(): void;
  /** We end: what would go on for ever is ended as the protocol wants it. */
  finish(): void;
}

export class StatelessSession implements Session {
  readonly version = statelessVersion;
  readonly congested = undefined;
  readonly #exchanges = new Map<JsonRpcId, StatelessExchange>();
  readonly #open: () => StatelessExchange;

  /** `open` makes the exchange for a request. */
  constructor(open: () => StatelessExchange) {
    this.#open = open;
  }

  get orphaned(): boolean {
    return [...this.#exchanges.values()].some((exchange) => exchange.orphaned);
  }

  handle(message: Message, reply: Reply): void {
    const { json } = message;
    switch (kindOf(json)) {
      case "request":
        return this.#onRequest(message, reply);
      case "notification":
        // Others than this one have no request they belong to.
        if (json.method === "notifications/cancelled") {
          this.#exchanges.get(json.params?.["requestId"] as JsonRpcId)?.cancel();
        }
        return;
      case "response":
        return;
      case "invalid":
        return reply.fail(new GatewayError("invalid-request", "Not a JSON-RPC 2.0 message"), "null");
    }
  }

  /** Ends what only listens. */
  finish(): void {
    for (const exchange of [...this.#exchanges.values()]) exchange.finish();
  }

  async close(): Promise<void> {
    for (const exchange of [...this.#exchanges.values()]) exchange.cancel();
  }

  #onRequest(message: Message, reply: Reply): void {
    const id = message.json.id as JsonRpcId;
    const unsupported = unsupportedVersion(message.json);
    if (unsupported) return reply.fail(unsupported, idOf(message));
    if (this.#exchanges.has(id)) {
      const why = `A request with the id ${idOf(message)} is in flight`;
      return reply.fail(new GatewayError("invalid-request", why), idOf(message));
    }
    const exchange = this.#open();
    this.#exchanges.set(id, exchange);
    exchange.handle(
      message,
      untilSettled(reply, () => this.#exchanges.delete(id)),
    );
  }
}

/** Why a request is refused for the version it claims. */
export function unsupportedVersion(request: JsonRpc): GatewayError | undefined {
  const requested = claimedVersion(request);
  if (requested === statelessVersion) return undefined;
  const data = { supported: [statelessVersion], requested };
  return new GatewayError("version-unsupported", `Unsupported protocol version: ${String(requested)}`, {
    data,
  });
}

/** The same reply; `settled` is called when there will be nothing more. */
export function untilSettled(reply: Reply, settled: () => void): Reply {
  return {
    push: (text) => reply.push(text),
    end: (text) => {
      settled();
      reply.end(text);
    },
    fail: (error, id) => {
      settled();
      reply.fail(error, id);
    },
    drop: () => {
      settled();
      reply.drop();
    },
  };
}
