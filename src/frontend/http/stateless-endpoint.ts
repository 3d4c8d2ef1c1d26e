/** MCP over HTTP for clients without a session (2026-07-28). POSTs are independent of each other. */

import type { IncomingMessage, ServerResponse } from "node:http";
import { envelopeOf } from "../../backend/era.ts";
import { SlotSet } from "../../base/slot-set.ts";
import { rpcErrorText } from "../../jsonrpc/encode.ts";
import { type Message, messageKind } from "../../jsonrpc/message.ts";
import type { ClientHandler, SessionTarget } from "../../router/client-handler.ts";
import { idOf } from "../../router/in-flight-request.ts";
import { FrontEndRequest } from "../../router/request-context.ts";
import type { GatewayApi } from "../gateway-api.ts";
import type { SessionLog } from "../session-log.ts";
import type { Caller } from "./caller.ts";
import { sendText } from "./send-response.ts";
import { StatelessReply } from "./stateless-reply.ts";
import { refusal } from "./stateless-rules.ts";

/** One POST of a client without a session. */
export interface StatelessPost {
  readonly target: SessionTarget;
  readonly caller: Caller;
  readonly message: Message;
  /** Whether the client's `Accept` allows a stream. */
  readonly acceptsStream: boolean;
}

function headerOf({ headers }: IncomingMessage, name: string): string | undefined {
  const value = headers[name.toLowerCase()];
  return typeof value === "string" ? value : undefined;
}

/**
 * How long `server/discover` waits for a server to start before a provisional response. Clients of the SDK give up after
 * 5 s.
 */
const discoverGraceMs = 4_000;

export class StatelessEndpoint {
  readonly #core: Pick<GatewayApi, "openStateless">;
  readonly #log: SessionLog;
  readonly #open = new SlotSet<{ readonly reply: StatelessReply; readonly session: ClientHandler }>();

  constructor(core: Pick<GatewayApi, "openStateless">, log: SessionLog) {
    this.#core = core;
    this.#log = log;
  }

  handle(
    request: IncomingMessage,
    response: ServerResponse,
    { target, caller, message, acceptsStream }: StatelessPost,
  ): void {
    const kind = messageKind(message.json);
    const refused = refusal(request.headers, message.json, acceptsStream);
    if (refused) {
      const { method } = message.json;
      // A client may have sent a value that cannot be converted to a text.
      const what = typeof method === "string" ? method : "a message";
      this.#log.refused(`${what} of a client without a session`, refused.message);
      const id = kind === "request" ? idOf(message) : "null";
      const text = rpcErrorText(id, refused.rpc, refused.message, refused.data);
      return sendText(response, refused.status, "application/json", text);
    }
    this.#log.spoke(target, "HTTP", message.json);
    const header = (name: string) => headerOf(request, name);
    const session = this.#core.openStateless(target, {
      graceMs: discoverGraceMs,
      ...(caller.view && { view: caller.view }),
    });
    const reply = new StatelessReply(response, acceptsStream, () => this.#open.remove(slot, open));
    const open = { reply, session };
    const isAnswered = kind === "request" || kind === "invalid";
    const slot = isAnswered ? this.#open.add(open) : -1;
    if (!isAnswered) response.writeHead(202).end();
    const { principal } = caller;
    const { clientInfo: client } = envelopeOf(message.json);
    const context = new FrontEndRequest({ principal, client, header, reply });
    response.once("close", () => {
      this.#open.remove(slot, open);
      context.abort();
      void session.close();
    });
    session.handle(message, context);
  }

  /** Turns replies that take longer than `longMs` into streams. */
  noticeLong(longMs: number): void {
    const before = performance.now() - longMs;
    for (const { reply } of this.#open.all()) {
      if (reply.startedAt > before) break;
      reply.takesLong();
    }
  }

  keepAlive(): void {
    for (const { reply } of this.#open.all()) reply.keepAlive();
  }

  /** Ends subscriptions to removed servers. */
  sweep(): void {
    for (const { session } of this.#open.all()) if (session.orphaned) session.finish();
  }

  /** Ends all subscriptions. */
  finish(): void {
    for (const { session } of this.#open.all()) session.finish();
  }
}
