/** Writes HTTP responses. */

import { type IncomingMessage, type ServerResponse, STATUS_CODES } from "node:http";
import { asGatewayError, type GatewayError } from "../../base/errors.ts";

/** Bytes of a refused body that are read and discarded. */
const mostDrained = 256 * 1024 * 1024;

export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  sendText(response, status, "application/json", JSON.stringify(value));
}

export function sendText(response: ServerResponse, status: number, type: string, text: string): void {
  response.writeHead(status, { "Content-Type": type, "Content-Length": Buffer.byteLength(text) });
  response.end(text);
}

/** `{"error": "<reason phrase>", "message": "…"}` (gateway.md, *HTTP*). */
export function sendError(request: IncomingMessage, response: ServerResponse, thrown: unknown): GatewayError {
  const error = asGatewayError(thrown);
  if (response.headersSent) {
    response.destroy();
    return error;
  }
  // A client reads the response only after it has sent its body. A very long body is ended with the connection.
  if (!request.complete) {
    if (Number(request.headers["content-length"] ?? Number.POSITIVE_INFINITY) <= mostDrained)
      request.resume();
    else response.setHeader("Connection", "close");
  }
  sendJson(response, error.status, errorBody(error));
  return error;
}

/** Body of an error. An ambiguous MCP message gets a JSON-RPC error. */
function errorBody({ status, rpc: code, code: name, message }: GatewayError): object {
  if (name === "ambiguous") return { jsonrpc: "2.0", id: null, error: { code, message } };
  return { error: STATUS_CODES[status], message };
}

/** Starts a stream of server-sent events. */
export function openEventStream(response: ServerResponse, headers: Record<string, string> = {}): void {
  response.writeHead(200, {
    "Content-Type": "text/event-stream",
    "Cache-Control": "no-cache, no-transform",
    "X-Accel-Buffering": "no",
    ...headers,
  });
  // A response to HEAD has only headers.
  if (response.req.method === "HEAD") response.end();
  else response.flushHeaders();
}
