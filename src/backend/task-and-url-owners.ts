/**
 * Owners of the tasks that a server created and of the URLs it asked a client to visit. Later messages about them go to
 * that client only (MCP 2025-11-25, *Tasks*, *URL mode elicitation*). Bounded; sends nothing.
 */

import { isObject } from "../base/json.ts";
import type { JsonRpc, Message } from "../jsonrpc/message.ts";
import type { Client } from "./call.ts";

const maxEntries = 10_000;
const relatedTask = "io.modelcontextprotocol/related-task";

export class TaskAndUrlOwners {
  readonly #owners = new Map<string, Client>();
  readonly #tokens = new Map<number, { readonly client: Client; readonly token: string }>();

  /** Records the owner of a task that a call started, and of its later progress. */
  recordResponse(
    client: Client,
    response: Message,
    progress: { readonly id: number; readonly token: string } | undefined,
  ) {
    const { result, error } = response.json as { result?: unknown; error?: { data?: unknown } };
    const taskId = taskBegunBy(result);
    if (taskId !== undefined) {
      this.#record(`task ${taskId}`, client);
      if (progress) keep(this.#tokens, progress.id, { client, token: progress.token });
    }
    const elicitations = isObject(error?.data) ? error.data["elicitations"] : undefined;
    for (const one of Array.isArray(elicitations) ? elicitations : []) this.#recordElicitation(client, one);
  }

  /** Records the owner of a URL that a server request shows to a client. */
  recordServerRequest(client: Client, question: JsonRpc): void {
    if (question.method === "elicitation/create") this.#recordElicitation(client, question.params);
  }

  /** The owner of the task or URL that a notification or request names; `undefined` if it names none. */
  ownerOf({ method, params }: JsonRpc): Client | undefined {
    if (method === "notifications/elicitation/complete")
      return this.#owners.get(`url ${params?.["elicitationId"]}`);
    if (method === "notifications/tasks/status") return this.#owners.get(`task ${params?.["taskId"]}`);
    const meta = params?.["_meta"];
    const related = isObject(meta) ? meta[relatedTask] : undefined;
    return isObject(related) ? this.#owners.get(`task ${related["taskId"]}`) : undefined;
  }

  /** Whether a task belongs to this client, or its owner is not known. */
  mayUse(client: Client, taskId: unknown): boolean {
    const owner = this.#owners.get(`task ${taskId}`);
    return owner === undefined || isSame(owner, client);
  }

  /** Receiver of the progress of a task that continues after the response to its call. */
  progressOf(token: number | undefined): { readonly client: Client; readonly token: string } | undefined {
    return token === undefined ? undefined : this.#tokens.get(token);
  }

  #recordElicitation(client: Client, params: unknown): void {
    const id = isObject(params) ? params["elicitationId"] : undefined;
    if (typeof id === "string") this.#record(`url ${id}`, client);
  }

  #record(key: string, client: Client): void {
    this.#owners.set(key, client);
    if (this.#owners.size > maxEntries) this.#evictOneOf(this.#principalWithMost());
  }

  /** The principal with the most entries. Only its own entries are evicted for new ones. */
  #principalWithMost(): string {
    const counts = new Map<string, number>();
    for (const { principal } of this.#owners.values())
      counts.set(principal, (counts.get(principal) ?? 0) + 1);
    return [...counts].reduce((most, one) => (one[1] > most[1] ? one : most), ["", 0] as const)[0];
  }

  #evictOneOf(principal: string): void {
    for (const [key, client] of this.#owners)
      if (client.principal === principal) return void this.#owners.delete(key);
  }
}

/** Id of the task that a result started. The result contains the task, or (2026-07-28) is the task. */
function taskBegunBy(result: unknown): string | undefined {
  if (!isObject(result)) return undefined;
  const task = result["resultType"] === "task" ? result : result["task"];
  return isObject(task) && typeof task["taskId"] === "string" ? task["taskId"] : undefined;
}

/** Requests without a session are compared by principal, because each of them is a separate client. */
function isSame(owner: Client, client: Client): boolean {
  const haveSession = owner.era === "initialize" || client.era === "initialize";
  return haveSession ? owner === client : owner.principal === client.principal;
}

/** Adds an entry, and removes the oldest one above the limit. */
function keep<K, V>(map: Map<K, V>, key: K, value: V): void {
  map.set(key, value);
  if (map.size <= maxEntries) return;
  const oldest = map.keys().next();
  if (!oldest.done) map.delete(oldest.value);
}
