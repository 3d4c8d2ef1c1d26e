/**
 * Notifies when the content of a file changes, however it is written: in place, replaced by rename, deleted and created
 * again, behind a symbolic link, or in a folder that is created later. Reads the file only to compare it.
 */

import { createHash } from "node:crypto";
import type { FSWatcher } from "node:fs";
import { statSync, watch } from "node:fs";
import { readFile, realpath, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import type { Log } from "../base/log.ts";

export interface WatchTiming {
  /** Quiet time after the last change before the content is compared. */
  readonly debounceMs: number;
  /** Interval at which the file is checked where the system reports no changes. */
  readonly pollMs: number;
  /** `false`: only check at intervals. */
  readonly events: boolean;
}

const usual: WatchTiming = { debounceMs: 500, pollMs: 2_000, events: true };

/** Larger files are compared by size and times. */
const mostBytesRead = 8 * 1024 * 1024;

/**
 * Calls `onChange` when the content differs from that at the last call (at first: when `ready` resolved), or when the
 * file was deleted or created. Does not keep the process running. Read the file after `ready`, so that no change is
 * missed.
 */
export function watchFile(
  path: string,
  onChange: () => void,
  log?: Log,
  timing: Partial<WatchTiming> = {},
): { readonly ready: Promise<void>; close(): void } {
  const fileWatch = new FileWatch(resolve(path), onChange, log, { ...usual, ...timing });
  return { ready: fileWatch.begin(), close: () => fileWatch.close() };
}

class FileWatch {
  readonly #path: string;
  readonly #onChange: () => void;
  readonly #log: Log | undefined;
  readonly #timing: WatchTiming;
  /** Folder watchers by folder, with the identity that the folder had when its watcher was opened. */
  readonly #watchers = new Map<string, { readonly identity: string; readonly watcher: FSWatcher }>();
  #signature = "";
  #content = "";
  #debounce: NodeJS.Timeout | undefined;
  #poll: NodeJS.Timeout | undefined;
  #looking = false;
  #lookAgain = false;
  #closed = false;

  constructor(path: string, onChange: () => void, log: Log | undefined, timing: WatchTiming) {
    this.#path = path;
    this.#onChange = onChange;
    this.#log = log;
    this.#timing = timing;
  }

  async begin(): Promise<void> {
    await this.#watchFolders();
    this.#signature = await signatureOf(this.#path);
    this.#content = await contentOf(this.#path);
    if (this.#closed) return;
    this.#poll = setInterval(() => void this.#check(), this.#timing.pollMs).unref();
    await this.#check();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#debounce);
    clearInterval(this.#poll);
    for (const { watcher } of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
  }

  /** Checks the file after a possible change, one check at a time. */
  async #check(): Promise<void> {
    this.#lookAgain = true;
    if (this.#looking) return;
    this.#looking = true;
    while (this.#lookAgain && !this.#closed) {
      this.#lookAgain = false;
      await this.#watchFolders();
      const signature = await signatureOf(this.#path);
      // Changes of other files in the folder must not delay the report.
      if (signature !== this.#signature) this.#settle(signature);
    }
    this.#looking = false;
  }

  #settle(signature: string): void {
    if (this.#closed) return;
    this.#signature = signature;
    clearTimeout(this.#debounce);
    this.#debounce = setTimeout(() => void this.#compare(), this.#timing.debounceMs).unref();
  }

  async #compare(): Promise<void> {
    const content = await contentOf(this.#path);
    if (this.#closed || content === this.#content) return;
    this.#content = content;
    try {
      this.#onChange();
    } catch (error) {
      this.#log?.error(`after a change of ${this.#path}: ${String(error)}`);
    }
  }

  /** Watches the folders that the file is in now, and stops watching others. */
  async #watchFolders(): Promise<void> {
    if (!this.#timing.events) return;
    const wanted = await foldersOf(this.#path);
    if (this.#closed) return;
    for (const [folder, { identity, watcher }] of this.#watchers) {
      if (wanted.get(folder) === identity) continue;
      watcher.close();
      this.#watchers.delete(folder);
    }
    for (const [folder, identity] of wanted) {
      if (!this.#watchers.has(folder)) this.#watchFolder(folder, identity);
    }
  }

  #watchFolder(folder: string, identity: string): void {
    try {
      const watcher = watch(folder, { persistent: false }, () => void this.#check());
      watcher.on("error", () => this.#forget(folder, watcher));
      this.#watchers.set(folder, { identity, watcher });
    } catch (error) {
      // The checks at intervals still find the changes.
      this.#log?.debug(`no events for ${folder}: ${String(error)}`);
    }
  }

  #forget(folder: string, watcher: FSWatcher): void {
    watcher.close();
    if (this.#watchers.get(folder)?.watcher === watcher) this.#watchers.delete(folder);
  }
}

/** Changes whenever the file is written or replaced. */
async function signatureOf(path: string): Promise<string> {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
    return [dev, ino, size, mtimeNs, ctimeNs].join(":");
  } catch (error) {
    return codeOf(error);
  }
}

async function contentOf(path: string): Promise<string> {
  try {
    const found = await stat(path);
    // A device may never end.
    if (!found.isFile() || found.size > mostBytesRead) return await signatureOf(path);
    return createHash("sha256")
      .update(await readFile(path))
      .digest("hex");
  } catch (error) {
    return codeOf(error);
  }
}

function codeOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
  return code === "ENOTDIR" ? "ENOENT" : code;
}

/** The folder of the path (or the nearest existing one above it) and that of the link's target, by identity. */
async function foldersOf(path: string): Promise<Map<string, string>> {
  const folders = new Map<string, string>();
  const real = await realpath(path).catch(() => path);
  for (const start of [path, real]) {
    let folder = dirname(start);
    while (identityOf(folder) === undefined && dirname(folder) !== folder) folder = dirname(folder);
    folders.set(folder, identityOf(folder) ?? "");
  }
  return folders;
}

/** Distinguishes a folder from another one created later at the same path. */
function identityOf(folder: string): string | undefined {
  try {
    const stats = statSync(folder, { bigint: true, throwIfNoEntry: false });
    return stats?.isDirectory() ? `${stats.dev}:${stats.ino}:${stats.birthtimeNs}` : undefined;
  } catch {
    return undefined;
  }
}
