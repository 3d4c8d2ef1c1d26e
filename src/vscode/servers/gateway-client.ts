/**
 * Sends requests to the REST API of a gateway. Each failure is an `Error` with a one-line message for the user, which
 * never contains the key.
 */

import { createParser } from "eventsource-parser";
import { messageOf } from "../../base/errors.ts";
import { UnverifiedListenerError } from "../../base/proving-agent.ts";
import { type Address, type GatewayRequest, type GatewayResponse, send } from "./gateway-transport.ts";

export { type Address, authorization } from "./gateway-transport.ts";

const answerMs = 10_000;

/** Resolves with the JSON of the answer. `withinMs` 0: no limit. */
export async function ask(
  address: Address,
  path: string,
  options: { method?: "GET" | "POST"; body?: unknown; withinMs?: number } = {},
): Promise<unknown> {
  const { method = "GET", body, withinMs = answerMs } = options;
  const response = await reach(address, path, {
    method,
    ...(body !== undefined && { body: JSON.stringify(body) }),
    ...(withinMs > 0 && { signal: AbortSignal.timeout(withinMs) }),
  });
  const answer = await jsonOf(response.body);
  if (!isOk(response)) throw failure(response.status, textOf(answer));
  return answer;
}

/** Whether the gateway refused the key, requires one, or did not prove that it knows the key. */
export function isRefusal(error: unknown): boolean {
  return error instanceof Refusal;
}

class Refusal extends Error {}

function failure(status: number, text?: string): Error {
  if (status >= 300 && status < 400)
    return new Error("The gateway's address redirects to another address: use that one");
  const message = text ?? `The gateway answered ${status}`;
  return status === 401 || status === 403 ? new Refusal(message) : new Error(message);
}

export interface EventListener {
  onOpen?(): void;
  onMessage(data: string, event: string | undefined): void;
  readonly signal: AbortSignal;
}

/** Calls back for each event. Resolves when the stream ends, or when `signal` aborts. */
export async function listen(address: Address, path: string, listener: EventListener): Promise<void> {
  const { signal } = listener;
  try {
    const response = await reach(address, path, { signal });
    if (!isOk(response)) throw failure(response.status);
    listener.onOpen?.();
    const decoder = new TextDecoder();
    const parser = createParser({ onEvent: ({ data, event }) => listener.onMessage(data, event) });
    for await (const chunk of response.body) parser.feed(decoder.decode(chunk, { stream: true }));
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

async function reach(address: Address, path: string, request: GatewayRequest): Promise<GatewayResponse> {
  try {
    return await send(address, path, request);
  } catch (error) {
    if (error instanceof UnverifiedListenerError) throw new Refusal(messageOf(error), { cause: error });
    throw new Error("The gateway does not answer", { cause: error });
  }
}

function isOk({ status }: GatewayResponse): boolean {
  return status >= 200 && status < 300;
}

/** `undefined` if the body is not JSON, or ends early. */
async function jsonOf(body: AsyncIterable<Uint8Array>): Promise<unknown> {
  try {
    return JSON.parse(await whole(body)) as unknown;
  } catch {
    return undefined;
  }
}

async function whole(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

function textOf(answer: unknown): string | undefined {
  if (typeof answer !== "object" || answer === null) return undefined;
  const { message, error } = answer as { message?: unknown; error?: unknown };
  if (typeof message === "string") return message;
  return typeof error === "string" ? error : undefined;
}
