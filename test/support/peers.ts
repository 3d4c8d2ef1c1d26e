/**
 * SDK clients of both eras behind one interface, so that a test is written once for all of them. A peer answers forms
 * and samplings as its user would, and records all questions and notifications.
 */

import type { TestContext } from "node:test";
import {
  type CallToolResult,
  Client as Client2,
  StreamableHTTPClientTransport as Http2,
  LOG_LEVEL_META_KEY,
  type McpSubscription,
  SUBSCRIPTION_ID_META_KEY,
  type Transport as Transport2,
} from "@modelcontextprotocol/client";
import { StdioClientTransport as Stdio2 } from "@modelcontextprotocol/client/stdio";
import { Client as Client1 } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport as Stdio1 } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport as Http1 } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { Transport as Transport1 } from "@modelcontextprotocol/sdk/shared/transport.js";
import {
  type CallToolResult as CallToolResult1,
  CreateMessageRequestSchema,
  ElicitRequestSchema,
  ListRootsRequestSchema,
} from "@modelcontextprotocol/sdk/types.js";
import { until } from "./until.ts";

export type Era = "initialize" | "stateless";
export type PeerKind = "sdk1" | "sdk2-initialize" | "sdk2-stateless";

export const peerKinds: Readonly<Record<PeerKind, { readonly era: Era; readonly name: string }>> = {
  sdk1: { era: "initialize", name: "initialize client (SDK 1)" },
  "sdk2-initialize": { era: "initialize", name: "initialize client (SDK 2)" },
  "sdk2-stateless": { era: "stateless", name: "stateless client (SDK 2)" },
};

/** Address of the server. */
export type Address =
  | { readonly url: string }
  | {
      readonly command: string;
      readonly args: string[];
      readonly env: Record<string, string>;
    };

/** The user behind a client, and the capabilities that the client declares. */
export interface Person {
  readonly answers?: Readonly<Record<string, string>>;
  readonly roots?: readonly string[];
  readonly capabilities?: object;
  /** Resolves when the user answers. */
  readonly thinks?: (question: string) => Promise<unknown>;
}

export interface Told {
  readonly method: string;
  readonly uri?: unknown;
  readonly data?: unknown;
  /** The id of the listen request that it belongs to. */
  readonly subscription?: unknown;
}

export interface Progress {
  readonly progress: number;
  /** Progress that the SDK reports of its own rounds has no total. */
  readonly total?: number | undefined;
}

export interface CallOptions {
  readonly onprogress?: (step: Progress) => void;
  readonly signal?: AbortSignal;
}

interface Notification {
  readonly method: string;
  readonly params?: Readonly<Record<string, unknown>> | undefined;
}

export const everyCapability = { elicitation: { form: {} }, sampling: {}, roots: {} };

/** Connects a client and closes it with the test. */
export async function connect(
  t: TestContext,
  kind: PeerKind,
  address: Address,
  person: Person = {},
): Promise<Peer> {
  const peer = kind === "sdk1" ? new PeerOfSdk1(person) : new PeerOfSdk2(person, peerKinds[kind].era);
  t.after(() => peer.close());
  await peer.connect(address);
  return peer;
}

export abstract class Peer {
  /** The questions, in the order they came. */
  readonly asked: string[] = [];
  /** The notifications, in the order of arrival, without progress, which goes to its call. */
  readonly told: Told[] = [];
  /** Messages that the SDK could not handle. */
  readonly complaints: string[] = [];
  readonly #person: Person;

  constructor(person: Person) {
    this.#person = person;
  }

  abstract connect(address: Address): Promise<void>;
  abstract close(): Promise<void>;
  /** The names of all tools. */
  abstract tools(): Promise<string[]>;
  /** Starts notifications about changed tools and about this resource. */
  abstract watch(uri: string): Promise<void>;
  /** Ends `watch`. */
  abstract unwatch(uri: string): Promise<void>;
  /** Turns on the logs of its calls. */
  abstract wantLogs(): Promise<void>;
  abstract read(uri: string): Promise<string>;
  protected abstract callTool(
    name: string,
    args: Record<string, unknown>,
    options: CallOptions,
  ): Promise<CallToolResult | CallToolResult1>;

  /** The text that a tool answers with. A result that is an error is thrown. */
  async call(name: string, args: Record<string, unknown> = {}, options: CallOptions = {}): Promise<string> {
    const { content, isError } = await this.callTool(name, args, options);
    const [first] = content;
    const text = first?.type === "text" ? first.text : JSON.stringify(content);
    if (isError) throw new Error(text);
    return text;
  }

  /** Resolves once it has received this notification, or with a URI, the one of this resource. */
  async hears(method: string, uri?: string): Promise<void> {
    await until(`it hears ${method} ${uri ?? ""}`, () =>
      this.told.some((one) => one.method === method && one.uri === uri),
    );
  }

  protected get capabilities(): object {
    return this.#person.capabilities ?? everyCapability;
  }

