/**
 * Which client a thing of the server's making belongs to: its tasks and the URLs it asked a client to visit. What it
 * says of them later is that client's alone (MCP 2025-11-25, *Tasks*, *URL mode elicitation*). Bounded; sends nothing.
 */

import { isObject } from "../base/json.ts";
import type { JsonRpc, Message } from "../jsonrpc/message.ts";
import type { Client } from "./call.ts";

const mostKept = 10_000;
const relatedTask = "io.modelcontextprotocol/related-task";

export class TaskAndUrlOwners {
  readonly #owners = new Map<string, Client>();
  readonly #tokens = new Map<number, { readonly client: Client; readonly token: string }>();

  /** The answer to a client's call: a task it began is the client's, and so is the progress still to come. */
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

  /** A question that goes to a client: the URL it may name is shown there. */
  recordServerRequest(client: Client, question: JsonRpc): void {
    if (question.method === "elicitation/create") this.#recordElicitation(client, question.params);
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
    return owner === undefined || isSame(owner, client);
  }

  /** Progress of a task that goes on after the answer which began it. */
  progressOf(token: number | undefined): { readonly client: Client; readonly token: string } | undefined {
    return token === undefined ? undefined : this.#tokens.get(token);
  }

  #recordElicitation(client: Client, params: unknown): void {
    const id = isObject(params) ? params["elicitationId"] : undefined;
    if (typeof id === "string") this.#record(`url ${id}`, client);
  }

  #record(key: string, client: Client): void {
    this.#owners.set(key, client);
    if (this.#owners.size > mostKept) this.#evictOneOf(this.#principalWithMost());
  }

  /** Whose things are most: nobody's are forgotten for those of another. */
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

/** The task that a result says was begun: in it, or (2026-07-28) as itself. */
function taskBegunBy(result: unknown): string | undefined {
  if (!isObject(result)) return undefined;
  const task = result["resultType"] === "task" ? result : result["task"];
  return isObject(task) && typeof task["taskId"] === "string" ? task["taskId"] : undefined;
}

/** Each request without a session is a client of its own: all that is known of who sends the next is the principal. */
function isSame(owner: Client, client: Client): boolean {
  const haveSession = owner.era === "initialize" || client.era === "initialize";
  return haveSession ? owner === client : owner.principal === client.principal;
}

/** Keeps the newest. */
function keep<K, V>(map: Map<K, V>, key: K, value: V): void {
  map.set(key, value);
  if (map.size <= mostKept) return;
  const oldest = map.keys().next();
  if (!oldest.done) map.delete(oldest.value);
}
