/** Progress events of an engine that pulls, pushes or builds. */

import type Docker from "dockerode";

/**
 * Calls `take` with each event. Resolves when the work is done. Rejects with the engine's message, or with the reason
 * of the signal.
 */
export function followProgress<T extends { readonly error?: string }>(
  engine: Docker,
  stream: NodeJS.ReadableStream,
  take: (event: T) => void,
  signal?: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const finished = (error: Error | null, events?: T[]) => {
      const failure = error?.message ?? events?.find((event) => event.error !== undefined)?.error;
      if (failure === undefined) resolve();
      else reject(new Error(failure));
    };
    signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
    engine.modem.followProgress(stream, finished, take);
  });
}
