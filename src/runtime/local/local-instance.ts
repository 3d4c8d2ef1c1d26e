/**
 * One running local process as a channel: its streams, its exit, and the end of every process it started. All listeners
 * and timers here end with the process.
 */

import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import type { ChannelEvents, Exit } from "../../backend/channel.ts";
import { errorForOversizeLine, LineReader, parseMessages } from "../../jsonrpc/line-reader.ts";
import { Backpressure } from "../backpressure.ts";
import type { Instance, Launch } from "../runtime.ts";
import { endOf, startFailure } from "./local-launch.ts";
import { beginningOf, keptForLogLine, logLine } from "./log-line.ts";
import type { ProcessTracker } from "./process-tracker.ts";
import { type EndStep, endSteps, endTree, leftoverSteps } from "./process-tree.ts";

/**
 * How long reading the rest of a dead server's output may take. Only a foreign process that holds the pipe needs this
 * limit.
 */
const drainMs = 1000;
/** How long to wait for the exit of a server that closed its input or output, because the exit gives a better reason. */
const closedStreamMs = 1000;

/**
 * Maximum number of characters that are written together. Longer messages are written at once, so that congestion shows
 * at once.
 */
const mostTogether = 16 * 1024;

export interface LocalInstanceParts {
  readonly marker: string;
  readonly graceMs: number;
  readonly processes: ProcessTracker;
  readonly launch: Launch;
  readonly events: ChannelEvents;
}

export class LocalInstance implements Instance {
  readonly exited: Promise<Exit>;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #parts: LocalInstanceParts;
  readonly #congestion = new Backpressure();
  /**
   * Messages to write at the end of the turn. Joined, because one system call for each message would dominate the cost.
   */
  #outgoing: string[] = [];
  /** Resolves when the leader has ended, or could not be ended. */
  readonly #leader = Promise.withResolvers<void>();
  /** Resolves once the reason for the failed write is known, or after a time limit. */
  #explained: Promise<void> | undefined;
  #outgoingCharacters = 0;
  #leaderEnd: string | undefined;
  #because: string | undefined;
  #stopping: Promise<void> | undefined;
  #done = false;
  /** The processes that could not be ended. */
  #survivors: string | undefined;

