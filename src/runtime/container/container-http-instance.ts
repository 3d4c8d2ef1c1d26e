/**
 * A container that serves MCP over HTTP, as a channel. It is a remote server that lives as long as its container. Its
 * output is its log.
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
import { type ContainerInstanceParts, stderrReader } from "./container-instance.ts";
import { type ContainerEnd, exitReason } from "./engine-errors.ts";
import { StreamDemuxer } from "./stream-demuxer.ts";

/** Interval at which the server is polled until it listens. */
const pollMs = 100;

/** Resolves once the server answers. Rejects with `start-failed` when its container ends first. */
export async function startOverHttp(parts: ContainerInstanceParts, signal: AbortSignal): Promise<Instance> {
  const config = configOf(parts.launch);
  const ended = parts.container.ended({ serves: true });
  const crash = ended.then((end): never => {
    throw new GatewayError("start-failed", exitReason(end));
  });
  crash.catch(() => undefined);
  readLog(parts);
  try {
    const url = await urlOf(config, parts.container, crash, signal);
    await listening(url, crash, signal);
    const remote = await startRemote(url, parts.launch, parts.events, signal);
    return new ContainerHttpInstance(remote, parts, ended);
  } catch (error) {
    await parts.container.remove();
    throw signal.aborted ? new StartAbortedError(error) : error;
  }
}

function readLog({ container: { stream }, events, launch }: ContainerInstanceParts): void {
  const log = (line: string, length = line.length) =>
    events.log(logLine(line, (text) => launch.redact(text), length));
  const [out, err] = [stderrReader(log), stderrReader(log)];
  const frames = new StreamDemuxer(
    (chunk) => out.push(chunk),
    (chunk) => err.push(chunk),
  );
  stream.on("data", (chunk: Buffer) => frames.push(chunk));
}

async function urlOf(
  { port = 0, path = "/mcp", network }: ContainerConfig,
  container: Container,
  crash: Promise<never>,
  signal: AbortSignal,
): Promise<string> {
  const published = network === "host" ? port : await container.publishedPort(port, signal);
  if (published === "ended") return crash;
  if (published === undefined)
    throw new GatewayError("start-failed", `its port ${port} cannot be reached in network '${network}'`);
  return `http://127.0.0.1:${published}${path}`;
}

/** Only an answer proves that the server listens, because an engine accepts connections for a container before that. */
async function listening(url: string, crash: Promise<never>, signal: AbortSignal): Promise<void> {
  while (!(await Promise.race([answers(url, signal), crash])))
    await Promise.race([wait(pollMs, undefined, { signal }), crash]);
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
  /** Why the instance accepts no more messages, while its container is removed. */
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
    const isStopped = this.#stopping !== undefined;
    if (first.kind === "crashed") this.#over = first.because;
    await this.#remote.stop();
    await this.#stopping;
    await this.#parts.container.remove();
    this.#done = true;
    return isStopped ? { kind: "stopped" } : first;
  }
}
