/** Pushes an image from this machine's engine directly to a registry (platform.md, *CLI*, `registry push`). */

import type Docker from "dockerode";
import { GatewayError, messageOf } from "../../base/errors.ts";
import { splitTag, withTag } from "../../metadata/image-reference.ts";
import { followProgress } from "../../runtime/container/engine-progress.ts";
import type { Credentials } from "../../runtime/container/registry-credentials.ts";
import type { ProgressSink } from "../servers/wait-until-ready.ts";

interface PushEvent {
  readonly id?: string;
  readonly status?: string;
  readonly error?: string;
  readonly progressDetail?: { readonly current?: number; readonly total?: number };
  /** In the last event. */
  readonly aux?: { readonly Digest?: string };
}

export interface DirectPush {
  /** The image on this machine. */
  readonly source: string;
  readonly target: string;
  readonly credentials: Credentials | undefined;
}

/**
 * Tags `source` as `target` and pushes it. Resolves with its digest in the registry, if the engine reports one. Rejects
 * with `cluster-failed`.
 */
export async function pushDirect(
  engine: Docker,
  { source, target, credentials }: DirectPush,
  sink: ProgressSink,
  signal: AbortSignal,
): Promise<string | undefined> {
  await tagImage(engine, source, target);
  try {
    // The engine requires a login even when there is none.
    const stream = await engine.getImage(target).push({ authconfig: credentials ?? {}, abortSignal: signal });
    const progress = new PushProgress(target, sink);
    let digest: string | undefined;
    const take = (event: PushEvent) => {
      digest = event.aux?.Digest ?? digest;
      progress.take(event);
    };
    await followProgress<PushEvent>(engine, stream, take, signal);
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

/** The error message for an answer of a registry. Pure. */
export function pushErrorText(target: string, reason: string): string {
  if (/no basic auth|unauthorized|authentication required|denied/i.test(reason))
    return `image '${target}' could not be pushed: the registry rejected the credentials (run 'mcp-runtime registry provision' or 'docker login'): ${reason}`;
  if (/connection refused|no such host|timeout|EOF/i.test(reason))
    return `image '${target}' could not be pushed: its registry does not answer: ${reason}`;
  return `image '${target}' could not be pushed: ${reason}`;
}

/** Sums up the layers of a push. */
class PushProgress {
  readonly #target: string;
  readonly #sink: ProgressSink;
  readonly #layers = new Map<string, { readonly current: number; readonly total: number }>();

  constructor(target: string, sink: ProgressSink) {
    this.#target = target;
    this.#sink = sink;
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
    this.#sink.update(`pushing ${this.#target}: ${percent} % of ${Math.max(1, Math.round(all / 1e6))} MB`);
  }
}
