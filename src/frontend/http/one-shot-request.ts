/**
 * Simple requests: one request and one response, without a session. `POST /mcp` with `server_id` in the body, or
 * `POST /rpc` with the header `X-Server-ID` (gateway.md, *HTTP*).
 */

import type { IncomingMessage, ServerResponse } from "node:http";
import { GatewayError } from "../../base/errors.ts";
import { isObject, parseJson } from "../../base/json.ts";
import { isId, type Message, parseMessage } from "../../jsonrpc/message.ts";
import { textAt } from "../../jsonrpc/text-edit.ts";
import type { ClientHandler } from "../../router/client-handler.ts";
import type { Reply } from "../../router/reply.ts";
import { FrontEndRequest } from "../../router/request-context.ts";
import type { ManagedServer } from "../../supervisor/managed-server.ts";
import type { GatewayApi } from "../gateway-api.ts";
import type { Caller } from "./caller.ts";
import { headerOf, refuseAmbiguous } from "./mcp-endpoint.ts";
import { failureText } from "./post-reply.ts";
import { sendText } from "./send-response.ts";

export interface OneShotRequest {
  readonly caller: Caller;
  /** The body. */
  readonly text: string;
}

/** Answers with the backend's JSON-RPC response, or with 202 for a notification. Throws a `GatewayError`. */
export async function answerOneShotRequest(
  core: GatewayApi,
  request: IncomingMessage,
  response: ServerResponse,
  { caller, text }: OneShotRequest,
): Promise<void> {
  const body = parseMessage(text);
  if (!body) throw new GatewayError("invalid-json", "Parse error: the body must be a JSON object");
  refuseAmbiguous([body]);
  const server = serverOf(core, request, body);
  const message = completed(body);
  refuseAmbiguous([message]);
  const session = core.openSession(server, { push: () => undefined }, { principal: caller.principal });
  // A disconnect cancels the request, because a client without a session cannot send a cancellation.
  response.once("close", () => void session.close());
  const answered = answerOf(session, message, caller, (name) => headerOf(request, name));
  if (message.json.id === undefined) {
    response.writeHead(202);
    await session.settled();
    response.end();
  } else sendText(response, 200, "application/json", await answered);
}

/** Whether a body sent to `/mcp` is a simple request, and not MCP with all servers. */
export function isOneShotRequest(text: string): boolean {
  const body = parseJson(text);
  return isObject(body) && (body["server_id"] !== undefined || body["jsonrpc"] === undefined);
}

function serverOf(core: GatewayApi, request: IncomingMessage, body: Message): ManagedServer {
  const inBody = (body.json as Record<string, unknown>)["server_id"];
  const id = request.url?.startsWith("/rpc") ? request.headers["x-server-id"] : inBody;
  if (typeof id !== "string" || id === "") {
    throw new GatewayError(
      "invalid-request",
      "Name the server: use server_id in the body of /mcp, or the X-Server-ID header for /rpc",
    );
  }
  const server = core.server(id);
  if (!server) throw new GatewayError("server-not-found", `Server '${id}' not found`);
  return server;
}

/** The message with missing parts added and without `server_id`. `params` keep their original text. */
function completed(body: Message): Message {
  const { method, id, params } = body.json;
  if (typeof method !== "string") throw new GatewayError("invalid-request", "The body must have a method");
  if (params !== undefined && !isObject(params) && !Array.isArray(params)) {
    throw new GatewayError("invalid-request", "params must be an object");
  }
  const isNotification = method.startsWith("notifications/");
  const parts = ['"jsonrpc":"2.0"', `"method":${JSON.stringify(method)}`];
  if (!isNotification) parts.push(`"id":${isId(id) ? (textAt(body, ["id"]) ?? JSON.stringify(id)) : 1}`);
  if (params !== undefined) parts.push(`"params":${textAt(body, ["params"]) ?? JSON.stringify(params)}`);
  const text = `{${parts.join(",")}}`.replace(/[\r\n]+/g, " ");
  return { text, json: parseJson(text) as Message["json"] };
}

/** Resolves with the response to a request, or rejects. Never settles for a notification. */
function answerOf(
  session: ClientHandler,
  message: Message,
  { principal }: Caller,
  header: (name: string) => string | undefined,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const reply: Reply = {
      push: () => undefined,
      end: resolve,
      fail: (error) => reject(new GatewayError(error.code, failureText(error), { cause: error })),
      drop: () => reject(new GatewayError("internal", "The request was cancelled")),
    };
    session.handle(message, new FrontEndRequest({ principal, header, reply }));
  });
}
