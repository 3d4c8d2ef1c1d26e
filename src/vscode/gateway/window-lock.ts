/**
 * A lock between the windows of an installation. Each owner creates the file with the next number, and the file with the
 * highest number is the lock. A window takes over from a crashed one by creating the next file, and never removes the
 * lock. So it cannot remove a lock that another window took over a moment before.
 */

import { type FileHandle, mkdir, open, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

export interface LockTimes {
  /** Time between two checks of a lock that another window holds. */
  readonly retryMs: number;
  /** Time between two signs of life of the owner. */
  readonly beatMs: number;
  /** Time without a sign of life after which the owner has crashed, although a process has its id. */
  readonly staleMs: number;
  /** Longest time to wait for the lock. */
  readonly patienceMs: number;
}

/** `staleMs` is long, because other extensions can block the extension host for seconds. */
const usualTimes: LockTimes = { retryMs: 50, beatMs: 2_000, staleMs: 30_000, patienceMs: 120_000 };

/** Number of files that stay. A listing at the same time may miss the newest file, but not this many. */
const keptFiles = 8;
const released = "released";

export class WindowLock {
  readonly #folder: string;
  readonly #times: LockTimes;

  /** `folder` contains nothing else. */
  constructor(folder: string, times: LockTimes = usualTimes) {
    this.#folder = folder;
    this.#times = times;
  }

  /** Runs `work` while no other window holds the lock. Rejects if another window holds it for too long. */
  async locked<T>(work: () => Promise<T>): Promise<T> {
    const held = await this.#acquire();
    try {
      return await work();
    } finally {
      await held.release();
    }
  }

  async #acquire(): Promise<HeldLock> {
    await mkdir(this.#folder, { recursive: true });
    const { retryMs, staleMs, patienceMs } = this.#times;
    const silence = new Silence(staleMs / retryMs);
    // Checks are counted instead of time, because clocks can be set and computers can sleep.
    for (let checks = patienceMs / retryMs; checks > 0; checks--) {
      const latest = await this.#latest();
      const isFree = latest === 0 || (await this.#isFree(latest, silence));
      const held = isFree ? await this.#claim(latest + 1) : undefined;
      if (held) return held;
      await wait(retryMs);
    }
    throw new Error(
      `another window has been starting the gateway for ${patienceMs / 1_000} s: reload that window, or try again`,
    );
  }

  /** The number of the lock, or 0 before the first one. */
  async #latest(): Promise<number> {
    return Math.max(0, ...(await this.#numbers()));
  }

  async #numbers(): Promise<number[]> {
    return (await readdir(this.#folder)).map(Number).filter(Number.isSafeInteger);
  }

  async #isFree(number: number, silence: Silence): Promise<boolean> {
    const text = await readFile(this.#file(number), "utf8").catch(() => undefined);
    // Newer owners have removed the file, so there is a newer lock.
    if (text === undefined) return false;
    if (text.endsWith(released)) return true;
    const [, owner] = /^(\d+) /.exec(text) ?? [];
    if (owner !== undefined && !isAlive(Number(owner))) return true;
    return silence.isTooLong(`${number} ${text.length}`);
  }

  /** Creates the file of a number. `undefined` if another window was faster. */
  async #claim(number: number): Promise<HeldLock | undefined> {
    const handle = await created(this.#file(number));
    if (!handle) return undefined;
    try {
      await handle.write(`${process.pid} `);
      // After a long pause, the number can be an old one, whose file was already removed.
      if ((await this.#latest()) === number) {
        await this.#removeUpTo(number - keptFiles);
        return new HeldLock(handle, this.#times.beatMs);
      }
    } catch (error) {
      await handle.close();
      throw error;
    }
    await handle.close();
    await rm(this.#file(number), { force: true });
    return undefined;
  }

  async #removeUpTo(last: number): Promise<void> {
    const old = (await this.#numbers()).filter((number) => number <= last);
    // The next owner tries again if a file cannot be removed.
    await Promise.allSettled(old.map((number) => rm(this.#file(number), { force: true })));
  }

  #file(number: number): string {
    return join(this.#folder, String(number));
  }
}

/** Writes only to its own file, so an owner that was wrongly believed dead does not change the lock of another window. */
class HeldLock {
  readonly #handle: FileHandle;
  readonly #timer: NodeJS.Timeout;
  #written: Promise<unknown> = Promise.resolve();

  constructor(handle: FileHandle, beatMs: number) {
    this.#handle = handle;
    this.#timer = setInterval(() => this.#write("."), beatMs).unref();
  }

  /** Never rejects. If the file cannot be written, other windows take over after a time. */
  async release(): Promise<void> {
    clearInterval(this.#timer);
    this.#write(released);
    await this.#written;
    await this.#handle.close().catch(() => undefined);
  }

  #write(text: string): void {
    this.#written = this.#written.then(() => this.#handle.write(text)).catch(() => undefined);
  }
}

/** Counts the checks in which a lock has not changed. */
class Silence {
  readonly #limit: number;
  #lock = "";
  #checks = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  isTooLong(lock: string): boolean {
    this.#checks = lock === this.#lock ? this.#checks + 1 : 0;
    this.#lock = lock;
    return this.#checks > this.#limit;
  }
}

async function created(file: string): Promise<FileHandle | undefined> {
  try {
    return await open(file, "wx");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    // Windows reports EPERM or EBUSY while a removed file is still open.
    if (code === "EEXIST" || code === "EPERM" || code === "EBUSY") return undefined;
    throw error;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
