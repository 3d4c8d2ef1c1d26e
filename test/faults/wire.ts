/** HTTP requests with every message of their answers. Shows a cut answer as an error. */

import { type Agent, type IncomingHttpHeaders, request } from "node:http";
import type { RpcMessage } from "../support/mcp-client.ts";

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** The messages of the body, in order. Empty for a body that is not JSON. */
  readonly messages: readonly RpcMessage[];
  readonly text: string;
}

export interface SentRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly agent: Agent;
  readonly withinMs: number;
  readonly method?: string;
}

export class NoAnswerError extends Error {}

export function post({ url, headers, body, agent, withinMs, method = "POST" }: SentRequest): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const length = { "Content-Length": Buffer.byteLength(body) };
    const sent = request(url, { method, agent, headers: { ...headers, ...length } }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => {
        clearTimeout(timer);
        const text = Buffer.concat(chunks).toString("utf8");
        const isStream = response.headers["content-type"]?.startsWith("text/event-stream") ?? false;
        const messages = isStream ? messagesInEvents(text) : messagesInJson(text);
        resolve({ status: response.statusCode ?? 0, headers: response.headers, messages, text });
      });
      response.on("error", fail);
    });
    const fail = (error: Error) => {
      clearTimeout(timer);
      reject(error);
    };
    const late = () => sent.destroy(new NoAnswerError(`no answer within ${withinMs} ms`));
    const timer = setTimeout(late, withinMs);
    sent.on("error", fail);
    sent.end(body);
  });
}

function messagesInJson(text: string): RpcMessage[] {
  try {
    return [JSON.parse(text) as RpcMessage];
  } catch {
    return [];
  }
}

/** The messages of complete events. */
export function messagesInEvents(text: string): RpcMessage[] {
  return text.split("\n\n").flatMap((event) => {
    const data = event
      .split("\n")
      .filter((line) => line.startsWith("data: "))
      .map((line) => line.slice(6))
      .join("\n");
    return data === "" ? [] : messagesInJson(data);
  });
}
