/**
 * `/sse` and `/<id>/sse`: MCP over HTTP+SSE (2024-11-05), for older clients. A GET opens the session and its stream. The
 * first event of the stream has the URL for messages. Owns the sessions. A session ends with its stream.
 */

import type { IncomingMessage, ServerResponse } from "node:http";
import { claimedVersion } from "../../backend/era.ts";
import { GatewayError } from "../../base/errors.ts";
import { withTimeout } from "../../base/timeout.ts";
import { type Message, messageKind, parseMessage } from "../../jsonrpc/message.ts";
import { toSingleLine } from "../../jsonrpc/text-edit.ts";
import type { SessionTarget } from "../../router/client-handler.ts";
import { protocolVersions } from "../../router/client-handshake.ts";
import { idOf } from "../../router/in-flight-request.ts";
import { FrontEndRequest } from "../../router/request-context.ts";
import type { GatewayApi } from "../gateway-api.ts";
import type { SessionLog } from "../session-log.ts";
import { acceptedBy } from "./accept-header.ts";
import type { Caller } from "./caller.ts";
import { LegacySseSession } from "./legacy-sse-session.ts";
import { headerOf, refuseAmbiguous } from "./mcp-endpoint.ts";
import { readBody } from "./read-body.ts";
import { allow } from "./rest-api.ts";
import { openEventStream } from "./send-response.ts";

const keepAliveMs = 15_000;
/** How long a message waits for a server or client that does not read. */
const longestWaitMs = 30_000;
/** Limit of sessions for each key, because each has an open connection. */
const mostOfKey = 1_000;

export interface LegacySseRequest {
  readonly target: SessionTarget;
  readonly caller: Caller;
  readonly query: URLSearchParams;
}

export class LegacySseEndpoint {
  readonly #core: Pick<GatewayApi, "openSession">;
  readonly #maxBodyBytes: number;
  readonly #log: SessionLog;
  readonly #sessions = new Map<string, LegacySseSession>();
  readonly #timer: NodeJS.Timeout;

  constructor(core: Pick<GatewayApi, "openSession">, maxBodyBytes: number, log: SessionLog) {
    this.#core = core;
    this.#log = log;
    this.#maxBodyBytes = maxBodyBytes;
    this.#timer = setInterval(() => this.#keepAlive(), keepAliveMs).unref();
  }

  get size(): number {
    return this.#sessions.size;
  }

  /** Throws `method-not-allowed`, `not-acceptable`, `too-many`. */
  open(request: IncomingMessage, response: ServerResponse, { target, caller }: LegacySseRequest): void {
    allow(request, response, "GET");
    if (!acceptedBy(request.headers.accept).eventStream)
      throw new GatewayError("not-acceptable", "Accept must list text/event-stream");
    this.#checkLimit(caller.key);
    openEventStream(response);
    const session = new LegacySseSession(this.#core, target, caller, response);
    this.#sessions.set(session.id, session);
    response.once("close", () => void this.#end(session, "its stream ended"));
    session.begin(messagePath(target));
  }

  /** Answers the POST of a message with 202. Its response is sent on the stream. Throws a `GatewayError` otherwise. */
  async post(
    request: IncomingMessage,
    response: ServerResponse,
    { target, caller, query }: LegacySseRequest,
  ): Promise<void> {
    allow(request, response, "POST");
    const session = this.#find(query.get("session_id"), target, caller.key);
    const message = messageIn(await readBody(request, this.#maxBodyBytes));
    await withTimeout(session.caughtUp(), longestWaitMs);
    if (session.client.congested) await withTimeout(session.client.congested, longestWaitMs);
    response.writeHead(202).end();
    const newer = newerEra(message);
    if (newer) return session.fail(newer, idOf(message));
    if (message.json.method === "initialize") this.#log.opened(session.id, target, "HTTP+SSE", message.json);
    const { clientInfo: client } = session.client;
    const header = (name: string) => headerOf(request, name);
    const { principal } = caller;
    session.client.handle(message, new FrontEndRequest({ principal, client, header, reply: session }));
  }

  /** Resolves once every request is answered. */
  async settled(): Promise<void> {
    await Promise.all([...this.#sessions.values()].map(({ client }) => client.settled()));
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all(
      [...this.#sessions.values()].map((session) => this.#end(session, "the gateway is stopping")),
    );
  }

  #checkLimit(key: number | undefined): void {
    const own = [...this.#sessions.values()].filter((session) => session.key === key).length;
    if (own < mostOfKey) return;
    throw new GatewayError("too-many", `All ${mostOfKey} HTTP+SSE sessions of this key are in use`);
  }

  #find(id: string | null, target: SessionTarget, key: number | undefined): LegacySseSession {
    if (id === null)
      throw new GatewayError(
        "invalid-request",
        "session_id is missing: send messages to the URL in the first event of the stream",
      );
    const session = this.#sessions.get(id);
    if (session && session.target === target && session.key === key) return session;
    throw new GatewayError("session-not-found", "Session not found");
  }

  async #end(session: LegacySseSession, because: string): Promise<void> {
    if (!this.#sessions.delete(session.id)) return;
    this.#log.ended(session.id, session.target, because);
    await session.close();
  }

  /** A removed server finishes its calls first. It may be added again meanwhile. */
  async #endRemoved(session: LegacySseSession): Promise<void> {
    await session.client.settled();
    if (session.client.orphaned) await this.#end(session, "its server was removed");
  }

  #keepAlive(): void {
    for (const session of [...this.#sessions.values()]) {
      if (session.client.orphaned) void this.#endRemoved(session);
      else session.keepAlive();
    }
  }
}

function messagePath(target: SessionTarget): string {
  return target === "all" ? "/sse/message" : `/${target.id}/sse/message`;
}

/** Throws `invalid-json`, `invalid-request`, `ambiguous`. This transport has no batches. */
function messageIn(text: string): Message {
  const message = parseMessage(toSingleLine(text));
  if (!message) throw new GatewayError("invalid-json", "Parse error: the body must be a JSON object");
  refuseAmbiguous([message]);
  if (messageKind(message.json) === "invalid")
    throw new GatewayError("invalid-request", "The body must be a JSON-RPC message");
  return message;
}

/** Error for a request of the stateless era, which does not support this transport. */
function newerEra({ json }: Message): GatewayError | undefined {
  const requested = claimedVersion(json);
  if (requested === undefined || messageKind(json) !== "request") return undefined;
  const version = typeof requested === "string" ? requested.slice(0, 100) : "Such a version";
  const why = `${version} is not supported over HTTP+SSE: use Streamable HTTP, or send initialize`;
  return new GatewayError("version-unsupported", why, { data: { supported: protocolVersions, requested } });
}
