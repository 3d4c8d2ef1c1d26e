/** From an entry that is ready to an open session: starts the instance and does the handshake, or leaves nothing behind. */

import { GatewayError, messageOf } from "../base/errors.ts";
import type { Exit } from "../connection/channel.ts";
import type { Connection } from "../connection/connection.ts";
import type { Instance, Launch, Runtime } from "../runtime/runtime.ts";

/**
 * `initializeParams` is JSON text. Not ready within `startMs` (0: no limit), or aborted, it ends what it began and
 * rejects with why.
 */
export async function openInstance(
  { launch, runtime }: { readonly launch: Launch; readonly runtime: Runtime },
  connection: Connection,
  initializeParams: string,
  startMs: number,
  abort: AbortController,
): Promise<Instance> {
  const late = new GatewayError("start-failed", `not ready within ${startMs / 1000} s`);
  const timer = startMs > 0 ? setTimeout(() => abort.abort(late), startMs) : undefined;
  let instance: Instance | undefined;
  try {
    instance = await runtime.start(launch, connection, abort.signal);
    const opened = connection.open(instance, initializeParams, 0);
    await firstOf(opened, instance.exited.then(failStart), abort.signal);
    return instance;
  } catch (error) {
    connection.end(new GatewayError("start-failed", "it did not start"));
    await instance?.stop();
    if (abort.signal.aborted) throw abort.signal.reason;
    // A server may say in its refusal what it was given in confidence.
    throw new GatewayError("start-failed", launch.redact(messageOf(error)), { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

function failStart(exit: Exit): never {
  throw new GatewayError("start-failed", exit.kind === "crashed" ? exit.because : "stopped while starting");
}

/** Resolves with the session, unless the instance ends or the signal comes first. */
async function firstOf<T>(opened: Promise<T>, ended: Promise<never>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const onAbort = () => aborted.reject(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  // What loses the race may still reject: that is nobody's news.
  for (const racer of [opened, ended, aborted.promise]) racer.catch(() => undefined);
  try {
    signal.throwIfAborted();
    return await Promise.race([opened, ended, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
