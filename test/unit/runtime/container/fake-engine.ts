/** A container engine, as its HTTP API presents one. It runs nothing, and answers as the test defines. */

import { EventEmitter, once } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import type { TestContext } from "node:test";
import type { ContainerConfig } from "../../../../src/runtime/container/container-config.ts";
import { ContainerRuntime } from "../../../../src/runtime/container/container-runtime.ts";
import { Probe } from "../../../contract/probe.ts";
import { launch } from "../../fakes.ts";

/** Requests to an engine. */
type Task =
  | "ping"
  | "image"
  | "list"
  | "create"
  | "attach"
  | "start"
  | "inspect"
  | "wait"
  | "stop"
  | "remove";

type Answer = readonly [status: number, body?: unknown];

interface Asked {
  readonly url: string;
  readonly body: string;
}

const never = () => new Promise<Answer>(() => {});

export class FakeEngine {
  /** The requests, in order. */
  readonly tasks: Task[] = [];
  readonly #answers: Record<Task, () => Answer | Promise<Answer>> = {
    ping: () => [200, "OK"],
    image: () => [200, {}],
    list: () => [200, []],
    create: () => [201, { Id: "made" }],
    attach: () => [101],
    start: () => [204],
    inspect: () => [200, { State: { Running: true }, NetworkSettings: { Ports: {} } }],
    wait: never,
    stop: () => {
      for (const socket of this.#sockets) socket.end();
      return [204];
    },
    remove: () => [204],
  };
  readonly #events = new EventEmitter();
  readonly #server = http.createServer((request, response) => void this.#serve(request, response));
  readonly #sockets: Duplex[] = [];

  static async open(t: TestContext): Promise<FakeEngine> {
    const engine = new FakeEngine();
    engine.#server.on("upgrade", (request, socket) => void engine.#upgrade(request, socket));
    engine.#server.listen(0, "127.0.0.1");
    await once(engine.#server, "listening");
    t.after(() => {
      for (const socket of engine.#sockets) socket.destroy();
      engine.#server.closeAllConnections();
      engine.#server.close();
    });
    return engine;
  }

  /** Sets the answer to later requests of this kind. */
  answers(task: Task, answer: () => Answer | Promise<Answer>): void {
    this.#answers[task] = answer;
  }

  /** Later requests of this kind are accepted and never answered. */
  hangs(task: Task): void {
    this.#answers[task] = never;
  }

  /** Resolves with the next request of this kind. */
  async asked(task: Task): Promise<Asked> {
    const [asked] = await once(this.#events, task);
    return asked;
  }

  count(task: Task): number {
    return this.tasks.filter((one) => one === task).length;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** The newest stream into the container, at the engine's end. */
  get stream(): Duplex {
    const socket = this.#sockets.at(-1);
    if (!socket) throw new Error("no client is attached");
    return socket;
  }

  /** Starts an instance in this engine. */
  start(config: Partial<ContainerConfig> = {}, more: StartOptions = {}): Promise<Probe> {
    const runtime: ContainerConfig = {
      type: "docker",
      image: "i",
      host: `tcp://127.0.0.1:${this.port}`,
      ...config,
    };
    return Probe.start(
      more.runtime ?? new ContainerRuntime("1:2:3"),
      { ...launch, ...more.launch, runtime },
      more.signal,
    );
  }

  async #serve(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const body = Buffer.concat(await request.toArray()).toString("utf8");
    const [status, answer] = await this.#answer(request, body);
    response.writeHead(status, { "content-type": "application/json" });
    response.end(answer === undefined ? undefined : JSON.stringify(answer));
  }

  async #upgrade(request: http.IncomingMessage, socket: Duplex): Promise<void> {
    socket.on("error", () => undefined).resume();
    this.#sockets.push(socket);
    await this.#answer(request, "");
    socket.write("HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n");
  }

  #answer({ method, url = "" }: http.IncomingMessage, body: string): Answer | Promise<Answer> {
    const task = taskOf(method, url);
    this.tasks.push(task);
    this.#events.emit(task, { url, body });
    return this.#answers[task]();
  }
}

interface StartOptions {
  readonly runtime?: ContainerRuntime;
  readonly launch?: Partial<typeof launch>;
  readonly signal?: AbortSignal;
}

function taskOf(method: string | undefined, url: string): Task {
  if (method === "DELETE") return "remove";
  const { pathname } = new URL(url, "http://engine");
  const last = pathname.split("/").at(-1);
  if (last === "_ping") return "ping";
  if (last === "json") {
    if (pathname === "/containers/json") return "list";
    return pathname.startsWith("/images/") ? "image" : "inspect";
  }
  if (last === "create" || last === "attach" || last === "start" || last === "wait" || last === "stop")
    return last;
  throw new Error(`a fake engine knows no ${method} ${url}`);
}
