/** Replacements for backends, clients and clocks in unit tests. They start nothing and do not wait for real time. */

import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import type { Call, Client, Outcome, ServerRequest } from "../../src/backend/call.ts";
import type { ChannelEvents, Exit } from "../../src/backend/channel.ts";
import { type Era, statelessVersion } from "../../src/backend/era.ts";
import { type JsonRpc, type Message, parseMessage } from "../../src/jsonrpc/message.ts";
import { ListCache } from "../../src/router/lists/list-cache.ts";
import type { DownloadReader, Instance, Launch, Runtime } from "../../src/runtime/runtime.ts";

export function message(json: object): Message {
  const parsed = parseMessage(JSON.stringify({ jsonrpc: "2.0", ...json }));
  assert.ok(parsed);
  return parsed;
}

/**
 * Advances the time by hand. Returns a function that lets time pass. Timers fire one by one, and their effects
 * run at once.
 */
export function handTurnedTime(t: TestContext): (ms: number) => Promise<void> {
  let now = 0;
  t.mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"] });
  t.mock.method(performance, "now", () => now);
  return async (ms) => {
    const stepMs = 10;
    for (let left = ms; left > 0; left -= stepMs) {
      const step = Math.min(stepMs, left);
      now += step;
      t.mock.timers.tick(step);
      await Promise.resolve();
    }
    await turns();
  };
}

/** The same for the one timeout of a test that can be refreshed, because the mock timers of node:test ignore refreshes. */
export function handTurnedTimeout(t: TestContext): (ms: number) => void {
  let now = 0;
  let due = Number.POSITIVE_INFINITY;
  let fire: (() => void) | undefined;
  t.mock.method(globalThis, "setTimeout", (callback: () => void, ms: number) => {
    assert.equal(fire, undefined, "only one timeout is known here");
    fire = callback;
    const refresh = () => {
      due = now + ms;
    };
    refresh();
    return { refresh };
  });
  return (ms) => {
    now += ms;
    if (now < due) return;
    due = Number.POSITIVE_INFINITY;
    fire?.();
  };
}

/** Lets everything run that waits neither for time nor for the test. */
export async function turns(): Promise<void> {
  for (let n = 0; n < 5; n++) await new Promise((resolve) => setImmediate(resolve));
}

/** One running backend. Records the messages it received. The test sends messages in its place. */
export class FakeChannel implements Instance {
  readonly sent: string[] = [];
  readonly congested = undefined;
  readonly exited: Promise<Exit>;
  stops = 0;
  /** Whether `stop` waits for the test to `exit`. */
  stubborn = false;
  /** Whether it leaves `initialize`, `server/discover` and `ping` unanswered. */
  mute = false;
  /** Whether it answers `ping`. */
  pongs = true;
  /** The era it supports. */
  era: Era = "initialize";
  /** The capabilities it offers. */
  capabilities: object = {};
  readonly #exit = Promise.withResolvers<Exit>();
  readonly #events: ChannelEvents;
  readonly #name: string;

  constructor(events: ChannelEvents, name = "fake") {
    this.#events = events;
    this.#name = name;
    this.exited = this.#exit.promise;
  }

  send(text: string): void {
    this.sent.push(text);
    const { id, method } = JSON.parse(text) as JsonRpc;
    const answer = this.mute ? undefined : this.#answerTo(method);
    if (answer) queueMicrotask(() => this.emit({ id, ...answer }));
  }

  #answerTo(method: string | undefined): object | undefined {
    const { capabilities } = this;
    const serverInfo = { name: this.#name, version: "1" };
    const unknown = { error: { code: -32601, message: "Method not found" } };
    switch (method) {
      case "ping":
        return this.pongs ? { result: {} } : undefined;
      case "initialize":
        return this.era === method
          ? { result: { protocolVersion: "2025-11-25", capabilities, serverInfo } }
          : unknown;
      case "server/discover":
        return this.era === "stateless"
          ? { result: { supportedVersions: [statelessVersion], capabilities } }
          : unknown;
      default:
        return undefined;
    }
  }

  stop(): Promise<Exit> {
    this.stops++;
    if (!this.stubborn) this.exit({ kind: "stopped" });
    return this.exited;
  }

  exit(exit: Exit): void {
    this.#exit.resolve(exit);
  }

  crash(because = "exited with code 1"): void {
    this.exit({ kind: "crashed", because });
  }

  emit(json: object): void {
    this.#events.message(message(json));
  }

  /** The newest message of that method was not accepted and has not reached the backend. */
  lose(method: string): void {
    const text = this.sent.findLast((one) => (JSON.parse(one) as JsonRpc).method === method);
    assert.ok(text, `nothing to lose: ${method}`);
    this.#events.undelivered(text, "the line is cut", true);
  }