  /** Takes a child that was just spawned, before any of its events. */
  constructor(child: ChildProcessWithoutNullStreams, parts: LocalInstanceParts) {
    this.#child = child;
    this.#parts = parts;
    this.#readOutput();
    this.#readErrors();
    child.on("error", () => {});
    child.stdin.on("drain", () => this.#congestion.end());
    child.stdin.on("error", () => void this.#streamClosed("closed its input"));
    child.stdout.once("close", () => void this.#streamClosed("closed its output"));
    if (child.pid !== undefined) parts.processes.started(child.pid);
    child.once("exit", (code, signal) => {
      this.#leaderEnd = endOf(code, signal);
      this.#leader.resolve();
    });
    child.once("error", (error) => this.#failed(error));
    this.exited = this.#leader.promise.then(() => this.#afterLeader());
  }

  /** Without a process there is no exit event. On Windows this also covers a command that `cmd.exe` did not find. */
  #failed(error: Error): void {
    if (this.#child.pid === undefined) return this.#leader.resolve();
    if (!("code" in error) || error.code !== "ENOENT") return;
    const { runtime } = this.#parts.launch;
    const command = runtime.type === "local-process" && "command" in runtime ? String(runtime.command) : "";
    this.#leaderEnd ??= startFailure(command, error).message;
    this.#leader.resolve();
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get congested(): Promise<void> | undefined {
    return this.#congestion.waiting;
  }

  send(text: string): void {
    if (this.#done || this.#isStopped()) return;
    if (!this.#isReading()) return void this.#undelivered([text]);
    if (this.#outgoing.length === 0) setImmediate(() => this.#flush());
    this.#outgoing.push(text);
    this.#outgoingCharacters += text.length;
    if (this.#outgoingCharacters > mostTogether) this.#flush();
  }

  pause(): void {
    this.#child.stdout.pause();
  }

  resume(): void {
    this.#child.stdout.resume();
  }

  stop(): Promise<Exit> {
    this.#stopping ??= this.#end(endSteps(process.platform, this.#parts.graceMs));
    return this.exited;
  }

  #flush(): void {
    const { stdin } = this.#child;
    const texts = this.#outgoing;
    this.#outgoing = [];
    this.#outgoingCharacters = 0;
    if (texts.length === 0) return;
    if (!this.#isReading()) return void this.#undelivered(texts);
    const failed = (error: Error | null | undefined) => error && this.#cutOff(texts);
    if (!stdin.write(`${texts.join("\n")}\n`, failed)) this.#congestion.begin();
  }

  /** Whether the gateway asked it to end, as opposed to an exit or a closed stream of its own. */
  #isStopped(): boolean {
    return this.#stopping !== undefined && (this.#because ?? this.#leaderEnd) === undefined;
  }

  #isReading(): boolean {
    return this.#leaderEnd === undefined && this.#child.stdin.writable;
  }

  /** Reports the last line as undelivered after a failed write. The lines before it may have been read. */
  #cutOff(texts: readonly string[]): void {
    void this.#undelivered(texts.slice(-1));
    void this.#undelivered(texts.slice(0, -1), false);
  }

  /** The exit of a server is a better reason than its broken pipe. */
  async #undelivered(texts: readonly string[], mayRetry = true): Promise<void> {
    this.#explained ??= Promise.race([this.#leader.promise, wait(closedStreamMs, undefined, { ref: false })]);
    await this.#explained;
    if (this.#done || this.#isStopped()) return;
    const because = this.#leaderEnd ?? this.#because ?? "closed its input";
    for (const text of texts) this.#parts.events.undelivered(text, because, mayRetry);
  }

  async #end(steps: readonly EndStep[]): Promise<void> {
    this.#flush();
    this.resume();
    this.#child.stdin.end();
    this.#survivors = await endTree(
      { leader: this.pid, marker: this.#parts.marker, leaderEnded: () => this.#leaderEnd !== undefined },
      steps,
    );
    if (this.#leaderEnd !== undefined) return;
    // Nothing more can be done. The callers that wait for its end, and the gateway's own exit, must not wait forever.
    this.#child.unref();
    this.#leader.resolve();
  }

  async #afterLeader(): Promise<Exit> {
    const stopped = this.#stopping !== undefined && this.#because === undefined;
    if (this.#child.pid !== undefined) {
      this.#stopping ??= this.#end(leftoverSteps(process.platform, this.#parts.graceMs));
      await this.#stopping;
      await this.#drained();
      if (this.#leaderEnd !== undefined) this.#parts.processes.ended(this.#child.pid);
      if (this.#survivors !== undefined) this.#log(this.#survivors);
    }
    this.#done = true;
    this.#congestion.end();
    return stopped
      ? { kind: "stopped", ...(this.#survivors !== undefined && { left: this.#survivors }) }
      : { kind: "crashed", because: this.#because ?? this.#leaderEnd ?? "ended" };
  }

  /** Resolves once all output of the server is read, or the time limit has passed. */
  async #drained(): Promise<void> {
    const { stdin, stdout, stderr } = this.#child;
    const abort = new AbortController();
    const open = [stdout, stderr].filter((stream) => !stream.closed);
    const closed = Promise.all(open.map((stream) => once(stream, "close", abort)));
    await Promise.race([closed, wait(drainMs, undefined, abort)]).catch(() => {});
    abort.abort();
    for (const stream of [stdin, stdout, stderr]) stream.destroy();
  }

  /** A server that closed its input or output is useless, but its exit is a better reason than the broken pipe. */
  async #streamClosed(because: string): Promise<void> {
    if (this.#child.pid === undefined || this.#stopping || this.#leaderEnd !== undefined) return;
    await Promise.race([this.exited, wait(closedStreamMs, undefined, { ref: false })]);
    if (this.#stopping || this.#leaderEnd !== undefined) return;
    this.#because = because;
    void this.stop();
  }

  #readOutput(): void {
    const lines = new LineReader({
      line: (line) => this.#take(line),
      oversize: (bytes, head, tail) => {
        const begun = beginningOf(head, (text) => this.#parts.launch.redact(text));
        this.#log(`dropped a line of ${bytes} bytes on stdout: ${begun}…`);
        const answer = errorForOversizeLine(head, tail);
        if (answer && !this.#done) this.#parts.events.message(answer);
      },
    });
    this.#read(this.#child.stdout, lines);
  }

  #readErrors(): void {
    const lines = new LineReader(
      { line: (line) => this.#log(line), oversize: (bytes, head) => this.#log(head, bytes) },
      { limitBytes: keptForLogLine, keepBytes: keptForLogLine },
    );
    this.#read(this.#child.stderr, lines);
  }

  #read(stream: NodeJS.ReadableStream, lines: LineReader): void {
    stream.on("data", (chunk: Buffer) => lines.push(chunk));
    stream.on("end", () => lines.end());
    stream.on("error", () => {});
  }

  #take(line: string): void {
    const messages = parseMessages(line);
    if (!messages) return this.#log(line);
    if (this.#done) return;
    for (const message of messages) this.#parts.events.message(message);
  }

  #log(line: string, length = line.length): void {
    const { events, launch } = this.#parts;
    if (!this.#done) events.log(logLine(line, (text) => launch.redact(text), length));
  }
}
