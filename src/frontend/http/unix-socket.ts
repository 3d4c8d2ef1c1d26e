/** The file of a unix socket: taken over from a gateway that died, never from one that lives. Node removes it at the end. */

import { lstat, rm } from "node:fs/promises";
import { connect } from "node:net";
import { GatewayError } from "../../base/errors.ts";

/** Makes way for a new socket at `path`; rejects when something living or something else is there. */
export async function claimSocket(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  if (!found) return;
  if (!found.isSocket()) throw new GatewayError("internal", `${path} is there already and is no socket`);
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
