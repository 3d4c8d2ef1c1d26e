/**
 * One request of a client without a session to all servers as one: lists are put together, everything else goes to the
 * server its name or URI says. Knows no transport and wakes nobody to listen.
 */

import { asGatewayError } from "../../base/errors.ts";
import { envelopeOf, logLevelOf } from "../../connection/era.ts";
import type { Message } from "../../connection/message.ts";
import { notification, resultText, rpcErrorText } from "../../connection/messages.ts";
import type { Filter, Member } from "../../supervisor/audience.ts";
import type { Server } from "../../supervisor/server.ts";
import { completedResult, discoveryOf, removedMethods } from "../bridge/eras.ts";
import { idOf } from "../calls.ts";
import { changedMethod, kindOfList, type ListKind, listKinds, listResult } from "../listings/listing.ts";
import type { Reply } from "../reply.ts";
import { ServerExchange, type StatelessOptions } from "../stateless/server-exchange.ts";
import type { StatelessExchange } from "../stateless/stateless-session.ts";
import { filterOf, listenerOf, Subscription } from "../stateless/subscription.ts";
import type { Directory, Found } from "./directory.ts";
import { splitUri } from "./names.ts";
import { fromServer, methodNotFound, missingNotice, namingServer, renamed, unknownText } from "./requests.ts";

export class AggregateExchange implements StatelessExchange {
  readonly orphaned = false;
  readonly #directory: Directory;
  readonly #options: StatelessOptions;
  #part: ServerExchange | undefined;
  #listening: AggregateSubscription | undefined;
  #cancelled = false;

  constructor(directory: Directory, options: StatelessOptions) {
    this.#directory = directory;
    this.#options = options;
  }

  handle(request: Message, reply: Reply): void {
    const { method = "" } = request.json;
    const list = kindOfList(method);
    if (list) return void this.#list(request, list, reply);
    switch (method) {
      case "server/discover":
        return this.#discover(request, reply);
      case "subscriptions/listen":
        this.#listening = new AggregateSubscription(this.#directory, request, reply);
        return;
      default:
        return void this.#route(request, reply);
    }
  }

  cancel(): void {
    this.#cancelled = true;
    this.#part?.cancel();
    this.#listening?.leave("drop");
  }

  finish(): void {
    this.#listening?.leave("end");
  }

  #discover(request: Message, reply: Reply): void {
    const { capabilities, serverInfo, instructions } = this.#directory.introduction();
    reply.end(resultText(idOf(request), discoveryOf(capabilities, serverInfo, instructions)));
  }

  async #list(request: Message, kind: ListKind, reply: Reply): Promise<void> {
    try {
      const page = await this.#directory.list(kind, request.json.params?.["cursor"]);
      const tells = logLevelOf(request.json) !== undefined;
      if (tells) for (const missing of page.missing) reply.push(missingNotice(kind, missing));
      const result = listResult(kind, page.items, page.nextCursor);
      reply.end(resultText(idOf(request), completedResult(request.json.method ?? "", result, {})));
    } catch (error) {
      reply.fail(asGatewayError(error), idOf(request));
    }
  }

  async #route(request: Message, reply: Reply): Promise<void> {
    const id = idOf(request);
    try {
      const route = removedMethods.has(request.json.method ?? "")
        ? ({ kind: "unrouted" } as const)
        : await this.#directory.route(request);
      if (route.kind === "found") return this.#send(route.found, request, route.path, reply);
      if (route.kind === "unrouted") return reply.end(methodNotFound(request));
      const data = route.what === "resource" ? { uri: route.name } : undefined;
      reply.end(rpcErrorText(id, -32602, unknownText(route.what, route.name), data));
    } catch (error) {
      reply.fail(asGatewayError(error), id);
    }
  }

  #send({ server, name }: Found, request: Message, path: readonly string[], reply: Reply): void {
    if (this.#cancelled) return reply.drop();
    const part = new ServerExchange(server, this.#options);
    this.#part = part;
    part.handle(renamed(request, path, name) ?? request, namingServer(server.id, reply));
  }
}

/** A client that listens to all servers. Those that sleep are told when they wake. */
class AggregateSubscription {
  readonly #directory: Directory;
  readonly #request: Message;
  readonly #filter: Filter;
  readonly #subscription: Subscription;
  readonly #listeners = new Map<Server, Member>();
  readonly #stopListening: (() => void)[];

  constructor(directory: Directory, request: Message, reply: Reply) {
    this.#directory = directory;
    this.#request = request;
    this.#filter = filterOf(request);
    this.#subscription = new Subscription(request, reply);
    this.#stopListening = [
      directory.onReload(() => this.#onReload()),
      directory.listings.arrived.on((kind) => this.#changed(kind)),
    ];
    void this.#joinAll().then(() => this.#subscription.acknowledge(this.#filter));
  }

  leave(how: "drop" | "end"): void {
    for (const stop of this.#stopListening) stop();
    for (const [server, listener] of this.#listeners) void server.leave(listener);
    this.#listeners.clear();
    this.#subscription[how]();
  }

  #onReload(): void {
    void this.#joinAll();
    for (const kind of listKinds) if (kind !== "resourceTemplates") this.#changed(kind);
  }

  #changed(kind: ListKind): void {
    const { toolsListChanged, promptsListChanged, resourcesListChanged } = this.#filter;
    const wanted = { tools: toolsListChanged, prompts: promptsListChanged, resources: resourcesListChanged };
    const list = kind === "resourceTemplates" ? "resources" : kind;
    if (wanted[list] === true) this.#subscription.push(notification(changedMethod(list), {}));
  }

  async #joinAll(): Promise<void> {
    const served = this.#directory.served();
    for (const [server, listener] of this.#listeners) {
      if (served.includes(server)) continue;
      this.#listeners.delete(server);
      void server.leave(listener);
    }
    await Promise.all(
      served.filter((server) => !this.#listeners.has(server)).map((server) => this.#join(server)),
    );
  }

  async #join(server: Server): Promise<void> {
    const push = (text: string) => this.#subscription.push(fromServer(server.id, text));
    const listener = listenerOf(envelopeOf(this.#request.json), push);
    this.#listeners.set(server, listener);
    server.join(listener, { ...this.#filter, resourceSubscriptions: this.#urisOf(server) });
    await server.attunement(listener)?.update();
  }

  #urisOf({ id }: Server): string[] {
    return (this.#filter.resourceSubscriptions ?? []).flatMap((uri) => {
      const split = splitUri(uri);
      return split?.id === id ? [split.uri] : [];
    });
  }
}
