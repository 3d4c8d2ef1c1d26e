/**
 * Gives windows the same key where the editor's secret storage is separate for each window (editors in a browser, systems
 * without a keyring). The window that owns the gateway sends the key to programs of the same user, over a socket in a
 * folder that only that user may enter. The key is not written to a file.
 */

import { createHash } from "node:crypto";
import type { Stats } from "node:fs";
import { lstat, mkdir, rm, stat } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const answerMs = 1_000;
const maxKeyLength = 200;

export interface SocketOwner {
  readonly platform: NodeJS.Platform;
  /** Folder for the sockets of a user. */
  readonly runtimeDir: string;
  readonly user: number | undefined;
}

/**
 * The socket of a site. `undefined` on Windows, where other users could read from a pipe, and windows share the secret
 * storage anyway. `storage` identifies the installation. Pure except for the defaults.
 */
export function handoverSocket(
  site: string,
  storage: string,
  owner: Partial<SocketOwner> = {},
): string | undefined {
  const {
    platform = process.platform,
    runtimeDir = process.env["XDG_RUNTIME_DIR"] || tmpdir(),
    user = process.getuid?.(),
  } = owner;
  if (platform === "win32" || user === undefined) return undefined;
  const name = createHash("sha256").update(`${storage}\n${site}`).digest("hex").slice(0, 16);
  return join(runtimeDir, `omg-${user}`, name);
}

/** The result of `lstat` that the checks need. */
export type FileFacts = Pick<Stats, "uid" | "mode" | "isDirectory" | "isSocket">;

/** The reason why the folder of the socket is not safe to use, or `undefined`. Pure. */
export function folderError(folder: FileFacts, user: number | undefined): string | undefined {
  if (!folder.isDirectory()) return "is not a directory";
  if (folder.uid !== user) return "belongs to another user";
  return (folder.mode & 0o077) === 0 ? undefined : "is open to other users";
}

/** The reason why other users could replace files in this folder, or `undefined`. Pure. */
export function parentError(parent: FileFacts, user: number | undefined): string | undefined {
  if (parent.uid !== user && parent.uid !== 0) return "belongs to another user";
  const isShared = (parent.mode & 0o022) !== 0;
  // In a sticky folder only the owner may rename or remove a file.
  return isShared && (parent.mode & 0o1000) === 0 ? "lets other users replace its files" : undefined;
}

/** Throws if another user can access or replace the folder. */
async function checkFolder(folder: string): Promise<void> {
  const user = process.getuid?.();
  const problem = folderError(await lstat(folder), user);
  if (problem !== undefined) throw new Error(`${folder} ${problem}: remove it, or set XDG_RUNTIME_DIR`);
  const parent = dirname(folder);
  const parentProblem = parentError(await stat(parent), user);
  if (parentProblem !== undefined) throw new Error(`${parent} ${parentProblem}: set XDG_RUNTIME_DIR`);
}

/** Sends the key to each program that connects, until the returned function is called. Rejects if that is not safe. */
export async function offerKey(socket: string, key: string): Promise<() => Promise<void>> {
  const folder = dirname(socket);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await checkFolder(folder);
  // An orphan of a window that crashed. No other window is here, because this window holds the lock.
  await rm(socket, { force: true });
  const server = createServer((connection) => {
    connection.on("error", () => undefined);
    connection.end(key);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(socket, resolve);
  });
  return () => new Promise((resolve) => server.close(() => resolve()));
}

/**
 * The key that the owner sends, or `undefined` if there is no owner. Rejects if another user can access the folder or the
 * socket, because the key could then come from that user.
 */
export async function askKey(socket: string): Promise<string | undefined> {
  if (!(await isThere(socket))) return undefined;
  await checkFolder(dirname(socket));
  const found = await lstat(socket);
  if (!found.isSocket() || found.uid !== process.getuid?.())
    throw new Error(`${socket} is not a socket of this user: remove it`);
  return keyFrom(socket);
}

async function isThere(file: string): Promise<boolean> {
  try {
    await lstat(file);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR"))
      return false;
    throw error;
  }
}

/** Never rejects. */
function keyFrom(socket: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    let text = "";
    const connection = connect(socket);
    const end = (key: string | undefined) => {
      connection.destroy();
      resolve(key);
    };
    connection.setEncoding("utf8").setTimeout(answerMs, () => end(undefined));
    connection.on("data", (chunk: string) => {
      text += chunk;
      if (text.length > maxKeyLength) end(undefined);
    });
    connection.once("end", () => end(text === "" ? undefined : text));
    connection.once("error", () => end(undefined));
  });
}
