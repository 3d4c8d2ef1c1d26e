/**
 * A container that serves MCP over HTTP, as a channel: a remote server that lives as long as its container. What it
 * prints is its log.
 */

import { setTimeout as wait } from "node:timers/promises";
import type { ChannelEvents, Exit } from "../../backend/channel.ts";
import { GatewayError } from "../../base/errors.ts";
import { logLine } from "../local/log-line.ts";
import { RemoteRuntime } from "../remote/remote-runtime.ts";
import type { Instance, Launch } from "../runtime.ts";
import { StartAbortedError } from "../start-aborted.ts";
import type { Container } from "./container.ts";
import { type ContainerConfig, configOf } from "./container-config.ts";
import { type ContainerInstanceParts, errorLines } from "./container-instance.ts";
import { type ContainerEnd, exitReason } from "./engine-errors.ts";
import { StreamDemuxer } from "./stream-demuxer.ts";

/** Between two looks whether the server listens yet. */
const lookMs = 100;

/** Resolves once the server answers; rejects with `start-failed` when its container ends before. */
export async function startOverHttp(parts: ContainerInstanceParts, signal: AbortSignal): Promise<Instance> {
  const config = configOf(parts.launch);
  const ended = parts.container.ended({ serves: true });
  const gone = ended.then((end): never => {
    throw new GatewayError("start-failed", exitReason(end));
  });
  gone.catch(() => undefined);
  readLog(parts);
  try {
    const url = await urlOf(config, parts.container, gone, signal);
    await listening(url, gone, signal);
    const remote = await startRemote(url, parts.launch, parts.events, signal);
    return new ContainerHttpInstance(remote, parts, ended);
  } catch (error) {
    await parts.container.remove();
    throw signal.aborted ? new StartAbortedError(error) : error;
  }
}

function readLog({ container: { stream }, events, launch }: ContainerInstanceParts): void {
  const tell = (line: string, length = line.length) =>
    events.log(logLine(line, (text) => launch.redact(text), length));
  const [out, err] = [errorLines(tell), errorLines(tell)];
  const frames = new StreamDemuxer(
    (chunk) => out.push(chunk),
    (chunk) => err.push(chunk),
  );
  stream.on("data", (chunk: Buffer) => frames.push(chunk));
}

async function urlOf(
  { port = 0, path = "/mcp", network }: ContainerConfig,
  container: Container,
  gone: Promise<never>,
  signal: AbortSignal,
): Promise<string> {
  const published = network === "host" ? port : await container.publishedPort(port, signal);
  if (published === "ended") return gone;
  if (published === undefined)
    throw new GatewayError("start-failed", `its port ${port} cannot be reached in network '${network}'`);
  return `http://127.0.0.1:${published}${path}`;
}

/** An engine takes connections for a container before anybody in it listens: only an answer proves a server. */
async function listening(url: string, gone: Promise<never>, signal: AbortSignal): Promise<void> {
  while (!(await Promise.race([answers(url, signal), gone])))
    await Promise.race([wait(lookMs, undefined, { signal }), gone]);
}

async function answers(url: string, signal: AbortSignal): Promise<boolean> {
  try {
    const response = await fetch(url, { method: "OPTIONS", signal });
    await response.body?.cancel();
    return true;
  } catch {
    signal.throwIfAborted();
    return false;
  }
}

function startRemote(
  url: string,
  launch: Launch,
  events: ChannelEvents,
  signal: AbortSignal,
): Promise<Instance> {
  return new RemoteRuntime().start({ ...launch, runtime: { type: "remote-sse", url } }, events, signal);
}

class ContainerHttpInstance implements Instance {
  readonly exited: Promise<Exit>;
  readonly #remote: Instance;
  readonly #parts: ContainerInstanceParts;
  #stopping: Promise<void> | undefined;
  /** Why it takes nothing any more, while what is left of it is removed. */
  #over: string | undefined;
  #done = false;

  constructor(remote: Instance, parts: ContainerInstanceParts, ended: Promise<ContainerEnd>) {
    this.#remote = remote;
    this.#parts = parts;
    this.exited = this.#exit(ended);
  }

  get congested(): Promise<void> | undefined {
    return this.#remote.congested;
  }

  send(text: string): void {
    if (this.#over === undefined) this.#remote.send(text);
    else setImmediate(() => this.#refuse(text));
  }

  #refuse(text: string): void {
    if (this.#over === undefined || this.#stopping || this.#done) return;
    this.#parts.events.undelivered(text, this.#over, true);
  }

  stop(): Promise<Exit> {
    this.#stopping ??= this.#stop();
    return this.exited;
  }

  async #stop(): Promise<void> {
    await this.#remote.stop();
    await this.#parts.container.stop(this.#parts.graceSeconds);
  }

  async #exit(ended: Promise<ContainerEnd>): Promise<Exit> {
    const first = await Promise.race([
      ended.then((end) => ({ kind: "crashed", because: exitReason(end) }) as const),
      this.#remote.exited,
    ]);
    const asked = this.#stopping !== undefined;
    if (first.kind === "crashed") this.#over = first.because;
    await this.#remote.stop();
    await this.#stopping;
    await this.#parts.container.remove();
    this.#done = true;
    return asked ? { kind: "stopped" } : first;
  }
}
