/**
 * Windows with the same catalogs share one gateway, called a site. The file of a site has the address, so that agents
 * keep their URL, and the owner. It does not contain secrets. The lock serializes windows that search for the gateway at
 * the same time.
 */

import { createHash } from "node:crypto";
import { mkdir, open, readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { writeFileAtomic } from "../../base/write-file-atomic.ts";

export interface GatewayRecord {
  /** Port of the last gateway of these catalogs. */
  readonly port: number;
  readonly host: string;
  /** Process id of the extension host that owned it. */
  readonly owner: number;
  /** The user stopped the gateway, so other windows do not take over. */
  readonly stopped: boolean;
}

/** The same for the same catalogs in any order. */
export function recordKeyOf(files: readonly string[]): string {
  return createHash("sha256")
    .update([...files].sort().join("\n"))
    .digest("hex")
    .slice(0, 16);
}

/** An older lock is an orphan of a window that crashed while it held the lock. */
const staleMs = 30_000;
const retryMs = 50;

export class GatewayRecords {
  readonly folder: string;

  /** `folder` is the same for all windows of this installation. */
  constructor(folder: string) {
    this.folder = folder;
  }

  async record(site: string): Promise<GatewayRecord | undefined> {
    try {
      return recordIn(await readFile(this.#file(site), "utf8"));
    } catch {
      return undefined;
    }
  }

  /** Whether a port belongs to another site, running or not. */
  async isClaimed(port: number, site: string): Promise<boolean> {
    const names = await readdir(this.folder).catch(() => []);
    const others = names.filter((name) => name.endsWith(".json") && name !== `${site}.json`);
    const records = await Promise.all(others.map((name) => this.record(name.slice(0, -".json".length))));
    return records.some((record) => record?.port === port);
  }

  /** Writes atomically: readers get the old record or the new one. */
  async write(site: string, record: GatewayRecord): Promise<void> {
    await writeFileAtomic(this.#file(site), `${JSON.stringify(record)}\n`);
  }

  /** Runs `work` while no other window holds the lock. */
  async locked<T>(work: () => Promise<T>): Promise<T> {
    await mkdir(this.folder, { recursive: true });
    const file = join(this.folder, "lock");
    const age = new LockAge();
    while (!(await claim(file))) {
      if (await isStale(file, age)) await rm(file, { force: true });
      else await wait(retryMs);
    }
    try {
      return await work();
    } finally {
      await rm(file, { force: true });
    }
  }

  #file(site: string): string {
    return join(this.folder, `${site}.json`);
  }
}

function recordIn(text: string): GatewayRecord | undefined {
  const { port, host, owner, stopped } = JSON.parse(text) as Partial<GatewayRecord>;
  if (typeof port !== "number" || typeof host !== "string" || typeof owner !== "number") return undefined;
  return { port, host, owner, stopped: stopped === true };
}

async function claim(file: string): Promise<boolean> {
  try {
    const handle = await open(file, "wx");
    await handle.writeFile(String(process.pid));
    await handle.close();
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "EEXIST" || error.code === "EPERM"))
      return false;
    throw error;
  }
}

/** Measures how long a lock has existed. Uses a monotonic clock, because the clock of the file system can differ. */
export class LockAge {
  #lock = "";
  #sinceMs = 0;

  /** `lock` identifies the lock. */
  of(lock: string, nowMs = performance.now()): number {
    if (lock !== this.#lock) this.#sinceMs = nowMs;
    this.#lock = lock;
    return nowMs - this.#sinceMs;
  }
}

async function isStale(file: string, age: LockAge): Promise<boolean> {
  const found = await stat(file).catch(() => undefined);
  if (!found) return false;
  if (age.of(`${found.ino} ${found.mtimeMs}`) > staleMs) return true;
  const owner = Number(await readFile(file, "utf8").catch(() => ""));
  return owner > 0 && !isAlive(owner);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
