/** Requests to the API server of a cluster, as JSON and as streams. Sends its input unchanged. */

import * as http from "node:http";
import * as https from "node:https";
import type { KubeConfig } from "@kubernetes/client-node";
import { parseJson } from "../base/json.ts";

export interface RequestOptions {
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly contentType?: string;
  readonly signal?: AbortSignal | undefined;
}

/** How long one answer of the cluster may take. */
const answerMs = 15_000;

/** An unsuccessful answer. `statusOf` and `clusterErrorText` read it. */
class RefusedError extends Error {
  readonly code: number;
  readonly body: unknown;

  constructor(code: number, body: unknown) {
    super(`the cluster answered with ${code}`);
    this.code = code;
    this.body = body;
  }
}

/** Keeps connections open between requests, so that later requests reuse them. */
export class ClusterRequests {
  readonly #config: KubeConfig;
  readonly #server: string;
  readonly #agent: http.Agent;
  /** For answers that do not end by themselves. Each occupies a connection, and other requests must not wait for it. */
  readonly #streams: http.Agent;

  constructor(config: KubeConfig, server: string) {
    this.#config = config;
    this.#server = server.replace(/\/+$/, "");
    const { Agent } = server.startsWith("http:") ? http : https;
    this.#agent = new Agent({ keepAlive: true, maxSockets: 16, timeout: 60_000 });
    this.#streams = new Agent();
  }

  /** The parsed answer. Rejects with an error that `clusterErrorText` describes. */
  async json(method: string, path: string, options: RequestOptions = {}): Promise<unknown> {
    const limit = AbortSignal.timeout(answerMs);
    const work = async (signal: AbortSignal) => {
      const response = await this.#send(method, path, { ...options, signal }, this.#agent);
      return parseJson(await textOf(response));
    };
    return within(limit, options.signal, work);
  }

  /** The answer as a stream, until `signal` or the cluster ends it. For a log, resolves with its first line. */
  async stream(path: string, options: RequestOptions = {}): Promise<http.IncomingMessage> {
    return this.#send("GET", path, options, this.#streams);
  }

  /** A stream that starts at once, within the usual time limit. */
  async promptStream(path: string, options: RequestOptions = {}): Promise<http.IncomingMessage> {
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), answerMs);
    const work = (signal: AbortSignal) => this.stream(path, { ...options, signal });
    return within(limit.signal, options.signal, work).finally(() => clearTimeout(timer));
  }

  async #send(
    method: string,
    path: string,
    options: RequestOptions,
    own: http.Agent,
  ): Promise<http.IncomingMessage> {
    const { query = {}, body, contentType = "application/json", signal } = options;
    const url = new URL(this.#server + path);
    for (const [name, value] of Object.entries(query))
      if (value !== undefined) url.searchParams.set(name, String(value));
    const access: https.RequestOptions = {};
    // The library's type is too narrow: the method accepts all request options.
    await this.#config.applyToHTTPSOptions(access as Parameters<KubeConfig["applyToHTTPSOptions"]>[0]);
    const text = body === undefined ? undefined : JSON.stringify(body);
    const headers = {
      ...access.headers,
      accept: "application/json",
      ...(text !== undefined && { "content-type": contentType, "content-length": Buffer.byteLength(text) }),
    };
    const agent = isDirect(access.agent) ? own : access.agent;
    const { request } = url.protocol === "http:" ? http : https;
    const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
      const sent = request(url, { ...access, agent, headers, method, signal }, resolve);
      sent.once("error", reject);
      // A request that waits for a connection does not report that it was aborted.
      signal?.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
      sent.end(text);
    });
    const { statusCode = 0 } = response;
    if (statusCode >= 200 && statusCode < 300) return response;
    const answer = await textOf(response);
    throw new RefusedError(statusCode, parseJson(answer) ?? { message: answer });
  }
}

/** `limit` ends the work as `caller` does, but with its own message. */
async function within<T>(
  limit: AbortSignal,
  caller: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  try {
    return await work(caller ? AbortSignal.any([limit, caller]) : limit);
  } catch (error) {
    if (limit.aborted) throw new Error(`no answer within ${answerMs / 1000} s`);
    throw error;
  }
}

/** Whether the library would connect directly to the cluster, without a proxy. */
function isDirect(agent: unknown): boolean {
  return (
    Object.getPrototypeOf(agent) === https.Agent.prototype ||
    Object.getPrototypeOf(agent) === http.Agent.prototype
  );
}

async function textOf(response: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}
