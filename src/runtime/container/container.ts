/**
 * One container of ours from its creation to its removal: attached before it starts, so that nothing it says is missed.
 * Knows nothing of messages.
 */

import type { Duplex } from "node:stream";
import type Docker from "dockerode";
import type { ContainerCreateOptions } from "dockerode";
import { GatewayError, messageOf } from "../../base/errors.ts";
import { attach } from "./attach.ts";
import type { Engine } from "./engine.ts";
import { type ContainerEnd, engineWords, hasStatus } from "./engine-trouble.ts";

export function calledOff(cause: unknown): GatewayError {
  return new GatewayError("start-failed", "the start was called off", { cause });
}

/** How long the engine may take to say how a container ended. */
const inspectMs = 5_000;

export class Container {
  readonly #container: Docker.Container;
  /** What is written to its stdin, and the frames it writes. */
  readonly stream: Duplex;

  private constructor(container: Docker.Container, stream: Duplex) {
    this.#container = container;
    this.stream = stream;
  }

  /** Rejects with `start-failed` in the engine's words; then nothing of it is left. */
  static async start(
    engine: Engine,
    options: ContainerCreateOptions,
    signal: AbortSignal,
  ): Promise<Container> {
    let created: Docker.Container | undefined;
    try {
      created = await engine.docker.createContainer(options);
      signal.throwIfAborted();
      const stream = await attach(engine, created.id, options.OpenStdin === true);
      const container = new Container(created, stream);
      await created.start();
      signal.throwIfAborted();
      return container;
    } catch (error) {
      await created?.remove({ force: true, v: true }).catch(() => undefined);
      if (signal.aborted) throw calledOff(error);
      throw new GatewayError("start-failed", engineWords(error), { cause: error });
    }
  }

  /** Resolves once it has ended, with how it did; never rejects. */
  async ended(): Promise<ContainerEnd> {
    try {
      await this.#container.wait();
    } catch {
      // It may be gone, or the engine: what is known of it says more.
    }
    try {
      const { State } = await this.#container.inspect({ abortSignal: AbortSignal.timeout(inspectMs) });
      if (State.Running) return { exitCode: undefined, oomKilled: false, error: "its engine ended" };
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
    await this.#container.remove({ force: true, v: true }).catch(() => undefined);
  }
}
