/**
 * A Pod that exchanges JSON-RPC over its stdin and stdout, as a channel. After a cut, the channel connects again, sends
 * the messages that were not sent yet, and reads missed answers from the Pod's log. A message that was sent but may not
 * have arrived is not sent again, so that no call runs twice.
 */

import { setTimeout as wait } from "node:timers/promises";
import type { ChannelEvents, Exit } from "../../backend/channel.ts";
import { GatewayError } from "../../base/errors.ts";
import { errorForOversizeLine, LineReader, parseMessages } from "../../jsonrpc/line-reader.ts";
import type { Message } from "../../jsonrpc/message.ts";
import { httpStatusOf, streamErrorText } from "../../kube/cluster-errors.ts";
import { type ClusterStream, channels, type StreamSink } from "../../kube/cluster-stream.ts";
import { Backpressure } from "../backpressure.ts";
import { stderrReader } from "../container/container-instance.ts";
import { beginningOf, logLine } from "../local/log-line.ts";
import type { Instance, Launch } from "../runtime.ts";
import type { RunningJob } from "./running-job.ts";

export interface JobInstanceParts {
  readonly job: RunningJob;
  readonly launch: Launch;
  readonly events: ChannelEvents;
}

/** Delays between attempts to reach the Pod again: they grow from `first` to `most`. */
const retryMs = { first: 100, most: 3_000 };
/** How long the cluster may be unavailable before the Pod counts as lost. */
const patienceMs = 60_000;
/** How long a cluster may take to report the end of a container after its streams have ended. */
const endMs = 5_000;
/** Margin for clock differences and for output shortly before a cut, which may not have arrived. */
const doubtSeconds = 10;
const rememberedLines = 500;

export class JobInstance implements Instance {
  readonly exited: Promise<Exit>;
  readonly #parts: JobInstanceParts;
  readonly #congestion = new Backpressure();
  readonly #abort = new AbortController();
  /** Resolves when the container has closed its streams, which it does when it ends. */
  readonly #streamsEnded = Promise.withResolvers<void>();
  /** Lines that may not have been sent, oldest first. */
  #unsent: Line[] = [];
  /** Ids of requests without an answer so far. */
  readonly #pending = new Set<string>();
  /** Recent log lines, so that no line is logged twice. */
  readonly #logged = new Set<string>();
  #stream: ClusterStream | undefined;
  #stopping: Promise<void> | undefined;
  #done = false;

  /** Rejects with `start-failed` when attaching to the Pod fails; then nothing of the Job remains. */
  static async start(parts: JobInstanceParts): Promise<JobInstance> {
    const { job } = parts;
    const connection = new Connection();
    try {
      const first = await job.attach(connection).catch(unlessForbidden);
      return new JobInstance(parts, connection, first);
    } catch (error) {
      await job.remove();
      throw new GatewayError("start-failed", streamErrorText(error, "attach", job.cluster.server));
    }
  }

  private constructor(parts: JobInstanceParts, connection: Connection, first: ClusterStream | undefined) {
    this.#parts = parts;
    this.exited = this.#run(connection, first);
  }

  get congested(): Promise<void> | undefined {
    return this.#congestion.waiting;
  }

  send(text: string): void {
    if (this.#done || this.#stopping) return;
    this.#expect(text);
    const line = { text, isBegun: false };
    this.#unsent.push(line);
    if (this.#stream) this.#write(this.#stream, line);
    if (!this.#stream || this.#stream.isCongested) this.#congestion.begin();
  }

  stop(): Promise<Exit> {
    this.#stopping ??= this.#stop();
    return this.exited;
  }

  async #stop(): Promise<void> {
    this.#abort.abort();
    await this.#parts.job.remove(this.#streamsEnded.promise);
    this.#stream?.destroy();
  }

  async #run(connection: Connection, first: ClusterStream | undefined): Promise<Exit> {
    const because = await this.#serve(connection, first).catch(() => "it was stopped");
    if (!this.#stopping) await this.#parts.job.remove();
    await this.#stopping;
    this.#done = true;
    this.#congestion.end();
    return this.#stopping ? { kind: "stopped" } : { kind: "crashed", because };
  }

  /** Resolves with the reason when the Pod ends by itself. Rejects once the instance is stopped. */
  async #serve(connection: Connection, first: ClusterStream | undefined): Promise<string> {
    let stream = first;
    let current = connection;
    let cutAt: number | undefined;
    for (;;) {
      if (stream) await this.#use(stream, current, cutAt);
      cutAt = performance.now();
      this.#abort.signal.throwIfAborted();
      const { hasEnded } = current;
      current = new Connection();
      const next = await this.#again(current, hasEnded);
      if (typeof next === "string") {
        await this.#catchUp(stream && doubtSeconds);
        return next;
      }
      stream = next;
    }
  }

  /** Uses the stream until it closes. */
  async #use(stream: ClusterStream, connection: Connection, cutAt: number | undefined): Promise<void> {
    this.#stream = stream;
    const lines = this.#lines();
    connection.take((channel, chunk) => lines[channel]?.push(chunk));
    // Part of a line may have arrived. A line break ends it, so that it does not corrupt the next one.
    if (this.#unsent.some(({ isBegun }) => isBegun)) stream.write(channels.stdin, Buffer.from("\n"));
    for (const line of this.#unsent) this.#write(stream, line);
    await this.#catchUp(cutAt === undefined ? undefined : (performance.now() - cutAt) / 1000 + doubtSeconds);
    await stream.closed;
    if (connection.hasEnded) this.#streamsEnded.resolve();
    this.#stream = undefined;
    for (const reader of Object.values(lines)) reader.end();
  }

  /** Resolves with a new stream, or with the reason why the Pod ended. */
  async #again(connection: Connection, hasEnded: boolean): Promise<ClusterStream | string> {
    const { job } = this.#parts;
    const { signal } = this.#abort;
    const begun = performance.now();
    for (let pause = retryMs.first; ; pause = Math.min(2 * pause, retryMs.most)) {
      try {
        const state = await job.state();
        signal.throwIfAborted();
        if (state.kind === "ended" || state.kind === "stuck") return state.because;
        if (!hasEnded || performance.now() - begun > endMs) return await this.#attach(connection);
      } catch (error) {
        signal.throwIfAborted();
        const isLost = performance.now() - begun > patienceMs || httpStatusOf(error) === 403;
        if (isLost) return streamErrorText(error, "attach", job.cluster.server);
      }
      await wait(pause, undefined, { signal });
    }
  }

  async #attach(connection: Connection): Promise<ClusterStream> {
    const stream = await this.#parts.job.attach(connection);
    if (!this.#abort.signal.aborted) return stream;
    stream.destroy();
    throw this.#abort.signal.reason;
  }

  #write(stream: ClusterStream, line: Line): void {
    line.isBegun = true;
    stream.write(channels.stdin, Buffer.from(`${line.text}\n`), () => {
      this.#unsent = this.#unsent.filter((one) => one !== line);
      if (!stream.isCongested) this.#congestion.end();
    });
  }

