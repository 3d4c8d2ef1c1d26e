/** Makes sure that an image is present before a container is created from it, and reports the progress of the pull. */

import type Docker from "dockerode";
import { GatewayError } from "../../base/errors.ts";
import { StartAbortedError } from "../start-aborted.ts";
import { unlessAborted } from "./container.ts";
import type { ContainerConfig } from "./container-config.ts";
import { engineErrorText, hasStatus, imageErrorText } from "./engine-errors.ts";
import { followProgress } from "./engine-progress.ts";
import { credentialsFor } from "./registry-credentials.ts";

/** Interval between two progress lines of a pull. */
const progressMs = 1_000;

interface PullEvent {
  readonly id?: string;
  readonly status?: string;
  readonly error?: string;
  readonly progressDetail?: { readonly current?: number; readonly total?: number };
}

export interface ImagePull {
  /** Folder of the Docker configuration with the credentials for registries. */
  readonly configFolder: string;
  /** Gets progress lines. */
  readonly log: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Pulls the image as the setting `pull` requires. Rejects with `start-failed`. */
export async function provideImage(
  engine: Docker,
  { image, pull = "missing" }: ContainerConfig,
  options: ImagePull,
): Promise<void> {
  const { signal } = options;
  const isThere = pull !== "always" && (await isPresent(engine, image, signal));
  if (isThere) return;
  if (pull === "never")
    throw new GatewayError("start-failed", `image '${image}' is not on this machine, and pull is 'never'`);
  try {
    await pullImage(engine, withDefaultTag(image), options);
  } catch (error) {
    if (signal.aborted) throw new StartAbortedError(error);
    throw new GatewayError("start-failed", imageErrorText(image, error), { cause: error });
  }
}

async function isPresent(engine: Docker, image: string, signal: AbortSignal): Promise<boolean> {
  try {
    await unlessAborted(engine.getImage(image).inspect(), signal);
    return true;
  } catch (error) {
    if (signal.aborted) throw error;
    if (hasStatus(error, 404)) return false;
    throw new GatewayError("start-failed", engineErrorText(error), { cause: error });
  }
}

/** Adds a tag, because without one the engine would pull all tags. */
export function withDefaultTag(image: string): string {
  return /@|:[^/]*$/.test(image) ? image : `${image}:latest`;
}

async function pullImage(
  engine: Docker,
  image: string,
  { configFolder, log, signal }: ImagePull,
): Promise<void> {
  const authconfig = await credentialsFor(image, configFolder);
  log(`pulling image ${image}`);
  const stream = await engine.pull(image, { ...(authconfig && { authconfig }), abortSignal: signal });
  const progress = new PullProgress(image, log);
  await followProgress<PullEvent>(engine, stream, (event) => progress.take(event), signal);
  log(`pulled image ${image}`);
}

/** Sums up the layers of a pull. */
class PullProgress {
  readonly #image: string;
  readonly #log: (line: string) => void;
  readonly #layers = new Map<string, { readonly current: number; readonly total: number }>();
  #loggedAt = performance.now();

  constructor(image: string, log: (line: string) => void) {
    this.#image = image;
    this.#log = log;
  }

  take({ id, status, progressDetail }: PullEvent): void {
    const { current, total } = progressDetail ?? {};
    if (id === undefined || status !== "Downloading" || current === undefined || total === undefined) return;
    this.#layers.set(id, { current, total });
    if (performance.now() - this.#loggedAt < progressMs) return;
    this.#loggedAt = performance.now();
    const layers = [...this.#layers.values()];
    const [done, all] = [sum(layers, "current"), sum(layers, "total")];
    this.#log(`pulling image ${this.#image}: ${Math.floor((100 * done) / all)} % of ${megabytes(all)} MB`);
  }
}

function sum(layers: readonly { current: number; total: number }[], key: "current" | "total"): number {
  return layers.reduce((before, layer) => before + layer[key], 0);
}

function megabytes(bytes: number): number {
  return Math.max(1, Math.round(bytes / 1_000_000));
}
