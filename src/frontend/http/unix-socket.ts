/** The file of a unix socket. Replaced after a crash, never while its gateway is running. Node removes it on close. */

import { lstat, rm } from "node:fs/promises";
import { connect } from "node:net";
import { GatewayError } from "../../base/errors.ts";

/** Removes the socket of a crashed gateway at `path`. Rejects if the socket is in use or the file is not a socket. */
export async function removeStaleSocket(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  if (!found) return;
  if (!found.isSocket())
    throw new GatewayError(
      "internal",
      `${path} already exists and is not a socket: remove it or use another path`,
    );
  if (await answers(path)) throw Object.assign(new Error(`${path} is in use`), { code: "EADDRINUSE" });
  await rm(path, { force: true });
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
