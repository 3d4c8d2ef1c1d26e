/** Builds an image with the container engine of this machine (platform.md, *CLI*, `server build`). */

import { execFile } from "node:child_process";
import { access } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type Docker from "dockerode";
import { GatewayError, messageOf } from "../../base/errors.ts";
import { followProgress } from "../../runtime/container/engine-progress.ts";
import { buildContext } from "./build-context.ts";

export interface BuildOptions {
  /** Folder that the Dockerfile copies from. */
  readonly context: string;
  /** Relative to the context. */
  readonly dockerfile: string;
  /** Name and tag of the image. */
  readonly image: string;
  /** Such as `linux/amd64`. Unset: the engine's own platform. */
  readonly platform?: string | undefined;
}

interface BuildEvent {
  readonly stream?: string;
  readonly error?: string;
}

/** Rejects with `cluster-failed`. `log` gets the engine's output. */
export async function buildImage(
  engine: Docker,
  options: BuildOptions,
  log: (line: string) => void,
): Promise<void> {
  const { context, dockerfile, image, platform } = options;
  await access(join(context, dockerfile)).catch(() => {
    throw new GatewayError(
      "cluster-failed",
      `${dockerfile} does not exist in ${context}: set --dockerfile or --context`,
    );
  });
  const ended = new AbortController();
  try {
    const { archive, packed } = await buildContext(context, dockerfile);
    const build = async () => {
      const stream = await engine.buildImage(archive, {
        t: image,
        dockerfile: dockerfile.replaceAll("\\", "/"),
        abortSignal: ended.signal,
        ...(platform !== undefined && { platform }),
      });
      await followProgress<BuildEvent>(engine, stream, ({ stream: line }) => {
        if (line !== undefined && line.trim() !== "") log(line.trim());
      });
    };
    // The engine is not notified of an incomplete archive and would wait for the rest of it.
    await Promise.all([packed, build()]);
  } catch (error) {
    ended.abort();
    throw new GatewayError("cluster-failed", `image '${image}' could not be built: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

/** The short hash of a folder's commit; `undefined` outside a repository, or without git. */
export async function gitShortHash(folder: string): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)("git", ["rev-parse", "--short", "HEAD"], {
      cwd: folder,
      windowsHide: true,
    });
    return stdout.trim() || undefined;
  } catch {
    return undefined;
  }
}