  protected async fillIn(message: string, schema: unknown) {
    await this.#ask(message);
    const { properties = {} } = (schema ?? {}) as { properties?: object };
    const content = Object.fromEntries(Object.keys(properties).map((key) => [key, this.#answer(key)]));
    return { action: "accept" as const, content };
  }

  protected async sample(messages: readonly { readonly content: unknown }[]) {
    await this.#ask(textOf(messages[0]?.content));
    const content = { type: "text" as const, text: this.#answer("verdict") };
    return { model: "test", role: "assistant" as const, content };
  }

  protected async listRoots() {
    await this.#ask("roots");
    return { roots: (this.#person.roots ?? []).map((uri) => ({ uri })) };
  }

  protected hear({ method, params }: Notification): void {
    const { uri, data, _meta } = params ?? {};
    const subscription = (_meta as Record<string, unknown> | undefined)?.[SUBSCRIPTION_ID_META_KEY];
    const known = Object.entries({ uri, data, subscription }).filter(([, value]) => value !== undefined);
    this.told.push({ method, ...Object.fromEntries(known) });
  }

  async #ask(question: string): Promise<void> {
    this.asked.push(question);
    await this.#person.thinks?.(question);
  }

  #answer(key: string): string {
    return this.#person.answers?.[key] ?? "";
  }
}

const clientInfo = { name: "test", version: "1" };

class PeerOfSdk1 extends Peer {
  readonly #client: Client1;

  constructor(person: Person) {
    super(person);
    const { capabilities } = this;
    this.#client = new Client1(clientInfo, { capabilities });
    this.#client.onerror = ({ message }) => void this.complaints.push(message);
    this.#client.fallbackNotificationHandler = async (notification) => this.hear(notification);
    if ("elicitation" in capabilities)
      this.#client.setRequestHandler(ElicitRequestSchema, ({ params }) =>
        this.fillIn(params.message, "requestedSchema" in params && params.requestedSchema),
      );
    if ("sampling" in capabilities)
      this.#client.setRequestHandler(CreateMessageRequestSchema, ({ params }) =>
        this.sample(params.messages),
      );
    if ("roots" in capabilities)
      this.#client.setRequestHandler(ListRootsRequestSchema, () => this.listRoots());
  }

  async connect(address: Address): Promise<void> {
    const transport =
      "url" in address ? new Http1(new URL(address.url)) : new Stdio1({ ...address, stderr: "ignore" });
    // The SDK's own types disagree under exactOptionalPropertyTypes.
    await this.#client.connect(transport as Transport1);
  }

  close(): Promise<void> {
    return this.#client.close();
  }

  async tools(): Promise<string[]> {
    return (await this.#client.listTools()).tools.map(({ name }) => name);
  }

  async watch(uri: string): Promise<void> {
    await this.#client.subscribeResource({ uri });
  }

  async unwatch(uri: string): Promise<void> {
    await this.#client.unsubscribeResource({ uri });
  }

  async wantLogs(): Promise<void> {
    await this.#client.setLoggingLevel("info");
  }

  async read(uri: string): Promise<string> {
    const { contents } = await this.#client.readResource({ uri });
    return textOf(contents[0]);
  }

  protected async callTool(name: string, args: Record<string, unknown>, options: CallOptions) {
    const result = await this.#client.callTool({ name, arguments: args }, undefined, sdkOptions(options));
    return result as CallToolResult1;
  }
}

class PeerOfSdk2 extends Peer {
  readonly #client: Client2;
  readonly #era: Era;
  #meta: object = {};
  #subscription: McpSubscription | undefined;

  constructor(person: Person, era: Era) {
    super(person);
    this.#era = era;
    const { capabilities } = this;
    const mode = era === "stateless" ? { pin: "2026-07-28" } : "legacy";
    this.#client = new Client2(clientInfo, { capabilities, versionNegotiation: { mode } });
    this.#client.onerror = ({ message }) => void this.complaints.push(message);
    this.#client.fallbackNotificationHandler = async (notification) => this.hear(notification);
    if ("elicitation" in capabilities)
      this.#client.setRequestHandler("elicitation/create", ({ params }) =>
        this.fillIn(params.message, "requestedSchema" in params && params.requestedSchema),
      );
    if ("sampling" in capabilities)
      this.#client.setRequestHandler("sampling/createMessage", ({ params }) => this.sample(params.messages));
    if ("roots" in capabilities) this.#client.setRequestHandler("roots/list", () => this.listRoots());
  }

  async connect(address: Address): Promise<void> {
    const transport: Transport2 =
      "url" in address ? new Http2(new URL(address.url)) : new Stdio2({ ...address, stderr: "ignore" });
    await this.#client.connect(transport);
  }

  close(): Promise<void> {
    return this.#client.close();
  }

  async tools(): Promise<string[]> {
    return (await this.#client.listTools()).tools.map(({ name }) => name);
  }

  async watch(uri: string): Promise<void> {
    if (this.#era === "initialize") await this.#client.subscribeResource({ uri });
    else
      this.#subscription = await this.#client.listen({
        toolsListChanged: true,
        resourceSubscriptions: [uri],
      });
  }

  async unwatch(uri: string): Promise<void> {
    if (this.#era === "initialize") await this.#client.unsubscribeResource({ uri });
    else await this.#subscription?.close();
  }

  async wantLogs(): Promise<void> {
    if (this.#era === "initialize") await this.#client.setLoggingLevel("info");
    else this.#meta = { _meta: { [LOG_LEVEL_META_KEY]: "info" } };
  }

  async read(uri: string): Promise<string> {
    const { contents } = await this.#client.readResource({ uri });
    return textOf(contents[0]);
  }

  protected callTool(name: string, args: Record<string, unknown>, options: CallOptions) {
    return this.#client.callTool({ name, arguments: args, ...this.#meta }, sdkOptions(options));
  }
}

function sdkOptions({ onprogress, signal }: CallOptions) {
  return {
    ...(onprogress && { onprogress }),
    ...(signal && { signal }),
  };
}

function textOf(content: unknown): string {
  return String((content as { text?: unknown } | undefined)?.text);
}
