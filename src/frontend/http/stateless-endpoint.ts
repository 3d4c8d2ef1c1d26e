/** MCP over HTTP for clients without a session (2026-07-28): each POST is one exchange, and nothing is kept after it. */

import type { IncomingMessage, ServerResponse } from "node:http";
import { kindOf, type Message } from "../../connection/message.ts";
import { rpcErrorText } from "../../connection/messages.ts";
import { idOf } from "../../router/calls.ts";
import type { Target } from "../../router/session.ts";
import type { StatelessSession } from "../../router/stateless/stateless-session.ts";
import type { Core } from "../core.ts";
import { sendText } from "./replies.ts";
import { StatelessExchange } from "./stateless-exchange.ts";
import { refusal } from "./stateless-rules.ts";

function headerOf({ headers }: IncomingMessage, name: string): string | undefined {
  const value = headers[name.toLowerCase()];
  return typeof value === "string" ? value : undefined;
}

export class StatelessEndpoint {
  readonly #core: Pick<Core, "openStateless">;
  /** In order of arrival. */
  readonly #open = new Map<StatelessExchange, StatelessSession>();

  constructor(core: Pick<Core, "openStateless">) {
    this.#core = core;
  }

  /** `acceptsStream` is what the client's `Accept` allows. */
  handle(
    request: IncomingMessage,
    response: ServerResponse,
    target: Target,
    message: Message,
    acceptsStream: boolean,
  ): void {
    const kind = kindOf(message.json);
    const refused = refusal(request.headers, message.json, acceptsStream);
    if (refused) {
      const id = kind === "request" ? idOf(message) : "null";
      const text = rpcErrorText(id, refused.rpc, refused.message, refused.data);
      return sendText(response, refused.status, "application/json", text);
    }
    const header = (name: string) => headerOf(request, name);
    const session = this.#core.openStateless(target, { header });
    const exchange = new StatelessExchange(response, acceptsStream, () => this.#open.delete(exchange));
    if (kind === "request" || kind === "invalid") this.#open.set(exchange, session);
    else response.writeHead(202).end();
    response.once("close", () => {
      this.#open.delete(exchange);
      void session.close();
    });
    session.handle(message, exchange);
  }

  /** Makes a stream of what takes longer than `longMs`. */
  noticeLong(longMs: number): void {
    const before = performance.now() - longMs;
    for (const exchange of this.#open.keys()) {
      if (exchange.startedAt > before) break;
      exchange.takesLong();
    }
  }

  keepAlive(): void {
    for (const exchange of this.#open.keys()) exchange.keepAlive();
  }

  /** Ends what would go on for ever with a server that is gone. */
  sweep(): void {
    for (const session of [...this.#open.values()]) if (session.orphaned) session.finish();
  }

  /** Ends what would go on for ever. */
  finish(): void {
    for (const session of [...this.#open.values()]) session.finish();
  }
}
