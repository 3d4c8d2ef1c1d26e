/** Decides whether a request or notification of a client may reach a server, for both eras and for `/mcp`. */

import { paramMismatch } from "../backend/mcp-param-headers.ts";
import { errorFacts } from "../base/errors.ts";
import { rpcErrorText } from "../jsonrpc/encode.ts";
import type { Message } from "../jsonrpc/message.ts";
import type { ManagedServer } from "../supervisor/managed-server.ts";
import type { Subscriber } from "../supervisor/subscription-registry.ts";
import { idOf } from "./in-flight-request.ts";
import type { ListCache } from "./lists/list-cache.ts";
import type { RequestContext } from "./request-context.ts";
import { refusedTool, unknownToolText } from "./tool-policy.ts";

const taskMethods: ReadonlySet<string> = new Set([
  "tasks/get",
  "tasks/result",
  "tasks/update",
  "tasks/cancel",
]);

/** A request on its way to a server. */
export interface RequestToServer {
  readonly request: Message;
  readonly server: ManagedServer;
  /** The client as the server sees it. */
  readonly client: Subscriber;
  readonly context: RequestContext;
}

/** The error response for a request that is not allowed; `undefined` if it is allowed. */
export function refusalOf(sent: RequestToServer, listCache: ListCache): string | undefined {
  const { request, server } = sent;
  const tool = refusedTool(request, server.entry);
  if (tool !== undefined) return rpcErrorText(idOf(request), -32602, unknownToolText(tool));
  const mismatch = headerMismatch(sent, listCache);
  if (mismatch !== undefined) return rpcErrorText(idOf(request), errorFacts["header-mismatch"].rpc, mismatch);
  return foreignTask(sent);
}

/** Whether a notification may go to a server. Task methods are refused, because the owner could not be checked. */
export function mayNotify(notification: Message, { entry }: ManagedServer): boolean {
  return refusedTool(notification, entry) === undefined && !taskMethods.has(notification.json.method ?? "");
}

/** Checks the headers of a call where the tool is cached. It does not request the list. */
function headerMismatch(
  { request: { json }, server, client, context: { header } }: RequestToServer,
  listCache: ListCache,
): string | undefined {
  if (client.era !== "stateless" || !header || json.method !== "tools/call") return undefined;
  const parameters = listCache.headerParameters(server, String(json.params?.["name"]));
  return paramMismatch(parameters, json.params?.["arguments"], header);
}

/** Refuses access to a task of another client. */
function foreignTask({ request, server, client }: RequestToServer): string | undefined {
  const { method = "", params } = request.json;
  if (!taskMethods.has(method)) return undefined;
  const taskId = params?.["taskId"];
  if (typeof taskId !== "string") return rpcErrorText(idOf(request), -32602, "taskId must be a string");
  const connection = server.ready(client);
  if (!connection || connection.mayUseTask(client, taskId)) return undefined;
  return rpcErrorText(idOf(request), -32602, `Task not found: ${taskId}`);
}
