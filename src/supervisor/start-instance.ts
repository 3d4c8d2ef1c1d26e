/** From an entry that is ready to an open session: starts the instance and does the handshake, or leaves nothing behind. */

import type { BackendSession } from "../backend/backend-session.ts";
import type { Exit } from "../backend/channel.ts";
import type { HandshakeRequest } from "../backend/handshake.ts";
import { GatewayError, messageOf } from "../base/errors.ts";
import type { Instance, Launch, Runtime } from "../runtime/runtime.ts";
import { StartAbortedError } from "../runtime/start-aborted.ts";
import type { Download } from "./download.ts";

export interface StartRequest {
  readonly launch: Launch;
  readonly runtime: Runtime;
  readonly greeting: HandshakeRequest;
  /** A connection that has not been opened yet. */
  readonly connect: () => BackendSession;
  /** 0: no limit. Counts from the latest sign of the download, where there is one. */
  readonly startMs: number;
  /** What is downloaded before, where that can be seen. */
  readonly download: Download | undefined;
}

export interface StartedInstance {
  readonly instance: Instance;
  readonly connection: BackendSession;
}

/** Not ready within `startMs`, or aborted, it ends what it began and rejects with why. */
export async function startInstance(opening: StartRequest, abort: AbortController): Promise<StartedInstance> {
  const { startMs, greeting, download } = opening;
  const onLate = () => abort.abort(lateStart(startMs, download));
  let timer = startMs > 0 ? setTimeout(onLate, startMs) : undefined;
  const startAnew = () => {
    clearTimeout(timer);
    timer = setTimeout(onLate, startMs);
  };
  if (download && timer) download.onProgress = startAnew;
  let started = false;
  const onStarted = () => {
    started = true;
  };
  try {
    return await openOnce(opening, abort.signal, onStarted);
  } catch (error) {
    // Some servers of the initialize era end at the first message that is no `initialize`.
    const other = greeting.eras[0] === "stateless" ? greeting.eras[1] : undefined;
    if (!started || other === undefined || abort.signal.aborted) throw error;
    return await openOnce({ ...opening, greeting: { ...greeting, eras: [other] } }, abort.signal);
  } finally {
    if (download) download.onProgress = undefined;
    clearTimeout(timer);
  }
}

function lateStart(startMs: number, download: Download | undefined): LateStart {
  const unfinished = download?.unfinished;
  return new LateStart(
    `not ready within ${startMs / 1000} s${unfinished === undefined ? "" : `: ${unfinished}`}`,
  );
}

async function openOnce(
  opening: StartRequest,
  signal: AbortSignal,
  onStarted?: () => void,
): Promise<StartedInstance> {
  const { launch, runtime, greeting } = opening;
  const connection = opening.connect();
  let instance: Instance | undefined;
  try {
    instance = await runtime.start(launch, connection, signal);
    onStarted?.();
    const opened = connection.open(instance, greeting);
    await firstOf(opened, instance.exited.then(failStart), signal);
    return { instance, connection };
  } catch (error) {
    connection.end(new GatewayError("start-failed", "it did not start"));
    await instance?.stop();
    if (signal.aborted) throw withReason(signal.reason, error, launch);
    // A server may say in its refusal what it was given in confidence.
    throw new GatewayError("start-failed", launch.redact(messageOf(error)), { cause: error });
  }
}

class LateStart extends GatewayError {
  constructor(message: string) {
    super("start-failed", message);
  }
}

/** A start that took too long, with what it waited for where the runtime knows. */
function withReason(reason: unknown, error: unknown, { redact }: Launch): unknown {
  const waitedFor = error instanceof StartAbortedError ? error.waitedFor : undefined;
  if (!(reason instanceof LateStart) || waitedFor === undefined) return reason;
  return new LateStart(`${reason.message}: ${redact(waitedFor)}`);
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
