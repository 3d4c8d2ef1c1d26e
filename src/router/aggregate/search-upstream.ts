/**
 * All servers together, for a client that cannot handle all their tools. It gets three tools that find, describe and call
 * the others. Calls are processed like any other call, with the same rules, progress, cancellation and errors.
 */

import type { Era } from "../../backend/era.ts";
import { isObject } from "../../base/json.ts";
import { type Message, parseMessage } from "../../jsonrpc/message.ts";
import { editText, textAt } from "../../jsonrpc/text-edit.ts";
import type { ManagedServer } from "../../supervisor/managed-server.ts";
import type { Filter } from "../../supervisor/subscription-registry.ts";
import type { Settled } from "../lists/list-change-batcher.ts";
import type { ListKind } from "../lists/list-kinds.ts";
import type { ClientOf, Handshake, Page, Route, Upstream } from "../upstream.ts";
import type { AggregateUpstream } from "./aggregate-upstream.ts";
import type { ToolIndex } from "./tool-index.ts";

const defaultLimit = 5;
const mostFound = 25;

const text = (description: string) => ({ type: "string", description });

/** Texts are short, because they are always in the context of the model. */
const tools = [
  {
    name: "search_tools",
    description:
      "Finds tools by what they do. It searches many tools of many servers, so use it before you answer that something cannot be done.",
    inputSchema: {
      type: "object",
      properties: {
        query: text("The task of the tool, in plain language"),
        limit: { type: "integer", minimum: 1, maximum: mostFound, description: `Default ${defaultLimit}` },
      },
      required: ["query"],
    },
    annotations: { readOnlyHint: true },
  },
  {
    name: "describe_tool",
    description:
      "Returns the full definition of a tool that search_tools found, with the schema of its arguments.",
    inputSchema: {
      type: "object",
      properties: { name: text("The name as returned by search_tools") },
      required: ["name"],
    },
    annotations: { readOnlyHint: true },
  },
  {
    name: "call_tool",
    description: "Calls a tool that search_tools found. Read its arguments with describe_tool first.",
    inputSchema: {
      type: "object",
      properties: {
        name: text("The name as returned by search_tools"),
        arguments: {
          type: "object",
          description: "Arguments according to the schema from describe_tool",
          additionalProperties: true,
        },
      },
      required: ["name"],
    },
  },
].map((tool) => JSON.stringify(tool));

export class SearchUpstream implements Upstream {
  readonly only = undefined;
  readonly #all: AggregateUpstream;
  /** Index of the latest lists. */
  #index: { readonly items: readonly string[]; readonly index: ToolIndex } | undefined;

  constructor(all: AggregateUpstream) {
    this.#all = all;
  }

  servers(): readonly ManagedServer[] {
    return this.#all.servers();
  }

  onServers(changed: () => void): () => void {
    return this.#all.onServers(changed);
  }

  onList(settled: (settled: Settled) => void): () => void {
    return this.#all.onList(settled);
  }

  isSettling(method: string): boolean {
    return this.#all.isSettling(method);
  }

  handshake(clientOf: ClientOf, era: Era, graceMs: number | undefined): Promise<Handshake> {
    return this.#all.handshake(clientOf, era, graceMs);
  }

  list(kind: ListKind, request: Message): Promise<Page> {
    return kind === "tools" ? Promise.resolve({ items: tools, missing: [] }) : this.#all.list(kind, request);
  }

  route(request: Message): Route | Promise<Route> {
    const { method, params } = request.json;
    const args = isObject(params?.["arguments"]) ? params["arguments"] : {};
    switch (method === "tools/call" ? params?.["name"] : undefined) {
      case "search_tools":
        return this.#found(args).then(answer);
      case "describe_tool":
        return this.#described(args["name"]);
      case "call_tool":
        return this.#all.route(inner(request));
      default:
        return this.#all.route(request);
    }
  }

  fromServer(server: ManagedServer, notification: string): string {
    return this.#all.fromServer(server, notification);
  }

  answerOf(server: ManagedServer, response: string): string {
    return this.#all.answerOf(server, response);
  }

  confirmed(filter: Filter): Promise<Filter> {
    return this.#all.confirmed(filter);
  }

  urisOf(server: ManagedServer, uris: readonly string[]): readonly string[] {
    return this.#all.urisOf(server, uris);
  }

  async #found(args: Readonly<Record<string, unknown>>): Promise<string> {
    const limit = Number.isInteger(args["limit"]) ? Number(args["limit"]) : defaultLimit;
    const index = await this.#indexed();
    const found = index.find(String(args["query"] ?? ""), Math.min(Math.max(limit, 1), mostFound));
    if (found.length === 0) return `No match among ${index.size} tools. Try other search terms.`;
    return found.map(({ name, summary }) => `${name}: ${summary}`).join("\n");
  }

  async #described(name: unknown): Promise<Route> {
    const items = await this.#all.allTools();
    const item = items.find(
      (one) => (parseMessage(one)?.json as { name?: unknown } | undefined)?.name === name,
    );
    return item === undefined ? { kind: "unknown", what: "tool", name } : answer(item);
  }

  /** Builds the index on the first search, and again after a list changed. */
  async #indexed(): Promise<ToolIndex> {
    const items = await this.#all.allTools();
    const isSame =
      this.#index?.items.length === items.length && this.#index.items.every((one, at) => one === items[at]);
    if (this.#index && isSame) return this.#index.index;
    const { ToolIndex } = await import("./tool-index.ts");
    const index = new ToolIndex(items);
    this.#index = { items, index };
    return index;
  }
}

function answer(message: string): Route {
  return { kind: "answer", result: JSON.stringify({ content: [{ type: "text", text: message }] }) };
}

/** The call inside a `call_tool` call, with the original text of its arguments. */
function inner(request: Message): Message {
  const at = ["params", "arguments"];
  const name = textAt(request, [...at, "name"]) ?? '""';
  const args = textAt(request, [...at, "arguments"]) ?? "{}";
  const edits = [
    { path: ["params", "name"], json: name },
    { path: at, json: args },
  ];
  return parseMessage(editText(request, edits)) ?? request;
}
