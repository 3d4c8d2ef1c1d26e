/** Asks a gateway over its REST surface. Every failure is an `Error` that says in a line what to tell people; never the key. */

import { EventSourceParserStream } from "eventsource-parser/stream";

export interface Address {
  /** Without a slash at the end. */
  readonly url: string;
  readonly key: string | undefined;
}

const answerMs = 10_000;

/** Resolves with the JSON of the answer. `withinMs` 0: no limit. */
export async function ask(
  { url, key }: Address,
  path: string,
  options: { method?: "GET" | "POST"; body?: unknown; withinMs?: number } = {},
): Promise<unknown> {
  const { method = "GET", body, withinMs = answerMs } = options;
  const response = await reach(`${url}${path}`, {
    method,
    headers: { ...authorization(key), ...(body !== undefined && { "Content-Type": "application/json" }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    ...(withinMs > 0 && { signal: AbortSignal.timeout(withinMs) }),
  });
  const answer: unknown = await response.json().catch(() => undefined);
  if (!response.ok) throw failure(response.status, textOf(answer));
  return answer;
}

/** Whether a gateway did not accept the key, or wants one. */
export function isRefusal(error: unknown): boolean {
  return error instanceof Refusal;
}

class Refusal extends Error {}

function failure(status: number, text = `The gateway answered ${status}`): Error {
  return status === 401 || status === 403 ? new Refusal(text) : new Error(text);
}

/** Hands over each event until the stream ends; resolves then, and also when `signal` aborts. */
export async function listen(
  { url, key }: Address,
  path: string,
  heard: (data: string, event: string | undefined) => void,
  signal: AbortSignal,
  opened: () => void = () => undefined,
): Promise<void> {
  try {
    const response = await reach(`${url}${path}`, { headers: authorization(key), signal });
    if (!response.ok || !response.body) throw new Error(`The gateway answered ${response.status}`);
    opened();
    const events = response.body
      .pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>)
      .pipeThrough(new EventSourceParserStream());
    for await (const { data, event } of events) heard(data, event);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

export function authorization(key: string | undefined): Record<string, string> {
  return key === undefined ? {} : { Authorization: `Bearer ${key}` };
}

async function reach(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    throw new Error("The gateway does not answer", { cause: error });
  }
}

function textOf(answer: unknown): string | undefined {
  if (typeof answer !== "object" || answer === null) return undefined;
  const { message, error } = answer as { message?: unknown; error?: unknown };
  if (typeof message === "string") return message;
  return typeof error === "string" ? error : undefined;
}
