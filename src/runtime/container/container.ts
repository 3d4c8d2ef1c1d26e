/**
 * One container of ours from its creation to its removal: attached before it starts, so that nothing it says is missed.
 * Knows nothing of messages.
 */

import type { Duplex } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";
import type Docker from "dockerode";
import type { ContainerCreateOptions } from "dockerode";
import { atMost } from "../../base/deadline.ts";
import { GatewayError, messageOf } from "../../base/errors.ts";
import { attach } from "./attach.ts";
import type { Engine } from "./engine.ts";
import { type ContainerEnd, engineWords, hasStatus } from "./engine-trouble.ts";

export function calledOff(cause: unknown): GatewayError {
  return new GatewayError("start-failed", "the start was called off", { cause });
}

/** Removes a container with its volumes without a name, now or when its engine is back. Never rejects. */
export type Discard = (id: string) => Promise<void>;

/** How soon the engine is asked again whether it still runs, where it does not tell by itself. */
const lookMs = 1_000;

/** How long the engine may take to say how a container ended. */
const inspectMs = 5_000;

export class Container {
  readonly #container: Docker.Container;
  readonly #discard: Discard;
  /** What is written to its stdin, and the frames it writes. */
  readonly stream: Duplex;

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
    try {
      created = await engine.docker.createContainer(options);
      signal.throwIfAborted();
      const stream = await attach(engine, created.id, options.OpenStdin === true);
      const container = new Container(created, stream, discard);
      await created.start();
      signal.throwIfAborted();
      return container;
    } catch (error) {
      if (created) await discard(created.id);
      if (signal.aborted) throw calledOff(error);
      throw new GatewayError("start-failed", engineWords(error), { cause: error });
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
    const { stream } = this;
    const closed = new Promise<void>((resolve) => {
      if (stream.destroyed || stream.readableEnded) resolve();
      else stream.once("close", resolve).once("end", resolve);
    });
    await Promise.race([told, closed.then(() => atMost(told, lookMs))]);
  }

  async #end(): Promise<ContainerEnd | "running"> {
    try {
      const { State } = await this.#container.inspect({ abortSignal: AbortSignal.timeout(inspectMs) });
      if (State.Running) return "running";
      return { exitCode: State.ExitCode, oomKilled: State.OOMKilled, error: State.Error };
    } catch (error) {
      const because = hasStatus(error, 404) ? "its container was removed" : `its engine: ${messageOf(error)}`;
      return { exitCode: undefined, oomKilled: false, error: because };
    }
  }

  /** The port of this machine that leads to a port of the container. */
  async publishedPort(port: number): Promise<number | undefined> {
    const { NetworkSettings } = await this.#container.inspect();
    const [binding] = NetworkSettings.Ports[`${port}/tcp`] ?? [];
    return binding && Number(binding.HostPort);
  }

  /** Asks it to end, and kills it after `graceSeconds`. */
  async stop(graceSeconds: number): Promise<void> {
    await this.#container.stop({ t: graceSeconds }).catch(() => undefined);
  }

  /** Nothing of it is left: not its files, not its volumes without a name. */
  async remove(): Promise<void> {
    this.stream.destroy();
    await this.#discard(this.#container.id);
  }
}
