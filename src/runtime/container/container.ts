/**
 * One container from its creation to its removal. It is attached before it starts, so that no output is missed. Does
 * not interpret messages.
 */

import type { Duplex } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";
import type Docker from "dockerode";
import type { ContainerCreateOptions } from "dockerode";
import { GatewayError, messageOf } from "../../base/errors.ts";
import { abortable, withTimeout } from "../../base/timeout.ts";
import { StartAbortedError } from "../start-aborted.ts";
import { attach } from "./attach.ts";
import { answerMs, type Engine } from "./engine.ts";
import { type ContainerEnd, engineErrorText, hasStatus } from "./engine-errors.ts";

/** The result of the promise. Rejects with `start-failed` when the start is aborted first. */
export async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  try {
    return await abortable(promise, signal);
  } catch (error) {
    throw signal.aborted ? new StartAbortedError(error) : error;
  }
}

/** Removes a container and its anonymous volumes, now or when its engine is available again. Never rejects. */
export type Discard = (id: string) => Promise<void>;

/** Delay before the engine is asked whether the container still runs, when it sends no notification. */
const checkMs = 1_000;

export class Container {
  readonly #container: Docker.Container;
  readonly #discard: Discard;
  /** Stdin of the container, and the frames it writes. */
  readonly stream: Duplex;
  #removed: Promise<void> | undefined;

  private constructor(container: Docker.Container, stream: Duplex, discard: Discard) {
    this.#container = container;
    this.#discard = discard;
    this.stream = stream;
  }

  /**
   * Rejects with `start-failed` and the engine's message; then nothing of the container remains. `discard` removes a
   * container.
   */
  static async start(
    engine: Engine,
    options: ContainerCreateOptions,
    discard: Discard,
    signal: AbortSignal,
  ): Promise<Container> {
    let created: Docker.Container | undefined;
    let stream: Duplex | undefined;
    try {
      created = await create(engine.docker, options, discard, signal);
      stream = await attach(engine, created.id, options.OpenStdin === true, signal);
      await created.start({ abortSignal: signal });
      signal.throwIfAborted();
      return new Container(created, stream, discard);
    } catch (error) {
      stream?.destroy();
      if (created) await discard(created.id);
      if (signal.aborted) throw new StartAbortedError(error);
      throw new GatewayError("start-failed", engineErrorText(error), { cause: error });
    }
  }

  /**
   * Resolves with the end of the container; never rejects. `serves`: the container is useful as long as it runs, even
   * after a short outage of the engine has closed its streams.
   */
  async ended({ serves = false } = {}): Promise<ContainerEnd> {
    await this.#waited();
    let end = await this.#end();
    for (; serves && end === "running"; end = await this.#end())
      await wait(checkMs, undefined, { ref: false });
    return end === "running"
      ? { exitCode: undefined, oomKilled: false, error: "the container engine stopped" }
      : end;
  }

  /** If the engine ends, it may never report the end of the container. The streams close in any case. */
  async #waited(): Promise<void> {
    const ended = this.#container.wait().then(
      () => undefined,
      // The container or the engine may have been removed. Its last known state is more informative.
      () => undefined,
    );
    await Promise.race([ended, this.silent().then(() => withTimeout(ended, checkMs))]);
  }

  /** Resolves once its output has ended. */
  silent(): Promise<void> {
    const { stream } = this;
    return new Promise((resolve) => {
      if (stream.destroyed || stream.readableEnded) resolve();
      else stream.once("close", resolve).once("end", resolve);
    });
  }

  async #end(): Promise<ContainerEnd | "running"> {
    try {
      const { State } = await this.#container.inspect({ abortSignal: AbortSignal.timeout(answerMs) });
      if (State.Running) return "running";
      return { exitCode: State.ExitCode, oomKilled: State.OOMKilled, error: State.Error };
    } catch (error) {
      const because = hasStatus(error, 404)
        ? "its container was removed"
        : `container engine: ${messageOf(error)}`;
      return { exitCode: undefined, oomKilled: false, error: because };
    }
  }

  /** The port of this machine that is mapped to a port of the container, while the container runs. */
  async publishedPort(port: number, signal: AbortSignal): Promise<number | "ended" | undefined> {
    const { NetworkSettings, State } = await this.#container.inspect({ abortSignal: signal });
    const [binding] = NetworkSettings.Ports[`${port}/tcp`] ?? [];
    if (binding) return Number(binding.HostPort);
    return State.Running ? undefined : "ended";
  }

  /**
   * Asks the container to end and kills it after `graceSeconds`. If the engine fails here, `remove()` ends the
   * container.
   */
  async stop(graceSeconds: number): Promise<void> {
    const abortSignal = AbortSignal.timeout(graceSeconds * 1000 + answerMs);
    await this.#container.stop({ t: graceSeconds, abortSignal }).catch(() => undefined);
  }

  /** Removes the container with its files and its anonymous volumes. */
  remove(): Promise<void> {
    this.stream.destroy();
    this.#removed ??= this.#discard(this.#container.id);
    return this.#removed;
  }
}

/**
 * The library also writes the options into the URL, which engines log. The URL must not contain a value or an argument.
 */
async function create(
  docker: Docker,
  { name, ...body }: ContainerCreateOptions,
  discard: Discard,
  signal: AbortSignal,
): Promise<Docker.Container> {
  const parts = { _query: name === undefined ? {} : { name }, _body: body };
  const creating = docker.createContainer(parts as ContainerCreateOptions);
  try {
    return await abortable(creating, signal);
  } catch (error) {
    // A slow engine may create it after the abort.
    if (signal.aborted) creating.then(({ id }) => discard(id)).catch(() => undefined);
    throw error;
  }
}
