/** Requests to a cluster's API server, as JSON and as streams. Sends what it is given and changes nothing of it. */

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

/** An answer that is none of success; `statusOf` and `clusterWords` read it. */
class RefusedError extends Error {
  readonly code: number;
  readonly body: unknown;

  constructor(code: number, body: unknown) {
    super(`the cluster answered with ${code}`);
    this.code = code;
    this.body = body;
  }
}

/** Keeps its connections between requests: one of many objects after another needs no new one each. */
export class ClusterRequests {
  readonly #config: KubeConfig;
  readonly #server: string;
  readonly #agent: http.Agent;
  /** Of answers that do not end by themselves: each keeps a connection, which no other request may wait for. */
  readonly #streams: http.Agent;

  constructor(config: KubeConfig, server: string) {
    this.#config = config;
    this.#server = server.replace(/\/+$/, "");
    const { Agent } = server.startsWith("http:") ? http : https;
    this.#agent = new Agent({ keepAlive: true, maxSockets: 16, timeout: 60_000 });
    this.#streams = new Agent();
  }

  /** The answer, parsed. Rejects with what `clusterWords` can tell. */
  async json(method: string, path: string, options: RequestOptions = {}): Promise<unknown> {
    const limit = AbortSignal.timeout(answerMs);
    const work = async (signal: AbortSignal) => {
      const response = await this.#send(method, path, { ...options, signal }, this.#agent);
      return parseJson(await textOf(response));
    };
    return within(limit, options.signal, work);
  }

  /** The answer as it comes, until `signal` or the cluster ends it. A log that is silent begins with its first line. */
  async stream(path: string, options: RequestOptions = {}): Promise<http.IncomingMessage> {
    return this.#send("GET", path, options, this.#streams);
  }

  /** A stream that begins at once, within the limit of any other answer. */
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
    // What the library leaves open in its types: it takes any options of a request.
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
      // One that still waits for a connection tells nobody that it was aborted.
      signal?.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
      sent.end(text);
    });
    const { statusCode = 0 } = response;
    if (statusCode >= 200 && statusCode < 300) return response;
    const answer = await textOf(response);
    throw new RefusedError(statusCode, parseJson(answer) ?? { message: answer });
  }
}

/** `limit` ends the work as `asked` does, with words of its own. */
async function within<T>(
  limit: AbortSignal,
  asked: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  try {
    return await work(asked ? AbortSignal.any([limit, asked]) : limit);
  } catch (error) {
    if (limit.aborted) throw new Error(`no answer within ${answerMs / 1000} s`);
    throw error;
  }
}

/** Whether the library would go straight to the cluster, not by a proxy. */
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
