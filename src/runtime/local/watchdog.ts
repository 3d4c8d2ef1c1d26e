/**
 * The watchdog process of this gateway. It makes sure that no started process outlives the gateway, not even after
 * SIGKILL. It is started with the first process, notified of each process, and ended with the gateway. It ends nothing
 * while the gateway lives.
 */

import { type ChildProcess, spawn } from "node:child_process";
import { formatOwner, type Owner } from "./process-marker.ts";
import { watchdogProgram } from "./watchdog-program.ts";

/** Limit for restarts of a watchdog that keeps dying. */
const maxStarts = 5;

export class Watchdog {
  readonly #owner: Owner;
  readonly #warn: (line: string) => void;
  readonly #groups = new Set<number>();
  #child: ChildProcess | undefined;
  #starts = 0;
  #closed = false;

  /** `warn` is called when no watchdog runs. Then a SIGKILL of the gateway would leave processes behind. */
  constructor(owner: Owner, warn: (line: string) => void) {
    this.#owner = owner;
    this.#warn = warn;
  }

  /** Process id while it runs. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Registers a process group (Windows: a process) to end if the gateway dies. */
  watch(group: number): void {
    this.#groups.add(group);
    if (this.#child) this.#send(`+${group}`);
    else this.#start();
  }

  /** Removes a group that has ended. The system may reuse its number. */
  forget(group: number): void {
    if (this.#groups.delete(group)) this.#send(`-${group}`);
  }

  /** Ends the watchdog and leaves the watched processes alone. Resolves when it has ended. */
  async close(): Promise<void> {
    this.#closed = true;
    const child = this.#child;
    if (!child) return;
    child.ref();
    const exited = new Promise((resolve) => child.once("exit", resolve));
    child.stdin?.end("quit\n");
    await exited;
  }

  #start(): void {
    if (this.#closed || this.#starts >= maxStarts) return;
    this.#starts++;
    const { command, args, env } = watchdogProgram(
      process.platform,
      formatOwner(this.#owner),
      process.env,
      process.execPath,
    );
    // In its own session, because a signal to the gateway's session, such as Ctrl+C, must not reach it.
    const child = spawn(command, args, {
      env,
      cwd: "/",
      detached: true,
      windowsHide: true,
      stdio: ["pipe", "ignore", "ignore"],
    });
    this.#child = child;
    child.on("error", (error) => {
      // A program that cannot be started once cannot be started later either.
      this.#starts = maxStarts;
      this.#ended(child, error.message);
    });
    child.on("exit", () => this.#ended(child, "it was terminated"));
    // The exit event reports a watchdog that has ended.
    child.stdin?.on("error", () => {});
    child.unref();
    unref(child.stdin);
    for (const group of this.#groups) this.#send(`+${group}`);
  }

  #ended(child: ChildProcess, because: string): void {
    if (this.#child !== child) return;
    this.#child = undefined;
    if (this.#closed) return;
    this.#warn(`no watchdog for the server processes: ${because}`);
    if (this.#groups.size > 0) this.#start();
  }

  #send(line: string): void {
    this.#child?.stdin?.write(`${line}\n`);
  }
}

/**
 * Pipes of child processes are sockets, which can be prevented from keeping the process alive. The type of `stdin` does
 * not show that.
 */
function unref(stream: unknown): void {
  if (typeof stream !== "object" || stream === null || !("unref" in stream)) return;
  if (typeof stream.unref === "function") stream.unref();
}
