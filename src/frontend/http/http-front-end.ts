/** The HTTP front end. It listens, checks access, and passes each request to the handler of its path. Owns its sockets. */

import { chmod } from "node:fs/promises";
import {
  createServer,
  type IncomingMessage,
  type Server as NodeServer,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { GatewayError } from "../../base/errors.ts";
import { withTimeout } from "../../base/timeout.ts";
import { formatListenAddress, type ListenAddress, localAddress } from "../../config/listen-address.ts";
import { viewOf } from "../../router/aggregate/client-view.ts";
import type { SessionTarget } from "../../router/client-handler.ts";
import type { GatewayApi } from "../gateway-api.ts";
import { SessionLog } from "../session-log.ts";
import { type AccessRules, ApiKeys, checkHostAndOrigin, isListed } from "./access.ts";
import { type Caller, callerOf } from "./caller.ts";
import { KeyProver } from "./key-prover.ts";
import { LegacySseEndpoint } from "./legacy-sse-endpoint.ts";
import { McpEndpoint } from "./mcp-endpoint.ts";
import { answerOneShotRequest, isOneShotRequest } from "./one-shot-request.ts";
import { readBody } from "./read-body.ts";
import { isWellKnown, type McpPath, mcpPath, splitTarget } from "./request-paths.ts";
import { allow, RestApi } from "./rest-api.ts";
import { sendError, sendJson } from "./send-response.ts";
import { budgetedResponses, WriteBudget } from "./write-budget.ts";

export interface HttpOptions extends AccessRules {
  readonly maxBodyBytes: number;
  /** Bytes that all clients together may leave unread; default 256 MiB. */
  readonly maxUnreadBytes?: number;
}

/** How long open requests may take to finish when the front end closes. */
const graceMs = 10_000;
const noParameters = new URLSearchParams();
/** Longer than the idle time of common clients' connection pools, so that they close first. */
const keepAliveTimeoutMs = 75_000;

/** A request to one of the paths for MCP. */
interface McpRequest {
  readonly path: McpPath;
  readonly caller: Caller;
  readonly query: URLSearchParams;
}

export class HttpFrontEnd {
  readonly #core: GatewayApi;
  readonly #options: HttpOptions;
  readonly #keys: ApiKeys;
  readonly #prover: KeyProver;
  readonly #log: SessionLog;
  readonly #endpoint: McpEndpoint;
  readonly #sse: LegacySseEndpoint;
  readonly #rest: RestApi;
  readonly #server: NodeServer;
  /** Number of open requests, without streams that only receive notifications. */
  #busy = 0;
  #whenFree: (() => void) | undefined;
  #closing: Promise<void> | undefined;

  constructor(core: GatewayApi, options: HttpOptions) {
    this.#core = core;
    this.#options = options;
    this.#keys = new ApiKeys(options.keys);
    this.#prover = new KeyProver(options.keys);
    const budget = new WriteBudget((line) => core.log.warn(line), options.maxUnreadBytes);
    this.#log = new SessionLog(core.log);
    this.#endpoint = new McpEndpoint(core, options.maxBodyBytes, budget, this.#log);
    this.#sse = new LegacySseEndpoint(core, options.maxBodyBytes, this.#log);
    this.#rest = new RestApi(core, () => this.#endpoint.sessions.size + this.#sse.size);
    const serve = (request: IncomingMessage, response: ServerResponse) => void this.#serve(request, response);
    this.#server = createServer({ ServerResponse: budgetedResponses(budget) }, serve);
    this.#server.keepAliveTimeout = keepAliveTimeoutMs;
  }

  /** Starts listening and resolves with the URL on this machine. Rejects with the system's error (`EADDRINUSE`, …). */
  listen(address: ListenAddress): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#server.once("error", reject);
      const listening = () => {
        this.#server.off("error", reject);
        resolve(urlOf(address, this.#server.address()));
      };
      // Only the user that runs the gateway may connect.
      const privately = (path: string) => chmod(path, 0o600).then(listening, reject);
      if (address.kind === "unix")
        this.#server.listen({ path: address.path }, () => void privately(address.path));
      else this.#server.listen({ host: address.host, port: address.port }, listening);
    });
  }

  /** Stops accepting, lets what is in flight finish (10 s at most), then closes everything. May be called twice. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeIdleConnections();
    this.#endpoint.finish();
    await Promise.all([this.#finished(), withTimeout(this.#sse.settled(), graceMs)]);
    this.#rest.close();
    await Promise.all([this.#endpoint.close(), this.#sse.close()]);
    this.#server.closeIdleConnections();
    const forced = setTimeout(() => this.#server.closeAllConnections(), 500);
    await closed;
    clearTimeout(forced);
  }

  /** Resolves once all open requests are answered, or after the grace period. */
  async #finished(): Promise<void> {
    if (this.#busy === 0) return;
    const free = Promise.withResolvers<void>();
    this.#whenFree = free.resolve;
    const timer = setTimeout(free.resolve, graceMs);
    await free.promise;
    clearTimeout(timer);
  }

  #countBusy(response: ServerResponse): void {
    this.#busy++;
    response.once("close", () => {
      if (--this.#busy === 0) this.#whenFree?.();
    });
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      if (this.#closing) throw new GatewayError("shutting-down", "The gateway is stopping");
      const refused = checkHostAndOrigin(this.#options, request.headers);
      if (refused) throw refused;
      if (this.#answeredCors(request, response)) return;
      if (request.method === "POST" || request.method === "DELETE") this.#countBusy(response);
      await this.#route(request, response);
    } catch (error) {
      const { code, message, cause, status } = sendError(request, response, error);
      // Without the query, which may contain a session id.
      const { path } = splitTarget(request.url ?? "/");
      this.#log.refused(`${request.method} ${path}`, `${status} ${message}`);
      if (code === "internal")
        this.#core.log.error(`${request.method} ${request.url}: ${message} ${stackOf(cause)}`);
    }
  }

  // Not `async`, and neither are the handlers that only pass requests on, because each promise costs time in every call.
  #route(request: IncomingMessage, response: ServerResponse): Promise<void> | void {
    const { path, query } = splitTarget(request.url ?? "/");
    if (path === "/health") return this.#health(request, response);
    if (isWellKnown(path)) throw new GatewayError("not-found", `No such path: ${path}`);
    const known = callerOf(request, this.#keys.check(request.headers));
    const parameters = query === "" ? noParameters : new URLSearchParams(query);
    const mcp = mcpPath(path);
    const hasView = query !== "" && mcp?.id === undefined;
    const caller = hasView && mcp ? { ...known, view: viewOf(parameters) } : known;
    if (mcp) return this.#mcp(request, response, { path: mcp, caller, query: parameters });
    if (path === "/rpc") return this.#rpc(request, response, caller);
    return this.#rest.handle(request, response, path, parameters);
  }

  /** Needs no key. Proves to a client that the gateway knows the keys, before the client sends one. */
  async #health(request: IncomingMessage, response: ServerResponse): Promise<void> {
    allow(request, response, "GET", "HEAD");
    const proof = await this.#prover.answer(request);
    sendJson(response, 200, proof === undefined ? { status: "ok" } : { status: "ok", proof });
  }

  #mcp(
    request: IncomingMessage,
    response: ServerResponse,
    { path, caller, query }: McpRequest,
  ): Promise<void> | void {
    const { transport, id } = path;
    const target = this.#target(id);
    if (transport === "sse") return this.#sse.open(request, response, { target, caller, query });
    if (transport === "sse-message") return this.#sse.post(request, response, { target, caller, query });
    if (target === "all") return this.#allAsOne(request, response, caller);
    return this.#endpoint.handle(request, response, { target, caller });
  }

  #target(id: string | undefined): SessionTarget {
    if (id === undefined) return "all";
    const server = this.#core.server(id);
    if (!server) throw new GatewayError("server-not-found", `Server '${id}' not found`);
    return server;
  }

  /** `/mcp`: MCP with all servers, or a simple request where the body has a `server_id`. */
  async #allAsOne(request: IncomingMessage, response: ServerResponse, caller: Caller): Promise<void> {
    const inSession = request.headers["mcp-session-id"] !== undefined;
    if (request.method !== "POST" || inSession)
      return this.#endpoint.handle(request, response, { target: "all", caller });
    const text = await readBody(request, this.#options.maxBodyBytes);
    if (isOneShotRequest(text)) return answerOneShotRequest(this.#core, request, response, { caller, text });
    await this.#endpoint.handle(request, response, { target: "all", caller, body: text });
  }

  async #rpc(request: IncomingMessage, response: ServerResponse, caller: Caller): Promise<void> {
    allow(request, response, "POST");
    const text = await readBody(request, this.#options.maxBodyBytes);
    await answerOneShotRequest(this.#core, request, response, { caller, text });
  }

  /** Handles CORS before authentication, because a preflight has no key. Returns whether the request was a preflight. */
  #answeredCors(request: IncomingMessage, response: ServerResponse): boolean {
    const { origin } = request.headers;
    if (origin === undefined || !isListed(this.#options, origin)) return false;
    response.setHeader("Access-Control-Allow-Origin", origin);
    response.setHeader("Vary", "Origin");
    response.setHeader("Access-Control-Expose-Headers", "Mcp-Session-Id, MCP-Protocol-Version");
    if (request.method !== "OPTIONS" || !request.headers["access-control-request-method"]) return false;
    response.setHeader("Access-Control-Allow-Methods", "GET, POST, DELETE, OPTIONS");
    response.setHeader(
      "Access-Control-Allow-Headers",
      request.headers["access-control-request-headers"] ?? "*",
    );
    response.setHeader("Access-Control-Max-Age", "600");
    response.writeHead(204).end();
    return true;
  }
}

function urlOf(address: ListenAddress, bound: AddressInfo | string | null): string {
  const local = localAddress(address);
  if (local.kind === "unix") return formatListenAddress(local);
  const port = typeof bound === "object" && bound ? bound.port : local.port;
  return `http://${formatListenAddress({ ...local, port })}`;
}

function stackOf(cause: unknown): string {
  return cause instanceof Error ? (cause.stack ?? "") : "";
}
