/**
 * The watchdog process of this gateway: sees to it that nothing we started outlives us, not even after SIGKILL.
 * Started with the first process to watch over, told of each, ended with the gateway. Ends nothing while we live.
 */

import { type ChildProcess, spawn } from "node:child_process";
import { formatOwner, type Owner } from "./process-marker.ts";
import { watchdogProgram } from "./watchdog-program.ts";

/** A watchdog that keeps dying is not started for ever. */
const maxStarts = 5;

export class Watchdog {
  readonly #owner: Owner;
  readonly #warn: (line: string) => void;
  readonly #groups = new Set<number>();
  #child: ChildProcess | undefined;
  #starts = 0;
  #closed = false;

  /** `warn` is told when there is no watchdog, so that only a SIGKILL of the gateway would leave processes behind. */
  constructor(owner: Owner, warn: (line: string) => void) {
    this.#owner = owner;
    this.#warn = warn;
  }

  /** Its process id while it runs. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** A process group (Windows: a process) to end if we die. */
  watch(group: number): void {
    this.#groups.add(group);
    if (this.#child) this.#tell(`+${group}`);
    else this.#start();
  }

  /** The group is gone. Its number may be anybody's from now on. */
  forget(group: number): void {
    if (this.#groups.delete(group)) this.#tell(`-${group}`);
  }

  /** Ends the watchdog without ending what it watches. Resolves when it is gone. */
  async close(): Promise<void> {
    this.#closed = true;
    const child = this.#child;
    if (!child) return;
    child.ref();
    const gone = new Promise((resolve) => child.once("exit", resolve));
    child.stdin?.end("quit\n");
    await gone;
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
    // Its own session: a signal to ours, such as Ctrl+C, must not reach it.
    const child = spawn(command, args, {
      env,
      cwd: "/",
      detached: true,
      windowsHide: true,
      stdio: ["pipe", "ignore", "ignore"],
    });
    this.#child = child;
    child.on("error", (error) => {
      // What cannot be started once will not be the next time.
      this.#starts = maxStarts;
      this.#ended(child, error.message);
    });
    child.on("exit", () => this.#ended(child, "it was ended"));
    // A watchdog that is gone is seen by its exit.
    child.stdin?.on("error", () => {});
    child.unref();
    unref(child.stdin);
    for (const group of this.#groups) this.#tell(`+${group}`);
  }

  #ended(child: ChildProcess, because: string): void {
    if (this.#child !== child) return;
    this.#child = undefined;
    if (this.#closed) return;
    this.#warn(`no watchdog over the servers' processes: ${because}`);
    if (this.#groups.size > 0) this.#start();
  }

  #tell(line: string): void {
    this.#child?.stdin?.write(`${line}\n`);
  }
}

/** Pipes of children are sockets, which may be kept from keeping us alive; the type of `stdin` does not say so. */
function unref(stream: unknown): void {
  if (typeof stream !== "object" || stream === null || !("unref" in stream)) return;
  if (typeof stream.unref === "function") stream.unref();
}
