/** One instance under test. It keeps all events of its channel and matches calls to answers. It never sleeps. */

import type { Exit } from "../../src/backend/channel.ts";
import type { JsonRpcId, Message } from "../../src/jsonrpc/message.ts";
import type { Instance, Launch, Runtime } from "../../src/runtime/runtime.ts";

// biome-ignore lint/suspicious/noExplicitAny: tests read answers of any shape
type Json = any;

/** Maximum time for a condition. It is long, because only failing tests wait for it. */
const deadlineMs = 20_000;

export class Probe {
  readonly messages: Message[] = [];
  readonly logs: string[] = [];
  readonly undelivered: { text: string; because: string; mayRetry: boolean }[] = [];
  /** Events after `exited`, which the contract forbids. */
  readonly late: string[] = [];
  exit: Exit | undefined;
  #instance: Instance | undefined;
  #changed: (() => void)[] = [];
  #lastId = 0;

  static async start(
    runtime: Runtime,
    launch: Launch,
    signal = new AbortController().signal,
  ): Promise<Probe> {
    const probe = new Probe();
    probe.#instance = await runtime.start(launch, probe.#events(), signal);
    void probe.#instance.exited.then((exit) => {
      probe.exit = exit;
      probe.#change();
    });
    return probe;
  }

  get instance(): Instance {
    if (!this.#instance) throw new Error("not started");
    return this.#instance;
  }

  /** Sends a request. Resolves with its answer, or rejects when it was not delivered or the instance ended. */
  async call(method: string, params: object = {}): Promise<Message> {
    const id = ++this.#lastId;
    const text = JSON.stringify({ jsonrpc: "2.0", id, method, params });
    this.instance.send(text);
    await this.until(() => this.answer(id) ?? this.exit ?? this.undelivered.some((one) => one.text === text));
    const answer = this.answer(id);
    if (answer) return answer;
    const because = this.undelivered.find((one) => one.text === text)?.because;
    throw new Error(because ?? (this.exit?.kind === "crashed" ? this.exit.because : "stopped"));
  }

  answer(id: JsonRpcId): Message | undefined {
    return this.messages.find(({ json }) => json.id === id && json.method === undefined);
  }

  notify(method: string, params?: object): void {
    this.instance.send(JSON.stringify({ jsonrpc: "2.0", method, params }));
  }

  /** The MCP handshake. */
  async initialize(protocolVersion = "2025-06-18"): Promise<Json> {
    const clientInfo = { name: "probe", version: "1" };
    const answer = await this.call("initialize", { protocolVersion, capabilities: {}, clientInfo });
    this.notify("notifications/initialized");
    return answer.json.result;
  }

  /** Calls a tool. Resolves with the text of its result. */
  async tool(name: string, args: object = {}, meta?: object): Promise<string> {
    const { json } = await this.call("tools/call", { name, arguments: args, ...(meta && { _meta: meta }) });
    const result: Json = json.result;
    return result?.content?.[0]?.text ?? JSON.stringify(json);
  }

  stop(): Promise<Exit> {
    return this.instance.stop();
  }

  /** Resolves with the first truthy value of the condition, which is checked after each event. */
  until<T>(condition: () => T): Promise<NonNullable<T>> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`waited in vain for ${condition}; logs: ${this.logs}`)),
        deadlineMs,
      );
      const look = () => {
        const value = condition();
        if (!value) return void this.#changed.push(look);
        clearTimeout(timer);
        resolve(value);
      };
      look();
    });
  }

  #events() {
    const tell = (what: string, keep: () => void) => {
      if (this.exit) this.late.push(what);
      keep();
      this.#change();
    };
    return {
      message: (message: Message) => tell(message.text, () => this.messages.push(message)),
      log: (line: string) => tell(line, () => this.logs.push(line)),
      undelivered: (text: string, because: string, mayRetry: boolean) =>
        tell(text, () => this.undelivered.push({ text, because, mayRetry })),
    };
  }

  #change(): void {
    for (const look of this.#changed.splice(0)) look();
  }
}

/** Resolves once the condition holds. It is checked every few milliseconds, because the system does not announce it. */
export async function eventually(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const deadline = performance.now() + deadlineMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
