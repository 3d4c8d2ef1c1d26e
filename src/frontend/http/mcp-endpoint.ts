/** `/<id>/mcp` and `/mcp`: MCP Streamable HTTP for one server or all servers (protocol.md), for both eras. */

import type { IncomingMessage, ServerResponse } from "node:http";
import { statelessVersion } from "../../backend/era.ts";
import { GatewayError } from "../../base/errors.ts";
import { isObject, parseJson } from "../../base/json.ts";
import { SlotSet } from "../../base/slot-set.ts";
import { withTimeout } from "../../base/timeout.ts";
import { parseBatch } from "../../jsonrpc/line-reader.ts";
import { type Message, messageKind, scanOrRefuse } from "../../jsonrpc/message.ts";
import { toSingleLine } from "../../jsonrpc/text-edit.ts";
import type { SessionTarget } from "../../router/client-handler.ts";
import { protocolVersions } from "../../router/client-handshake.ts";
import { FrontEndRequest } from "../../router/request-context.ts";
import type { GatewayApi } from "../gateway-api.ts";
import type { SessionLog } from "../session-log.ts";
import { acceptedBy } from "./accept-header.ts";
import type { Caller } from "./caller.ts";
import { HttpSessions } from "./http-sessions.ts";
import { PostReply } from "./post-reply.ts";
import { readBody } from "./read-body.ts";
import { StatelessEndpoint } from "./stateless-endpoint.ts";
import { isStateless } from "./stateless-rules.ts";
import type { StreamableHttpSession } from "./streamable-http-session.ts";
import type { WriteBudget } from "./write-budget.ts";

/** Time without a response after which a POST becomes a stream. */
const longMs = 2_000;
const keepAliveMs = 15_000;
/** How long a notification waits for a server that does not read. */
const longestWaitMs = 30_000;

export interface McpExchange {
  readonly target: SessionTarget;
  readonly caller: Caller;
  /** The body of a POST if it was already read. */
  readonly body?: string;
}

export class McpEndpoint {
  readonly sessions: HttpSessions;
  readonly #stateless: StatelessEndpoint;
  readonly #log: SessionLog;
  readonly #maxBodyBytes: number;
  readonly #open = new SlotSet<PostReply>();
  readonly #timers: NodeJS.Timeout[];

  constructor(core: GatewayApi, maxBodyBytes: number, budget: WriteBudget, log: SessionLog) {
    this.sessions = new HttpSessions(core, undefined, budget, ({ id, target }, because) =>
      log.ended(id, target, because),
    );
    this.#stateless = new StatelessEndpoint(core, log);
    this.#log = log;
    this.#maxBodyBytes = maxBodyBytes;
    // Two timers for all replies and streams, because a timer for each would cost time in every call.
    this.#timers = [
      setInterval(() => this.#noticeLong(), longMs / 2).unref(),
      setInterval(() => this.#keepAlive(), keepAliveMs).unref(),
    ];
  }

  handle(request: IncomingMessage, response: ServerResponse, exchange: McpExchange): Promise<void> | void {
    if (request.method === "POST") return this.#post(request, response, exchange);
    const { target, caller } = exchange;
    checkVersion(request, response);
    switch (request.method) {
      case "GET":
        if (headerOf(request, "mcp-session-id") === undefined) throw notSse(target);
        return this.#get(request, response, this.#session(request, target, caller));
      case "DELETE":
        return this.#delete(response, this.#session(request, target, caller));
      default:
        response.setHeader("Allow", "POST, GET, DELETE");
        throw new GatewayError("method-not-allowed", `${request.method} is not allowed here`);
    }
  }

  /** Ends open subscriptions before the gateway stops. */
  finish(): void {
    this.#stateless.finish();
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    await this.sessions.close();
  }

  async #post(
    request: IncomingMessage,
    response: ServerResponse,
    { target, caller, body }: McpExchange,
  ): Promise<void> {
    const { json, eventStream: stream } = acceptedBy(request.headers.accept);
    if (!json && !stream) {
      throw new GatewayError("not-acceptable", "Accept must list application/json and text/event-stream");
    }
    const { messages, batch } = parseBody(body ?? (await readBody(request, this.#maxBodyBytes)));
    const [first] = messages;
    if (first && !batch && isStateless(request.headers, first.json))
      return this.#stateless.handle(request, response, {
        target,
        caller,
        message: first,
        acceptsStream: stream,
      });
    if (batch && request.headers["mcp-protocol-version"] === statelessVersion) throw noBatches();
    // An invalid element of a batch gets its own error among the responses.
    if (first && !batch && messageKind(first.json) === "invalid") throw notMessage();
    checkVersion(request, response);
    const opens = messages.some(
      ({ json }) => json.method === "initialize" && messageKind(json) === "request",
    );
    if (opens && batch) throw new GatewayError("invalid-request", "initialize must not be part of a batch");
    const session = opens ? this.sessions.open(target, caller) : this.#session(request, target, caller);
    if (opens && first) this.#log.opened(session.id, target, "HTTP", first.json);
    if (batch && session.client.version !== "2025-03-26") {
      throw noBatches();
    }
    const expected = messages.filter(
      (message) => messageKind(message.json) !== "notification" && messageKind(message.json) !== "response",
    ).length;
    // Slows down a client that does not read its responses, so that memory does not grow.
    if (expected > 0 && session.behind) await session.behind;
    // Slows down notifications to a server that reads slower than they arrive.
    if (expected === 0 && session.client.congested)
      await withTimeout(session.client.congested, longestWaitMs);
    const reply = new PostReply(
      session,
      response,
      { expected, batch, acceptsStream: stream, opens },
      (done) => {
        this.#open.remove(slot, done);
        if (done.refused) void this.sessions.end(session, "its initialize failed");
      },
    );
    const slot = expected > 0 ? this.#open.add(reply) : -1;
    const { principal } = caller;
    const { clientInfo: client } = session.client;
    const header = (name: string) => headerOf(request, name);
    for (const message of messages)
      session.client.handle(message, new FrontEndRequest({ principal, client, header, reply }));
    if (expected === 0) response.writeHead(202).end();
  }

  #get(request: IncomingMessage, response: ServerResponse, session: StreamableHttpSession): void {
    if (!acceptedBy(request.headers.accept).eventStream) {
      throw new GatewayError("not-acceptable", "Accept must list text/event-stream");
    }
    const lastEventId = request.headers["last-event-id"];
    const attached = session.attach(response, typeof lastEventId === "string" ? lastEventId : undefined);
    if (attached === "unknown")
      throw new GatewayError(
        "invalid-request",
        "The stream of Last-Event-ID no longer exists: open a stream without the header",
      );
    if (attached === "finished") throw nothingToResume(response);
  }