  #lines(): Readonly<Record<number, LineReader>> {
    const out = new LineReader({
      line: (line) => this.#take(line),
      oversize: (bytes, head, tail) => this.#oversize(bytes, head, tail),
    });
    return {
      [channels.stdout]: out,
      [channels.stderr]: stderrReader((line, length) => this.#log(line, length)),
    };
  }

  /** Reads the output since the cut: missed answers, and lines for the log. */
  async #catchUp(sinceSeconds: number | undefined): Promise<void> {
    const lines = await this.#parts.job.lastLines(sinceSeconds && Math.ceil(sinceSeconds));
    for (const line of lines) {
      const messages = parseMessages(line);
      if (!messages && !this.#logged.has(line)) this.#log(line);
      for (const message of messages ?? []) if (this.#isMissed(message)) this.#deliver(message);
    }
  }

  #expect(text: string): void {
    for (const { json } of parseMessages(text) ?? [])
      if (json.id !== undefined && json.method !== undefined) this.#pending.add(JSON.stringify(json.id));
  }

  #isMissed({ json }: Message): boolean {
    return json.method === undefined && json.id !== undefined && this.#pending.has(JSON.stringify(json.id));
  }

  #take(line: string): void {
    const messages = parseMessages(line);
    if (!messages) return this.#log(line);
    for (const message of messages) this.#deliver(message);
  }

  #deliver(message: Message): void {
    const { json } = message;
    if (json.method === undefined) this.#pending.delete(JSON.stringify(json.id));
    if (!this.#done && !this.#stopping) this.#parts.events.message(message);
  }

  #oversize(bytes: number, head: string, tail: string): void {
    const begun = beginningOf(head, (text) => this.#parts.launch.redact(text));
    this.#log(`dropped a line of ${bytes} bytes on stdout: ${begun}…`);
    const answer = errorForOversizeLine(head, tail);
    if (answer) this.#deliver(answer);
  }

  #log(line: string, length = line.length): void {
    const { events, launch } = this.#parts;
    if (this.#done || this.#stopping) return;
    this.#remember(line);
    events.log(logLine(line, (text) => launch.redact(text), length));
  }

  #remember(line: string): void {
    this.#logged.delete(line);
    this.#logged.add(line);
    const [oldest = ""] = this.#logged;
    if (this.#logged.size > rememberedLines) this.#logged.delete(oldest);
  }
}

/** One line to the server. */
interface Line {
  readonly text: string;
  /** Whether part of it may have been sent. */
  isBegun: boolean;
}

/**
 * Ignores every error but a missing permission. A container that has just ended refuses too, and the reason of its end
 * is more informative.
 */
function unlessForbidden(error: unknown): undefined {
  if (httpStatusOf(error) === 403) throw error;
}

/** Buffers the output of one stream until it is read. */
class Connection implements StreamSink {
  /** Whether the cluster reported the end of the container's streams, as opposed to a cut. */
  hasEnded = false;
  #kept: [number, Buffer][] = [];
  #taker: ((channel: number, chunk: Buffer) => void) | undefined;

  data(channel: number, chunk: Buffer): void {
    if (channel === channels.status) this.hasEnded = true;
    else if (this.#taker) this.#taker(channel, chunk);
    else this.#kept.push([channel, chunk]);
  }

  take(taker: (channel: number, chunk: Buffer) => void): void {
    this.#taker = taker;
    for (const [channel, chunk] of this.#kept.splice(0)) taker(channel, chunk);
  }
}
