/**
 * HTTP connections for the `fetch` of `sdk-fetch.ts`, over node:http. Node's own `fetch` gives up after 300 s without a byte, which a
 * silent tool call may take, and changing that needs undici's dispatcher. Follows no redirect (the SDK does, within the
 * origin) and stores no cookie. The owner closes its connections.
 */

import http from "node:http";
import https from "node:https";
import type { Duplex } from "node:stream";
import tls from "node:tls";
import { GatewayError } from "../../base/errors.ts";

/** How long connecting may take, name lookup and TLS included. */
const connectMs = 10_000;

/** Creates an agent. The caller ends it. */
export type NewAgent = (options: http.AgentOptions) => http.Agent;

/** The agents that open the connections, by protocol. */
export interface Agents {
  readonly "http:": http.Agent;
  readonly "https:": http.Agent;
  /** The proxy of the connections, `host:port`. */
  readonly proxy?: string;
}

/** Certificates as PEM texts. */
export interface TlsFiles {
  /** Trusted in addition to Node's certificates. */
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

/**
 * `idleMs`: how long an unused connection is kept. A connection in use has no timeout. `newAgent` opens the connections
 * of plain HTTP in another way.
 */
export function directAgents(
  idleMs: number,
  newAgent: NewAgent = (options) => new http.Agent(options),
): Agents {
  const options = { keepAlive: true, timeout: idleMs };
  return { "http:": newAgent(options), "https:": new https.Agent(options) };
}

/** One HTTP request. */
export interface Outgoing {
  readonly url: URL;
  readonly init: RequestInit;
  readonly body: string | undefined;
  /** Whether the server may receive it twice. */
  readonly mayRepeat: boolean;
  /** Called once its body was sent. */
  sent(): void;
}

export class HttpConnections {
  readonly #agents: Agents;
  readonly #tls: https.RequestOptions;

  /** Owns the agents: `close` ends them. */
  constructor(agents: Agents, { ca, ...own }: TlsFiles = {}) {
    this.#agents = agents;
    this.#tls = { ...own, ...(ca !== undefined && { ca: [...trusted(), ca] }) };
  }

  get proxy(): string | undefined {
    return this.#agents.proxy;
  }

  /**
   * Sends a request. Resolves with the answer's headers. Its body has no timeout and ends with `signal`. When a kept
   * connection turns out to be dead, the request is sent again if the server cannot have executed it, or if it may be
   * received twice.
   */
  async request(outgoing: Outgoing): Promise<http.IncomingMessage> {
    const { protocol } = outgoing.url;
    if (protocol !== "http:" && protocol !== "https:")
      throw new GatewayError("start-failed", `${protocol} is not a protocol of a remote server`);
    for (;;) {
      const attempt = this.#attempt(outgoing, protocol);
      try {
        return await attempt.answer;
      } catch (error) {
        if (!attempt.isWorthAnother(error)) throw error;
      }
    }
  }

  #attempt(outgoing: Outgoing, protocol: "http:" | "https:"): Attempt {
    const { url, init, body } = outgoing;
    const options = {
      method: init.method ?? "GET",
      headers: headersFor(init, body),
      agent: this.#agents[protocol],
      ...(init.signal && { signal: init.signal }),
    };
    const request =
      protocol === "https:" ? https.request(url, { ...this.#tls, ...options }) : http.request(url, options);
    boundConnecting(request, this.#agents.proxy !== undefined);
    return new Attempt(request, outgoing);
  }

  close(): void {
    this.#agents["http:"].destroy();
    this.#agents["https:"].destroy();
  }
}

const caught = new WeakSet<Duplex>();

/**
 * Between its request and its return to the agent, a connection has no listener. An abort in that time would end the
 * program.
 */
function catchErrors(socket: Duplex): void {
  if (caught.has(socket)) return;
  caught.add(socket);
  socket.on("error", () => undefined);
}

/**
 * Node's default certificates, `NODE_EXTRA_CA_CERTS` included. They are repeated, because a list in the options
 * replaces them.
 */
function trusted(): readonly string[] {
  return tls.getCACertificates?.("default") ?? tls.rootCertificates;
}

/** One request on one connection. */
class Attempt {
  readonly answer: Promise<http.IncomingMessage>;
  readonly #request: http.ClientRequest;
  readonly #outgoing: Outgoing;
  #isWritten = false;

  constructor(request: http.ClientRequest, outgoing: Outgoing) {
    this.#request = request;
    this.#outgoing = outgoing;
    this.answer = new Promise((resolve, reject) => {
      request.once("response", (response) => {
        // The reader of the body gets the error. Without a reader it would be unhandled.
        response.on("error", () => {});
        resolve(response);
      });
      request.on("error", reject);
      request.once("finish", () => outgoing.sent());
      request.once("socket", (socket) => {
        catchErrors(socket);
        this.#whenAlive(() => this.#write());
      });
    });
  }

  /** The server may have closed a kept connection. That is detected before anything is written. */
  #whenAlive(write: () => void): void {
    if (this.#request.reusedSocket) setImmediate(() => setImmediate(write));
    else write();
  }

  #write(): void {
    if (this.#request.destroyed) return;
    this.#isWritten = true;
    this.#request.end(this.#outgoing.body);
  }

  isWorthAnother(error: unknown): boolean {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    const isDead = this.#request.reusedSocket && (code === "ECONNRESET" || code === "EPIPE");
    return isDead && (!this.#isWritten || this.#outgoing.mayRepeat);
  }
}

function headersFor(init: RequestInit, body: string | undefined): Record<string, string> {
  const headers = Object.fromEntries(new Headers(init.headers));
  // Compression takes time on both sides. A server that compresses anyway is still understood.
  headers["accept-encoding"] = "identity";
  headers["user-agent"] ??= "open-mcp-gateway";
  if (body !== undefined) headers["content-length"] = String(Buffer.byteLength(body));
  return headers;
}

/** `isProxied`: the agent provides a connection only once its proxy has answered. */
function boundConnecting(request: http.ClientRequest, isProxied: boolean): void {
  const late = Object.assign(new Error("connecting took too long"), { code: "ETIMEDOUT" });
  const bound = () => setTimeout(() => request.destroy(late), connectMs);
  let timer = isProxied ? bound() : undefined;
  const done = () => clearTimeout(timer);
  request.once("close", done);
  request.once("socket", (socket) => {
    const isSecuring = "secureConnecting" in socket && socket.secureConnecting === true;
    if (!socket.connecting && !isSecuring) return done();
    timer ??= bound();
    const connected = "encrypted" in socket ? "secureConnect" : "connect";
    for (const event of [connected, "close"]) socket.once(event, done);
  });
}