  async #delete(response: ServerResponse, session: StreamableHttpSession): Promise<void> {
    await this.sessions.end(session, "the client ended it");
    response.writeHead(204).end();
  }

  #session(request: IncomingMessage, target: SessionTarget, { key }: Caller): StreamableHttpSession {
    return this.sessions.find(headerOf(request, "mcp-session-id"), target, key);
  }

  #noticeLong(): void {
    this.#stateless.noticeLong(longMs);
    const before = performance.now() - longMs;
    for (const reply of this.#open.all()) {
      // In order of arrival, so all after the first recent one are recent too.
      if (reply.startedAt > before) break;
      reply.takesLong();
    }
  }

  #keepAlive(): void {
    this.#stateless.sweep();
    this.#stateless.keepAlive();
    for (const session of this.sessions.all()) session.keepAlive();
    this.sessions.sweep();
  }
}

/** Error for a GET without a session. It is most likely from a client of HTTP+SSE, which begins with a GET. */
function notSse(target: SessionTarget): GatewayError {
  const other = target === "all" ? "/sse" : `/${target.id}/sse`;
  const why = `Mcp-Session-Id header is required. This URL is for Streamable HTTP: set type http in the client, or use ${other} for HTTP+SSE`;
  return new GatewayError("invalid-request", why);
}

function notMessage(): GatewayError {
  return new GatewayError(
    "invalid-request",
    "The body must be a JSON-RPC message: a request, a notification or a response",
  );
}

/** Error for a finished stream. An empty stream would make the client reconnect forever. */
function nothingToResume(response: ServerResponse): GatewayError {
  response.setHeader("Allow", "POST, DELETE");
  const why =
    "The call of Last-Event-ID has ended and its last event was delivered, so there is nothing to resume";
  return new GatewayError("method-not-allowed", why);
}

function noBatches(): GatewayError {
  return new GatewayError("invalid-request", "Batches are part of protocol version 2025-03-26 only");
}

function checkVersion(request: IncomingMessage, response: ServerResponse): void {
  const version = request.headers["mcp-protocol-version"];
  if (version === undefined || protocolVersions.some((known) => known === version)) return;
  if (version === statelessVersion && request.method !== "POST") {
    response.setHeader("Allow", "POST");
    throw new GatewayError(
      "method-not-allowed",
      `Protocol version ${version} does not use ${request.method}: send a POST`,
    );
  }
  const known = [...protocolVersions, statelessVersion].join(", ");
  throw new GatewayError(
    "invalid-request",
    `Unsupported MCP-Protocol-Version: ${version} (supported: ${known})`,
  );
}

/** Throws `invalid-json` or `invalid-request`. */
function parseBody(text: string): { messages: Message[]; batch: boolean } {
  const body = parseJson(text);
  if (body === undefined) throw new GatewayError("invalid-json", "Parse error: invalid JSON");
  if (isObject(body))
    return { messages: refuseAmbiguous([{ text: toSingleLine(text), json: body }]), batch: false };
  const messages = parseBatch(text);
  if (!messages) throw notMessage();
  return { messages: refuseAmbiguous(messages), batch: true };
}

/** Throws `ambiguous` for a message that could be read in two ways. */
export function refuseAmbiguous(messages: Message[]): Message[] {
  for (const message of messages) {
    const because = scanOrRefuse(message);
    if (because !== undefined) throw new GatewayError("ambiguous", because);
  }
  return messages;
}

export function headerOf({ headers }: IncomingMessage, name: string): string | undefined {
  const value = headers[name.toLowerCase()];
  return typeof value === "string" ? value : undefined;
}