  /** The messages sent with that method, oldest first. */
  got(method: string): JsonRpc[] {
    return this.all().filter((json) => json.method === method);
  }

  /** The newest message sent with that method. */
  last(method: string): JsonRpc {
    const json = this.got(method).at(-1);
    assert.ok(json, `never sent: ${method}`);
    return json;
  }

  /** The answers sent to the backend's own requests. */
  answers(): JsonRpc[] {
    return this.all().filter((json) => json.method === undefined);
  }

  all(): JsonRpc[] {
    return this.sent.map((text) => JSON.parse(text) as JsonRpc);
  }
}

/** One start that the test lets succeed or fail. An aborted start rejects, as the runtime contract requires. */
export class FakeStart {
  readonly launch: Launch;
  readonly signal: AbortSignal;
  readonly #events: ChannelEvents;
  readonly #name: string;
  readonly #ready = Promise.withResolvers<Instance>();

  constructor(launch: Launch, events: ChannelEvents, signal: AbortSignal, name: string) {
    this.launch = launch;
    this.signal = signal;
    this.#events = events;
    this.#name = name;
    signal.addEventListener("abort", () => this.#ready.reject(signal.reason), { once: true });
  }

  get ready(): Promise<Instance> {
    return this.#ready.promise;
  }

  up(mute = false): FakeChannel {
    const channel = new FakeChannel(this.#events, this.#name);
    channel.mute = mute;
    this.#ready.resolve(channel);
    return channel;
  }

  fail(error: Error): void {
    this.#ready.reject(error);
  }

  /** Writes a line to its log. */
  log(line: string): void {
    this.#events.log(line);
  }
}

/** A runtime whose starts wait until the test completes them. The n-th backend is named "backend <n>". */
export class FakeRuntime implements Runtime {
  readonly starts: FakeStart[] = [];
  /** The download before each start. */
  download: DownloadReader | undefined;

  downloads(): DownloadReader | undefined {
    return this.download;
  }

  start(launch: Launch, events: ChannelEvents, signal: AbortSignal): Promise<Instance> {
    const start = new FakeStart(launch, events, signal, `backend ${this.starts.length + 1}`);
    this.starts.push(start);
    return start.ready;
  }

  get latest(): FakeStart {
    const start = this.starts.at(-1);
    assert.ok(start, "nothing was started");
    return start;
  }
}

export const launch: Launch = {
  id: "fake",
  runtime: { type: "local-process", command: "fake" },
  env: {},
  baseDir: "/",
  redact: (text) => text,
  hide: () => undefined,
};

interface Question {
  readonly request: Message;
  readonly call: Call | undefined;
  readonly answer: (response: Message) => void;
  /** The message that came with each withdrawal. */
  readonly withdrawn: (Message | undefined)[];
}

/** A client as a connection sees it. */
export class FakeClient implements Client {
  readonly era = "initialize";
  /** Owner of the client. A test may set another one. */
  principal = "local";
  readonly envelope = { capabilities: {}, clientInfo: { name: "fake", version: "1" } };
  readonly questions: Question[] = [];
  readonly #capabilities: readonly string[];

  constructor(...capabilities: string[]) {
    this.#capabilities = capabilities;
  }

  can(capability: string): boolean {
    return this.#capabilities.includes(capability);
  }

  push(): void {}

  ask(request: Message, call: Call | undefined, answer: (response: Message) => void): ServerRequest {
    const withdrawn: (Message | undefined)[] = [];
    this.questions.push({ request, call, answer, withdrawn });
    return { withdraw: (cancelled) => void withdrawn.push(cancelled) };
  }

  get question(): Question {
    const question = this.questions.at(-1);
    assert.ok(question, "was never asked");
    return question;
  }
}

/** A client's request. Records how it ended. */
export class FakeCall implements Call {
  readonly client: Client;
  readonly request: Message;
  readonly pushed: string[] = [];
  readonly outcomes: Outcome[] = [];

  constructor(client: Client, request: object) {
    this.client = client;
    this.request = message(request);
  }

  push(text: string): void {
    this.pushed.push(text);
  }

  settle(outcome: Outcome): void {
    this.outcomes.push(outcome);
  }

  /** How it ended, with the code if it failed. */
  get ends(): string[] {
    return this.outcomes.map((one) => (one.kind === "failed" ? one.error.code : one.kind));
  }
}

/** A list cache that stores nothing. */
export function emptyListCache(): ListCache {
  return new ListCache({ read: async () => undefined, write: async () => undefined });
}
