/**
 * Which client a thing of the server's making belongs to: its tasks and the URLs it asked a client to visit. What it
 * says of them later is that client's alone (MCP 2025-11-25, *Tasks*, *URL mode elicitation*). Bounded; sends nothing.
 */

import type { Client } from "./call.ts";
import { isObject, type JsonRpc, type Message } from "./message.ts";

const mostKept = 10_000;
const relatedTask = "io.modelcontextprotocol/related-task";

export class Belongings {
  readonly #owners = new Map<string, Client>();
  readonly #tokens = new Map<number, { readonly client: Client; readonly token: string }>();

  /** The answer to a client's call: a task it began is the client's, and so is the progress still to come. */
  noticeAnswer(
    client: Client,
    response: Message,
    progress: { readonly id: number; readonly token: string } | undefined,
  ) {
    const { result, error } = response.json as { result?: unknown; error?: { data?: unknown } };
    const task = isObject(result) ? result["task"] : undefined;
    if (isObject(task) && typeof task["taskId"] === "string") {
      this.#keep(`task ${task["taskId"]}`, client);
      if (progress) keep(this.#tokens, progress.id, { client, token: progress.token });
    }
    const elicitations = isObject(error?.data) ? error.data["elicitations"] : undefined;
    for (const one of Array.isArray(elicitations) ? elicitations : []) this.#noticeElicitation(client, one);
  }

  /** A question that goes to a client: the URL it may name is shown there. */
  noticeQuestion(client: Client, question: JsonRpc): void {
    if (question.method === "elicitation/create") this.#noticeElicitation(client, question.params);
  }

  /** Whose a notification or request of the server is, where it says so itself. */
  ownerOf({ method, params }: JsonRpc): Client | undefined {
    if (method === "notifications/elicitation/complete")
      return this.#owners.get(`url ${params?.["elicitationId"]}`);
    if (method === "notifications/tasks/status") return this.#owners.get(`task ${params?.["taskId"]}`);
    const meta = params?.["_meta"];
    const related = isObject(meta) ? meta[relatedTask] : undefined;
    return isObject(related) ? this.#owners.get(`task ${related["taskId"]}`) : undefined;
  }

  /** Whether a task is this client's or nobody's we know. */
  mayUse(client: Client, taskId: unknown): boolean {
    const owner = this.#owners.get(`task ${taskId}`);
    return owner === undefined || owner === client;
  }

  /** Progress of a task that goes on after the answer which began it. */
  progressOf(token: number | undefined): { readonly client: Client; readonly token: string } | undefined {
    return token === undefined ? undefined : this.#tokens.get(token);
  }

  #noticeElicitation(client: Client, params: unknown): void {
    const id = isObject(params) ? params["elicitationId"] : undefined;
    if (typeof id === "string") this.#keep(`url ${id}`, client);
  }

  #keep(key: string, client: Client): void {
    keep(this.#owners, key, client);
  }
}

/** Keeps the newest. */
function keep<K, V>(map: Map<K, V>, key: K, value: V): void {
  map.set(key, value);
  if (map.size <= mostKept) return;
  const oldest = map.keys().next();
  if (!oldest.done) map.delete(oldest.value);
}
