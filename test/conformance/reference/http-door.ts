/**
 * The reference server over Streamable HTTP at one address: sessions for clients that initialize, the stateless
 * handler for those of 2026-07-28. Refuses hosts and origins that are not local.
 */

import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import {
  createMcpHandler,
  hostHeaderValidationResponse,
  isLegacyRequest,
  localhostAllowedHostnames,
  localhostAllowedOrigins,
  originValidationResponse,
  WebStandardStreamableHTTPServerTransport,
} from "@modelcontextprotocol/server";
import { KeptEvents } from "./kept-events.ts";
import { createReferenceServer } from "./server.ts";
import { sendWeb, webRequest } from "./web-exchange.ts";

const sessions = new Map<string, WebStandardStreamableHTTPServerTransport>();
const stateless = createMcpHandler(() => createReferenceServer(stateless.notify), { legacy: "reject" });

/** Resolves with the port it listens on, on the loopback interface. */
export function openHttpDoor(): Promise<number> {
  const server = createServer((incoming, outgoing) => void serve(incoming, outgoing));
  return new Promise((listening) => {
    server.listen(0, "127.0.0.1", () => listening((server.address() as AddressInfo).port));
  });
}

async function serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  try {
    await sendWeb(await answer(webRequest(incoming, outgoing)), outgoing);
  } catch (error) {
    console.error(error);
    outgoing.destroy();
  }
}

async function answer(request: Request): Promise<Response> {
  const refused =
    hostHeaderValidationResponse(request, localhostAllowedHostnames()) ??
    originValidationResponse(request, localhostAllowedOrigins());
  if (refused) return refused;
  return (await isInSession(request)) ? answerInSession(request) : stateless.fetch(request);
}

async function isInSession(request: Request): Promise<boolean> {
  if (request.headers.has("mcp-session-id")) return true;
  return request.method === "POST" && isLegacyRequest(request);
}

async function answerInSession(request: Request): Promise<Response> {
  const id = request.headers.get("mcp-session-id");
  const transport = id === null ? await openSession() : sessions.get(id);
  if (!transport) return Response.json({ error: "no such session" }, { status: 404 });
  return transport.handleRequest(request);
}

/** The transport itself refuses a first request that is not `initialize`. */
async function openSession(): Promise<WebStandardStreamableHTTPServerTransport> {
  const transport = new WebStandardStreamableHTTPServerTransport({
    sessionIdGenerator: randomUUID,
    eventStore: new KeptEvents(),
    retryInterval: 500,
    onsessioninitialized: (id) => void sessions.set(id, transport),
    onsessionclosed: (id) => void sessions.delete(id),
  });
  await createReferenceServer().connect(transport);
  return transport;
}
