/** Starts an instance and performs the handshake. A start that fails ends everything it began. */

import type { BackendSession } from "../backend/backend-session.ts";
import type { Exit } from "../backend/channel.ts";
import type { HandshakeOptions } from "../backend/handshake.ts";
import { GatewayError, messageOf } from "../base/errors.ts";
import type { Instance, Launch, Runtime } from "../runtime/runtime.ts";
import { StartAbortedError } from "../runtime/start-aborted.ts";
import type { Download } from "./download.ts";

export interface StartRequest {
  readonly launch: Launch;
  readonly runtime: Runtime;
  readonly handshakeRequest: HandshakeOptions;
  /** Creates the session; it is not open yet. */
  readonly connect: () => BackendSession;
  /** 0 is no limit. The time counts from the latest progress of a download. */
  readonly startMs: number;
  /** Download that precedes the start, if its progress can be observed. */
  readonly download: Download | undefined;
}

export interface StartedInstance {
  readonly instance: Instance;
  readonly session: BackendSession;
}

/** Rejects with the reason if the instance is not ready within `startMs` or the start is aborted. */
export async function startInstance(request: StartRequest, abort: AbortController): Promise<StartedInstance> {
  const { startMs, handshakeRequest, download } = request;
  const onTimeout = () => abort.abort(startTimeout(startMs, download));
  let timer = startMs > 0 ? setTimeout(onTimeout, startMs) : undefined;
  const restartTimer = () => {
    clearTimeout(timer);
    timer = setTimeout(onTimeout, startMs);
  };
  if (download && timer) download.onProgress = restartTimer;
  let started = false;
  const onStarted = () => {
    started = true;
  };
  try {
    return await openOnce(request, abort.signal, onStarted);
  } catch (error) {
    // Some servers of the initialize era exit at a first message other than `initialize`.
    const [first, second] = handshakeRequest.eras;
    const other = first === "stateless" ? second : undefined;
    if (!started || other === undefined || abort.signal.aborted) throw error;
    const again = { ...request, handshakeRequest: { ...handshakeRequest, eras: [other] as const } };
    return await openOnce(again, abort.signal);
  } finally {
    if (download) download.onProgress = undefined;
    clearTimeout(timer);
  }
}

function startTimeout(startMs: number, download: Download | undefined): StartTimeout {
  const unfinished = download?.unfinished;
  const late = `not ready within ${startMs / 1000} s (start_timeout_seconds)`;
  return new StartTimeout(unfinished === undefined ? late : `${late}: ${unfinished}`);
}

async function openOnce(
  request: StartRequest,
  signal: AbortSignal,
  onStarted?: () => void,
): Promise<StartedInstance> {
  const { launch, runtime, handshakeRequest } = request;
  const session = request.connect();
  let instance: Instance | undefined;
  try {
    instance = await runtime.start(launch, session, signal);
    onStarted?.();
    const opened = session.open(instance, handshakeRequest);
    await firstOf(opened, instance.exited.then(failStart), signal);
    return { instance, session };
  } catch (error) {
    session.end(new GatewayError("start-failed", "the server did not start"));
    await instance?.stop();
    if (signal.aborted) throw withReason(signal.reason, error, launch);
    // The refusal of a server may contain secrets it was given.
    throw new GatewayError("start-failed", launch.redact(messageOf(error)), { cause: error });
  }
}

class StartTimeout extends GatewayError {
  constructor(message: string) {
    super("start-failed", message);
  }
}

/** Adds to a start timeout what the runtime waited for, if the runtime knows. */
function withReason(reason: unknown, error: unknown, { redact }: Launch): unknown {
  const waitedFor = error instanceof StartAbortedError ? error.waitedFor : undefined;
  if (!(reason instanceof StartTimeout) || waitedFor === undefined) return reason;
  return new StartTimeout(`${reason.message}: ${redact(waitedFor)}`);
}

function failStart(exit: Exit): never {
  throw new GatewayError("start-failed", exit.kind === "crashed" ? exit.because : "stopped while starting");
}

/** Resolves with the session, unless the instance exits or the signal aborts first. */
async function firstOf<T>(opened: Promise<T>, ended: Promise<never>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const onAbort = () => aborted.reject(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  // The promises that lose the race may still reject; that is not an error.
  for (const racer of [opened, ended, aborted.promise]) racer.catch(() => undefined);
  try {
    signal.throwIfAborted();
    return await Promise.race([opened, ended, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
