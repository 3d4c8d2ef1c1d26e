/** Pushes an image from the engine of this machine straight to a registry (platform.md, *CLI*, `registry push`). */

import type Docker from "dockerode";
import { GatewayError, messageOf } from "../../base/errors.ts";
import { splitTag, withTag } from "../../metadata/image-reference.ts";
import { followEvents } from "../../runtime/container/engine-events.ts";
import type { Credentials } from "../../runtime/container/registry-credentials.ts";
import type { ProgressSink } from "../servers/wait-until-ready.ts";

interface PushEvent {
  readonly id?: string;
  readonly status?: string;
  readonly error?: string;
  readonly progressDetail?: { readonly current?: number; readonly total?: number };
  /** Comes last. */
  readonly aux?: { readonly Digest?: string };
}

/**
 * Gives `source` the name `target` and pushes that. Resolves with the digest under which the registry has it, where the
 * engine reports one. Rejects with `cluster-failed`.
 */
export async function pushDirect(
  engine: Docker,
  source: string,
  target: string,
  credentials: Credentials | undefined,
  told: ProgressSink,
  signal: AbortSignal,
): Promise<string | undefined> {
  await tagImage(engine, source, target);
  try {
    // The engine wants to be told of a login even where there is none.
    const stream = await engine.getImage(target).push({ authconfig: credentials ?? {}, abortSignal: signal });
    const progress = new PushProgress(target, told);
    let digest: string | undefined;
    const take = (event: PushEvent) => {
      digest = event.aux?.Digest ?? digest;
      progress.take(event);
    };
    await followEvents<PushEvent>(engine, stream, take, signal);
    return digest;
  } catch (error) {
    if (signal.aborted) throw new GatewayError("cluster-failed", "interrupted");
    throw new GatewayError("cluster-failed", pushErrorText(target, messageOf(error)), { cause: error });
  }
}

export async function tagImage(engine: Docker, source: string, target: string): Promise<void> {
  const { image: repo, tag = "latest" } = splitTag(target);
  try {
    await engine.getImage(withTag(source, "latest")).tag({ repo, tag });
  } catch (error) {
    const isMissing = (error as { statusCode?: number }).statusCode === 404;
    const why = isMissing ? "it is not on this machine: build or pull it first" : messageOf(error);
    throw new GatewayError("cluster-failed", `image '${source}' cannot be pushed: ${why}`, { cause: error });
  }
}

/** One sentence for what a registry answers. Pure. */
export function pushErrorText(target: string, words: string): string {
  if (/no basic auth|unauthorized|authentication required|denied/i.test(words))
    return `image '${target}' could not be pushed: the registry rejected the credentials (mcp-runtime registry provision, docker login): ${words}`;
  if (/connection refused|no such host|timeout|EOF/i.test(words))
    return `image '${target}' could not be pushed: its registry does not answer: ${words}`;
  return `image '${target}' could not be pushed: ${words}`;
}

/** Adds up the layers of a push. */
class PushProgress {
  readonly #target: string;
  readonly #told: ProgressSink;
  readonly #layers = new Map<string, { readonly current: number; readonly total: number }>();

  constructor(target: string, told: ProgressSink) {
    this.#target = target;
    this.#told = told;
  }

  take({ id, progressDetail }: PushEvent): void {
    const { current, total } = progressDetail ?? {};
    if (id === undefined || current === undefined || total === undefined) return;
    this.#layers.set(id, { current: Math.min(current, total), total });
    const [done, all] = [...this.#layers.values()].reduce(
      ([done, all], layer) => [done + layer.current, all + layer.total],
      [0, 0],
    );
    const percent = Math.floor((100 * done) / Math.max(1, all));
    this.#told.update(`pushing ${this.#target}: ${percent} % of ${Math.max(1, Math.round(all / 1e6))} MB`);
  }
}
