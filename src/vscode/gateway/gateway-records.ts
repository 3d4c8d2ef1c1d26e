/**
 * Windows with the same catalogs share one gateway, called a site. The file of a site has the address, so that agents
 * keep their URL, and the owner. It does not contain secrets. A lock serializes windows that search for the gateway at
 * the same time.
 */

import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { writeFileAtomic } from "../../base/write-file-atomic.ts";
import { WindowLock } from "./window-lock.ts";

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

  /** Runs `work` while no other window holds the lock. Rejects if another window holds it for too long. */
  locked<T>(work: () => Promise<T>): Promise<T> {
    return new WindowLock(join(this.folder, "locks")).locked(work);
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
