/**
 * `fetch` over node:http for the SDK's transports. Node's own gives up after 300 s without a byte, which a silent tool
 * call may well take, and that cannot be lifted without a dispatcher of undici's. Follows no redirect (the SDK does,
 * within the origin), keeps no cookie. Its connections belong to the owner, who closes them.
 */

import http from "node:http";
import https from "node:https";
import { GatewayError } from "../../base/errors.ts";

/** How long connecting may take, name lookup and TLS included. */
const connectMs = 10_000;

/** Makes an agent that whoever asked for it ends. */
export type NewAgent = (options: http.AgentOptions) => http.Agent;

export class Connections {
  readonly #agents;

  /**
   * `idleConnectionMs`: how long a connection nobody uses is kept. One in use has no timeout. `newAgent` opens the
   * connections of plain HTTP in another way.
   */
  constructor(idleConnectionMs: number, newAgent: NewAgent = (options) => new http.Agent(options)) {
    const options = { keepAlive: true, timeout: idleConnectionMs };
    this.#agents = { "http:": newAgent(options), "https:": new https.Agent(options) };
  }

  /** Sends a request. Resolves with the answer's head; its body has no timeout and ends with `signal`. */
  request(
    url: URL,
    init: RequestInit,
    body: string | undefined,
    sent: () => void,
  ): Promise<http.IncomingMessage> {
    if (url.protocol !== "http:" && url.protocol !== "https:") {
      return Promise.reject(
        new GatewayError("start-failed", `${url.protocol} is no protocol of a remote server`),
      );
    }
    const options = {
      method: init.method ?? "GET",
      headers: headersFor(init, body),
      agent: this.#agents[url.protocol],
      ...(init.signal && { signal: init.signal }),
    };
    const request = url.protocol === "https:" ? https.request(url, options) : http.request(url, options);
    return new Promise((resolve, reject) => {
      boundConnecting(request);
      request.once("response", (response) => {
        // Told to whoever reads the body; nobody may be reading.
        response.on("error", () => {});
        resolve(response);
      });
      request.on("error", reject);
      request.once("finish", sent);
      request.end(body);
    });
  }

  close(): void {
    for (const agent of Object.values(this.#agents)) agent.destroy();
  }
}

function headersFor(init: RequestInit, body: string | undefined): Record<string, string> {
  const headers = Object.fromEntries(new Headers(init.headers));
  // Nothing here unpacks.
  headers["accept-encoding"] = "identity";
  headers["user-agent"] ??= "open-mcp-gateway";
  if (body !== undefined) headers["content-length"] = String(Buffer.byteLength(body));
  return headers;
}

function boundConnecting(request: http.ClientRequest): void {
  request.once("socket", (socket) => {
    if (!socket.connecting) return;
    const late = Object.assign(new Error("connecting took too long"), { code: "ETIMEDOUT" });
    const timer = setTimeout(() => request.destroy(late), connectMs);
    const connected = "encrypted" in socket ? "secureConnect" : "connect";
    for (const event of [connected, "close"]) socket.once(event, () => clearTimeout(timer));
  });
}
