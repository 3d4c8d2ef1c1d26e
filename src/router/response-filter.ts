/**
 * What clients see of a server's responses: its visible tools, their own tasks, and the forms of their era. Every response
 * and every list goes through here, so that the same filter applies to one server and to all.
 */

import type { Era } from "../backend/era.ts";
import { isObject, parseJson } from "../base/json.ts";
import { resultText } from "../jsonrpc/encode.ts";
import { type Message, parseMessage } from "../jsonrpc/message.ts";
import { editText, elementsAt } from "../jsonrpc/text-edit.ts";
import type { ManagedServer } from "../supervisor/managed-server.ts";
import type { Subscriber } from "../supervisor/subscription-registry.ts";
import { wrappedList, wrappedResult } from "./bridge/output-schema.ts";
import { emptyLists } from "./client-handshake.ts";
import { type Answered, idOf } from "./in-flight-request.ts";
import type { ListCache, Listed } from "./lists/list-cache.ts";
import { kindOfList, type ListKind } from "./lists/list-kinds.ts";
import { visibleAnswer, visibleItems } from "./tool-policy.ts";

/** A server's response on its way to a client. */
export interface BackendResponse {
  readonly server: ManagedServer;
  /** The client as the server sees it. */
  readonly client: Subscriber;
  readonly request: Message;
  readonly outcome: Answered;
  /** Whether the client got a provisional handshake with all lists. */
  readonly isPromised: boolean;
}

/** Text of a server's response for the client. Caches lists. */
export function answerText(response: BackendResponse, listCache: ListCache): string {
  const { server, client, request, outcome } = response;
  const { method = "" } = request.json;
  const list = kindOfList(method);
  const era = () => server.ready(client)?.era;
  if (list) listCache.store({ server, kind: list, era: era() }, request.json, outcome.message);
  if (list === "tools") {
    const visible = visibleAnswer(outcome.text, outcome.message, server.entry);
    const text = client.era === "initialize" ? wrappedList(visible, parsedAs(visible, outcome)) : visible;
    return promised(response, text);
  }
  if (method === "tools/call" && client.era === "initialize")
    return wrappedResult(outcome.text, outcome.message, () =>
      listCache.wrapsOutput(server, toolOf(request), era()),
    );
  if (method === "tasks/list") return ownTasks(response);
  return list ? promised(response, outcome.text) : outcome.text;
}

function toolOf({ json }: Message): string {
  return String(json.params?.["name"]);
}

function parsedAs(text: string, { message, text: same }: Answered): Message {
  return text === same ? message : (parseMessage(text) ?? message);
}

function promised({ request, outcome: { message }, isPromised }: BackendResponse, text: string): string {
  const empty = isPromised ? emptyLists[request.json.method ?? ""] : undefined;
  return message.json.error?.code === -32601 && empty !== undefined ? resultText(idOf(request), empty) : text;
}

/** Only the client's own tasks, because a shared server lists those of all clients. Empty if the server has just ended. */
function ownTasks({ server, client, outcome: { text, message } }: BackendResponse): string {
  const connection = server.ready(client);
  const tasks = elementsAt(message, ["result", "tasks"]);
  if (!tasks) return text;
  const own = tasks.filter((task) => connection?.mayUseTask(client, taskIdIn(task)) === true);
  return editText({ text, json: message.json }, [{ path: ["result", "tasks"], json: `[${own.join(",")}]` }]);
}

function taskIdIn(task: string): unknown {
  const value = parseJson(task);
  return isObject(value) ? value["taskId"] : undefined;
}

/** The visible list of a stopped server; `undefined` if it is not cached, or the server is running. */
export async function cachedListOf(
  server: ManagedServer,
  kind: ListKind,
  listCache: ListCache,
  era: Era,
): Promise<readonly string[] | undefined> {
  const items = await listCache.cachedList(server, kind, era);
  return items && visibleItems(kind, items, server.entry);
}

/** The visible list of a server for clients of an era. Waits at most `withinMs`; see `ListCache.get`. */
export async function listOf(
  server: ManagedServer,
  kind: ListKind,
  listCache: ListCache,
  { withinMs, era }: { readonly withinMs: number; readonly era: Era },
): Promise<Listed> {
  const listed = await listCache.get(server, kind, withinMs, era);
  if (listed.kind === "missing") return listed;
  return { kind: "listed", items: visibleItems(kind, listed.items, server.entry) };
}
