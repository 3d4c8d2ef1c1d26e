/**
 * One running local process as a channel: its three streams, its end, and the end of all it started. Every listener
 * and timer here ends with the process.
 */

import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import type { ChannelEvents, Exit } from "../../connection/channel.ts";
import { answerInPlaceOf, LineReader, messagesOf } from "../../connection/line-codec.ts";
import { Congestion } from "../congestion.ts";
import type { Instance, Launch } from "../runtime.ts";
import { endOf } from "./local-launch.ts";
import type { LocalProcesses } from "./local-processes.ts";
import { beginningOf, keptForLogLine, logLine } from "./log-line.ts";
import { type EndStep, endSteps, endTree, leftoverSteps } from "./process-tree.ts";

/** How long what a dead server wrote may take to be read; only a stranger who holds its pipe needs it. */
const drainMs = 1000;
/** How long a server that closed its input may take to say why by its exit. */
const closedInputMs = 1000;

/** Characters that are written together at most; more are written at once, so that congestion shows at once. */
const mostTogether = 16 * 1024;

export interface LocalInstanceParts {
  readonly marker: string;
  readonly graceMs: number;
  readonly processes: LocalProcesses;
  readonly launch: Launch;
  readonly events: ChannelEvents;
}

export class LocalInstance implements Instance {
  readonly exited: Promise<Exit>;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #parts: LocalInstanceParts;
  readonly #congestion = new Congestion();
  /** Written together at the end of the turn: a system call a message would cost more than all else done for it. */
  #outgoing: string[] = [];
  #outgoingCharacters = 0;
  #leaderEnd: string | undefined;
  #because: string | undefined;
  #stopping: Promise<void> | undefined;
  #done = false;

  /** Takes a child that was just spawned, before any of its events. */
  constructor(child: ChildProcessWithoutNullStreams, parts: LocalInstanceParts) {
    this.#child = child;
    this.#parts = parts;
    this.#readOutput();
    this.#readErrors();
    child.on("error", () => {});
    child.stdin.on("drain", () => this.#congestion.end());
    child.stdin.on("error", () => void this.#inputClosed());
    if (child.pid !== undefined) parts.processes.started(child.pid);
    const leaderEnded = new Promise<void>((resolve) => {
      child.once("exit", (code, signal) => {
        this.#leaderEnd = endOf(code, signal);
        resolve();
      });
      // A child that never ran has no exit.
      child.once("error", () => child.pid === undefined && resolve());
    });
    this.exited = leaderEnded.then(() => this.#afterLeader());
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get congested(): Promise<void> | undefined {
    return this.#congestion.waiting;
  }

  send(text: string): void {
    if (this.#done || this.#stopping || !this.#child.stdin.writable) return;
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
    if (texts.length === 0 || !stdin.writable) return;
    if (!stdin.write(`${texts.join("\n")}\n`)) this.#congestion.begin();
  }

  async #end(steps: readonly EndStep[]): Promise<void> {
    this.#flush();
    this.resume();
    this.#child.stdin.end();
    await endTree(
      { leader: this.pid, marker: this.#parts.marker, leaderEnded: () => this.#leaderEnd !== undefined },
      steps,
    );
  }

  async #afterLeader(): Promise<Exit> {
    const stopped = this.#stopping !== undefined && this.#because === undefined;
    if (this.#child.pid !== undefined) {
      this.#stopping ??= this.#end(leftoverSteps(process.platform, this.#parts.graceMs));
      await this.#stopping;
      await this.#drained();
      this.#parts.processes.ended(this.#child.pid);
    }
    this.#done = true;
    this.#congestion.end();
    return stopped
      ? { kind: "stopped" }
      : { kind: "crashed", because: this.#because ?? this.#leaderEnd ?? "ended" };
  }

  /** Everything the server wrote is read, or the streams are given up. */
  async #drained(): Promise<void> {
    const { stdin, stdout, stderr } = this.#child;
    const abort = new AbortController();
    const open = [stdout, stderr].filter((stream) => !stream.closed);
    const closed = Promise.all(open.map((stream) => once(stream, "close", abort)));
    await Promise.race([closed, wait(drainMs, undefined, abort)]).catch(() => {});
    abort.abort();
    for (const stream of [stdin, stdout, stderr]) stream.destroy();
  }

  /** A server that reads no more is of no use, but its exit says more than the broken pipe. */
  async #inputClosed(): Promise<void> {
    await Promise.race([this.exited, wait(closedInputMs, undefined, { ref: false })]);
    if (this.#stopping || this.#leaderEnd !== undefined) return;
    this.#because = "closed its input";
    void this.stop();
  }

  #readOutput(): void {
    const lines = new LineReader({
      line: (line) => this.#take(line),
      oversize: (bytes, head, tail) => {
        const begun = beginningOf(head, (text) => this.#parts.launch.redact(text));
        this.#log(`dropped a line of ${bytes} bytes on stdout: ${begun}…`);
        const answer = answerInPlaceOf(head, tail);
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
    const messages = messagesOf(line);
    if (!messages) return this.#log(line);
    if (this.#done) return;
    for (const message of messages) this.#parts.events.message(message);
  }

  #log(line: string, length = line.length): void {
    const { events, launch } = this.#parts;
    if (!this.#done) events.log(logLine(line, (text) => launch.redact(text), length));
  }
}
