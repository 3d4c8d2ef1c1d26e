/**
 * One container of ours from its creation to its removal: attached before it starts, so that nothing it says is missed.
 * Knows nothing of messages.
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

/** What the promise resolves with; rejects with `start-failed` when the start is called off before. */
export async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  try {
    return await abortable(promise, signal);
  } catch (error) {
    throw signal.aborted ? new StartAbortedError(error) : error;
  }
}

/** Removes a container with its volumes without a name, now or when its engine is back. Never rejects. */
export type Discard = (id: string) => Promise<void>;

/** How soon the engine is asked again whether it still runs, where it does not tell by itself. */
const lookMs = 1_000;

export class Container {
  readonly #container: Docker.Container;
  readonly #discard: Discard;
  /** What is written to its stdin, and the frames it writes. */
  readonly stream: Duplex;
  #removed: Promise<void> | undefined;

  private constructor(container: Docker.Container, stream: Duplex, discard: Discard) {
    this.#container = container;
    this.#discard = discard;
    this.stream = stream;
  }

  /** Rejects with `start-failed` in the engine's words; then nothing of it is left. `discard` removes a container. */
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
   * Resolves once it has ended, with how it did; never rejects. `serves`: it is of use as long as it runs, even when the
   * engine was gone for a moment and its streams with it.
   */
  async ended({ serves = false } = {}): Promise<ContainerEnd> {
    await this.#waited();
    let end = await this.#end();
    for (; serves && end === "running"; end = await this.#end())
      await wait(lookMs, undefined, { ref: false });
    return end === "running" ? { exitCode: undefined, oomKilled: false, error: "its engine ended" } : end;
  }

  /** The engine's word that it ended may never come when the engine ends: its streams do. */
  async #waited(): Promise<void> {
    const told = this.#container.wait().then(
      () => undefined,
      // It may be gone, or the engine: what is known of it says more.
      () => undefined,
    );
    await Promise.race([told, this.silent().then(() => withTimeout(told, lookMs))]);
  }

  /** Resolves once there is no more to be read of what it says. */
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
      const because = hasStatus(error, 404) ? "its container was removed" : `its engine: ${messageOf(error)}`;
      return { exitCode: undefined, oomKilled: false, error: because };
    }
  }

  /** The port of this machine that leads to a port of the container, while it runs. */
  async publishedPort(port: number, signal: AbortSignal): Promise<number | "ended" | undefined> {
    const { NetworkSettings, State } = await this.#container.inspect({ abortSignal: signal });
    const [binding] = NetworkSettings.Ports[`${port}/tcp`] ?? [];
    if (binding) return Number(binding.HostPort);
    return State.Running ? undefined : "ended";
  }

  /** Asks it to end, and kills it after `graceSeconds`; what the engine does not do then is left to its removal. */
  async stop(graceSeconds: number): Promise<void> {
    const abortSignal = AbortSignal.timeout(graceSeconds * 1000 + answerMs);
    await this.#container.stop({ t: graceSeconds, abortSignal }).catch(() => undefined);
  }

  /** Nothing of it is left: not its files, not its volumes without a name. */
  remove(): Promise<void> {
    this.stream.destroy();
    this.#removed ??= this.#discard(this.#container.id);
    return this.#removed;
  }
}

/** The library writes what it is given into the URL as well, which engines log: no value or argument may stand there. */
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
    // A slow engine may still create it.
    if (signal.aborted) creating.then(({ id }) => discard(id)).catch(() => undefined);
    throw error;
  }
}
