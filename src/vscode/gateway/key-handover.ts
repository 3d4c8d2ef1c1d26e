/**
 * How windows come to one key where the editor's secret storage is each window's own (editors in a browser, systems
 * without a keyring): the window that owns the gateway tells it to programs of the same user, over a socket in a folder
 * only that user may enter. Nothing is written to a file.
 */

import { createHash } from "node:crypto";
import { lstat, mkdir, rm } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const answerMs = 1_000;
const longestKey = 200;

/**
 * The socket of a site, or nothing where there can be none: on Windows a pipe could be read by others, and its secret
 * storage is shared anyway. `storage` tells installations apart. Pure but for the defaults.
 */
export function handoverSocket(
  site: string,
  storage: string,
  platform: NodeJS.Platform = process.platform,
  runtimeDir: string = process.env["XDG_RUNTIME_DIR"] || tmpdir(),
  user: number | undefined = process.getuid?.(),
): string | undefined {
  if (platform === "win32" || user === undefined) return undefined;
  const name = createHash("sha256").update(`${storage}\n${site}`).digest("hex").slice(0, 16);
  return join(runtimeDir, `omg-${user}`, name);
}

/** Tells the key to whoever connects, until the function returned is called. Rejects where that is not safe. */
export async function offerKey(socket: string, key: string): Promise<() => Promise<void>> {
  const folder = join(socket, "..");
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const { uid, mode } = await lstat(folder);
  if (uid !== process.getuid?.() || (mode & 0o077) !== 0) throw new Error(`${folder} is open to others`);
  // Left behind by a window that died: nobody else gets here, we hold the lock.
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

/** The key that the owner tells; nothing where there is no owner. Never rejects. */
export function askKey(socket: string): Promise<string | undefined> {
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
      if (text.length > longestKey) end(undefined);
    });
    connection.once("end", () => end(text === "" ? undefined : text));
    connection.once("error", () => end(undefined));
  });
}
