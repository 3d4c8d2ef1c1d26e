/**
 * A container that exchanges JSON-RPC over its stdin and stdout, as a channel. It is removed when it ends, for any
 * reason.
 */

import type { ChannelEvents, Exit } from "../../backend/channel.ts";
import { withTimeout } from "../../base/timeout.ts";
import { errorForOversizeLine, LineReader, parseMessages } from "../../jsonrpc/line-reader.ts";
import { Backpressure } from "../backpressure.ts";
import { beginningOf, keptForLogLine, logLine } from "../local/log-line.ts";
import type { Instance, Launch } from "../runtime.ts";
import type { Container } from "./container.ts";
import { exitReason } from "./engine-errors.ts";
import { StreamDemuxer } from "./stream-demuxer.ts";

/** How long reading the last output of a stopped container may take. */
const drainMs = 1_000;

export interface ContainerInstanceParts {
  readonly container: Container;
  readonly launch: Launch;
  readonly events: ChannelEvents;
  /** Time between the request to stop and the kill. Whole seconds, as engines count. */
  readonly graceSeconds: number;
}

export class ContainerInstance implements Instance {
  readonly exited: Promise<Exit>;
  readonly #parts: ContainerInstanceParts;
  readonly #congestion = new Backpressure();
  /** Resolves once all its output is read. */
  readonly #read: Promise<void>;
  #stopping: Promise<void> | undefined;
  #done = false;

  constructor(parts: ContainerInstanceParts) {
    this.#parts = parts;
    const { stream } = parts.container;
    const out = new LineReader({
      line: (line) => this.#take(line),
      oversize: (bytes, head, tail) => this.#oversize(bytes, head, tail),
    });
    const err = stderrReader((line, length) => this.#log(line, length));
    const frames = new StreamDemuxer(
      (chunk) => out.push(chunk),
      (chunk) => err.push(chunk),
    );
    stream.on("data", (chunk: Buffer) => frames.push(chunk));
    stream.on("drain", () => this.#congestion.end());
    this.#read = parts.container.silent();
    this.exited = this.#exit(() => {
      out.end();
      err.end();
    });
  }

  get congested(): Promise<void> | undefined {
    return this.#congestion.waiting;
  }

  send(text: string): void {
    const { stream } = this.#parts.container;
    if (this.#done || this.#stopping || !stream.writable) return;
    if (!stream.write(`${text}\n`)) this.#congestion.begin();
  }

  pause(): void {
    this.#parts.container.stream.pause();
  }

  resume(): void {
    this.#parts.container.stream.resume();
  }

  stop(): Promise<Exit> {
    this.#stopping ??= this.#stop();
    return this.exited;
  }

  async #stop(): Promise<void> {
    const { container, graceSeconds } = this.#parts;
    this.resume();
    container.stream.end();
    await container.stop(graceSeconds);
    await withTimeout(this.#read, drainMs);
    // The engine may have refused to stop it, or may not have answered.
    await container.remove();
  }

  /** Before the end is reported, the last output is read and the container is removed. */
  async #exit(lastLines: () => void): Promise<Exit> {
    const { container } = this.#parts;
    // The streams end with the container, and with the engine.
    await this.#read;
    lastLines();
    const end = this.#stopping ? undefined : await container.ended();
    await this.#stopping;
    await container.remove();
    this.#done = true;
    this.#congestion.end();
    return this.#stopping || !end ? { kind: "stopped" } : { kind: "crashed", because: exitReason(end) };
  }

  #take(line: string): void {
    const messages = parseMessages(line);
    if (!messages) return this.#log(line);
    for (const message of messages) if (!this.#done) this.#parts.events.message(message);
  }

  #oversize(bytes: number, head: string, tail: string): void {
    const begun = beginningOf(head, (text) => this.#parts.launch.redact(text));
    this.#log(`dropped a line of ${bytes} bytes on stdout: ${begun}…`);
    const answer = errorForOversizeLine(head, tail);
    if (answer && !this.#done) this.#parts.events.message(answer);
  }

  #log(line: string, length = line.length): void {
    const { events, launch } = this.#parts;
    if (!this.#done) events.log(logLine(line, (text) => launch.redact(text), length));
  }
}

/** Splits output into log lines of bounded length. */
export function stderrReader(log: (line: string, length?: number) => void): LineReader {
  return new LineReader(
    { line: (line) => log(line), oversize: (bytes, head) => log(head, bytes) },
    { limitBytes: keptForLogLine, keepBytes: keptForLogLine },
  );
}
