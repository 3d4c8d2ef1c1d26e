/** The REST API: statistics, servers and their commands, logs, events (gateway.md, *HTTP*). */

import type { IncomingMessage, ServerResponse } from "node:http";
import { asGatewayError, GatewayError } from "../../base/errors.ts";
import { prometheusType } from "../../base/prometheus.ts";
import type { ManagedServer } from "../../supervisor/managed-server.ts";
import type { GatewayApi } from "../gateway-api.ts";
import { metrics } from "./metrics.ts";
import { failureText } from "./post-reply.ts";
import { openEventStream, sendJson, sendText } from "./send-response.ts";
import { serverDetail, serverRow, statistics } from "./server-view.ts";

const defaultTail = 100;

/** `/servers`, `/servers/<id>` or `/servers/<id>/<command>`. */
interface ServersPath {
  readonly query: URLSearchParams;
  readonly id: string | undefined;
  readonly command: string | undefined;
}

export class RestApi {
  readonly #core: GatewayApi;
  readonly #sessionCount: () => number;
  /** Open streams, which `close` ends. */
  readonly #streams = new Set<ServerResponse>();

  constructor(core: GatewayApi, sessionCount: () => number) {
    this.#core = core;
    this.#sessionCount = sessionCount;
  }

  /** Answers a request to a path of this API. Throws `not-found`, `method-not-allowed`, and the errors of commands. */
  async handle(
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    query: URLSearchParams,
  ): Promise<void> {
    const [, root = "", id, command, ...more] = path.split("/");
    if (more.length === 0 && root === "servers")
      return this.#servers(request, response, { query, id, command });
    if (id === undefined || (root === "admin" && command === undefined)) {
      if (this.#isRead(request, response, `${root}/${id ?? ""}`)) return this.#read(response, root);
      if (root === "admin" && id === "reload") return this.#reload(request, response);
    }
    throw new GatewayError("not-found", `No such path: ${path}`);
  }

  close(): void {
    for (const stream of this.#streams) stream.end();
  }

  #isRead(request: IncomingMessage, response: ServerResponse, path: string): boolean {
    if (!["stats/", "metrics/", "events/"].includes(path)) return false;
    allow(request, response, "GET", "HEAD");
    return true;
  }

  #read(response: ServerResponse, root: string): void {
    if (root === "stats") return sendJson(response, 200, statistics(this.#core));
    if (root === "metrics")
      return sendText(response, 200, prometheusType, metrics(this.#core, this.#sessionCount()));
    this.#stream(response, (send) =>
      this.#core.events.on((event) => send(JSON.stringify(event), event.type)),
    );
  }

  async #reload(request: IncomingMessage, response: ServerResponse): Promise<void> {
    allow(request, response, "POST");
    const { loaded, added, removed, modified } = await this.#core.reload();
    sendJson(response, 200, {
      status: "ok",
      message: "Catalog reloaded",
      servers_loaded: loaded,
      servers_added: added.length,
      servers_removed: removed.length,
      servers_modified: modified.length,
    });
  }

  async #servers(
    request: IncomingMessage,
    response: ServerResponse,
    { query, id, command }: ServersPath,
  ): Promise<void> {
    if (id === undefined) {
      allow(request, response, "GET", "HEAD");
      return sendJson(response, 200, this.#rows(query.get("tag")));
    }
    const server = this.#core.server(id);
    if (!server) throw new GatewayError("server-not-found", `Server '${id}' not found`);
    if (command === "start" || command === "stop" || command === "restart") {
      allow(request, response, "POST");
      return sendJson(response, 200, await runCommand(server, command));
    }
    if (command !== undefined && command !== "logs") throw new GatewayError("not-found", "No such path");
    allow(request, response, "GET", "HEAD");
    if (command === "logs") this.#logs(response, server, query);
    else sendJson(response, 200, serverDetail(server));
  }

  #rows(tag: string | null) {
    const servers = this.#core.servers();
    return servers.filter((server) => tag === null || server.entry.tags?.includes(tag)).map(serverRow);
  }

  #logs(response: ServerResponse, server: ManagedServer, query: URLSearchParams): void {
    const lines = server.log.tail(tailOf(query));
    const follow = query.get("follow");
    if (follow === null || follow === "0" || follow === "false") {
      return sendText(response, 200, "text/plain; charset=utf-8", lines.map((line) => `${line}\n`).join(""));
    }
    this.#stream(response, (send) => {
      for (const line of lines) send(line);
      return server.log.follow(send);
    });
  }

  /** A stream of events until the client disconnects or the gateway stops. */
  #stream(
    response: ServerResponse,
    begin: (send: (data: string, event?: string) => void) => () => void,
  ): void {
    openEventStream(response);
    this.#streams.add(response);
    const end = begin((data, event) => {
      if (response.writableEnded) return;
      if (response.writableLength > maxUnreadBytes) response.destroy();
      else
        response.write(
          `${event === undefined ? "" : `event: ${event}\n`}data: ${data.replaceAll("\r", " ")}\n\n`,
        );
    });
    response.on("close", () => {
      this.#streams.delete(response);
      end();
    });
  }
}

/** A reader of logs or events with more unread bytes is disconnected. */
const maxUnreadBytes = 4_000_000;

async function runCommand(server: ManagedServer, command: "start" | "stop" | "restart") {
  try {
    const message = await messages[command](server);
    return { id: server.id, status: server.state.kind, message };
  } catch (thrown) {
    const error = asGatewayError(thrown);
    throw new GatewayError(error.code, failureText(error), { cause: error });
  }
}

const messages = {
  async start(server: ManagedServer): Promise<string> {
    const outcome = await server.start();
    return outcome === "started" ? "Server started successfully" : "Server already running";
  },
  async stop(server: ManagedServer): Promise<string> {
    const outcome = await server.stop();
    return outcome === "stopped" ? "Server stopped successfully" : "Server already stopped";
  },
  async restart(server: ManagedServer): Promise<string> {
    await server.restart();
    return "Server restarted successfully";
  },
};

/** Throws `method-not-allowed` unless the request uses one of these methods. */
export function allow(request: IncomingMessage, response: ServerResponse, ...methods: string[]): void {
  if (methods.includes(request.method ?? "")) return;
  response.setHeader("Allow", methods.join(", "));
  throw new GatewayError(
    "method-not-allowed",
    `${request.method} is not allowed here: use ${methods.join(" or ")}`,
  );
}

function tailOf(query: URLSearchParams): number {
  const text = query.get("tail");
  if (text === null) return defaultTail;
  if (!/^\d{1,6}$/.test(text)) throw new GatewayError("invalid-request", "tail must be a whole number");
  return Number(text);
}
