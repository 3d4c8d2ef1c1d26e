/**
 * Rules for the requests of a client to one server and for the responses, for both eras and for `/mcp`. Every request and
 * every list goes through here, so that the same rules apply everywhere.
 */

import type { Era } from "../backend/era.ts";
import { paramMismatch } from "../backend/mcp-param-headers.ts";
import { errorFacts } from "../base/errors.ts";
import { isObject, parseJson } from "../base/json.ts";
import { resultText, rpcErrorText } from "../jsonrpc/encode.ts";
import { type Message, parseMessage } from "../jsonrpc/message.ts";
import { editText, elementsAt } from "../jsonrpc/text-edit.ts";
import type { ManagedServer } from "../supervisor/managed-server.ts";
import type { Subscriber } from "../supervisor/subscription-registry.ts";
import { wrappedList, wrappedResult } from "./bridge/output-schema.ts";
import { emptyLists } from "./client-handshake.ts";
import { type Answered, idOf } from "./in-flight-requests.ts";
import type { ListCache, Listed } from "./lists/list-cache.ts";
import { kindOfList, type ListKind } from "./lists/list-kinds.ts";
import type { RequestContext } from "./request-context.ts";
import { refusedTool, unknownTool, visibleAnswer, visibleItems } from "./tool-policy.ts";

const taskMethods: ReadonlySet<string> = new Set([
  "tasks/get",
  "tasks/result",
  "tasks/update",
  "tasks/cancel",
]);

/** The error response for a request that is not allowed; `undefined` where it is allowed. */
export function refusalOf(
  request: Message,
  server: ManagedServer,
  client: Subscriber,
  context: RequestContext,
  listCache: ListCache,
): string | undefined {
  const tool = refusedTool(request, server.entry);
  if (tool !== undefined) return rpcErrorText(idOf(request), -32602, unknownTool(tool));
  const mismatch = headerMismatch(request, server, client, context, listCache);
  if (mismatch !== undefined) return rpcErrorText(idOf(request), errorFacts["header-mismatch"].rpc, mismatch);
  return foreignTask(request, server, client);
}

/** Whether a notification may go to a server. Task methods are refused, because the owner could not be checked. */
export function mayNotify(notification: Message, { entry }: ManagedServer): boolean {
  return refusedTool(notification, entry) === undefined && !taskMethods.has(notification.json.method ?? "");
}

/** Checks the headers of a call where the tool is cached. It does not request the list. */
function headerMismatch(
  { json }: Message,
  server: ManagedServer,
  { era }: Subscriber,
  { header }: RequestContext,
  listCache: ListCache,
): string | undefined {
  if (era !== "stateless" || !header || json.method !== "tools/call") return undefined;
  const parameters = listCache.headerParameters(server, String(json.params?.["name"]));
  return paramMismatch(parameters, json.params?.["arguments"], header);
}

/** Refuses access to a task of another client. */
function foreignTask(request: Message, server: ManagedServer, client: Subscriber): string | undefined {
  const { method = "", params } = request.json;
  if (!taskMethods.has(method)) return undefined;
  const taskId = params?.["taskId"];
  if (typeof taskId !== "string") return rpcErrorText(idOf(request), -32602, "taskId must be a string");
  const connection = server.ready(client);
  if (!connection || connection.mayUseTask(client, taskId)) return undefined;
  return rpcErrorText(idOf(request), -32602, `Task not found: ${taskId}`);
}

/** Text of a server's response for the client. `isPromised`: the client got a provisional response with all lists. */
export function answerText(
  server: ManagedServer,
  client: Subscriber,
  request: Message,
  outcome: Answered,
  listCache: ListCache,
  isPromised: boolean,
): string {
  const { method = "" } = request.json;
  const list = kindOfList(method);
  if (list) listCache.store(server, list, request.json, outcome.message, server.ready(client)?.era);
  if (list === "tools") {
    const visible = visibleAnswer(outcome.text, outcome.message, server.entry);
    const text = client.era === "initialize" ? wrappedList(visible, parsedAs(visible, outcome)) : visible;
    return promised(request, text, outcome, isPromised);
  }
  if (method === "tools/call" && client.era === "initialize")
    return wrappedResult(outcome.text, outcome.message, () =>
      listCache.wrapsOutput(server, toolOf(request), server.ready(client)?.era),
    );
  if (method === "tasks/list") return ownTasks(outcome, server, client);
  return list ? promised(request, outcome.text, outcome, isPromised) : outcome.text;
}

function toolOf({ json }: Message): string {
  return String(json.params?.["name"]);
}

function parsedAs(text: string, { message, text: same }: Answered): Message {
  return text === same ? message : (parseMessage(text) ?? message);
}

function promised(request: Message, text: string, { message }: Answered, isPromised: boolean): string {
  const empty = isPromised ? emptyLists[request.json.method ?? ""] : undefined;
  return message.json.error?.code === -32601 && empty !== undefined ? resultText(idOf(request), empty) : text;
}

/** Only the client's own tasks, because a shared server lists those of all clients. Empty where the server has just ended. */
function ownTasks({ text, message }: Answered, server: ManagedServer, client: Subscriber): string {
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

/** The visible list of a stopped server; `undefined` where it is not cached, or the server is running. */
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
