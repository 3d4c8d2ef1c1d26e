/** Runs an entry as a container of Docker or Podman (gateway.md, *docker*). */

import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { homedir, hostname } from "node:os";
import type Docker from "dockerode";
import type { ChannelEvents } from "../../backend/channel.ts";
import { GatewayError, messageOf } from "../../base/errors.ts";
import type { RuntimeConfig } from "../../catalog/entry.ts";
import { isLoopback } from "../../config/listen-address.ts";
import { DeferredCleanup } from "../deferred-cleanup.ts";
import { ownerExitCheck } from "../local/orphan-processes.ts";
import { remoteSdk } from "../remote/remote-runtime.ts";
import type { Instance, Launch, Runtime } from "../runtime.ts";
import { StartAbortedError } from "../start-aborted.ts";
import { Container, unlessAborted } from "./container.ts";
import { type ContainerConfig, configOf } from "./container-config.ts";
import { startOverHttp } from "./container-http-instance.ts";
import { ContainerInstance } from "./container-instance.ts";
import { containerOptions, envFileLines, mergedEnv } from "./container-options.ts";
import { dockerConfigFolder, type Engine, engineLibrary, openEngine } from "./engine.ts";
import { isRemoved, removeOrphanContainers } from "./orphan-containers.ts";
import { provideImage } from "./provide-image.ts";

/** The gateway ends a server by closing its input (MCP). This grace time is for servers that ignore that. */
const graceSeconds = 1;

export class ContainerRuntime implements Runtime {
  readonly #owner: string;
  readonly #unremoved = new DeferredCleanup();
  readonly #cleaned = new Map<string, Promise<readonly string[]>>();

  /** `owner` identifies this gateway on this machine; see `process-marker.ts`. */
  constructor(owner: string) {
    this.#owner = owner;
  }

  async load(config: RuntimeConfig): Promise<void> {
    await engineLibrary();
    if ("transport" in config && config.transport === "http") await remoteSdk();
  }

  async start(launch: Launch, events: ChannelEvents, signal: AbortSignal): Promise<Instance> {
    const config = configOf(launch);
    if (signal.aborted) throw new StartAbortedError(signal.reason);
    const env = await environmentOf(config, launch);
    const engine = await openEngine(config);
    if (config.transport === "http") refuseElsewhere(engine);
    await unlessAborted(this.#unremoved.sweep(engineKey(config)), signal);
    await provideImage(engine.docker, config, {
      configFolder: dockerConfigFolder(),
      log: (line) => events.log(`[gateway] ${line}`),
      signal,
    });
    const options = containerOptions(config, {
      entryId: launch.id,
      owner: this.#owner,
      machine: hostname(),
      mark: randomBytes(4).toString("hex"),
      baseDir: launch.baseDir,
      home: homedir(),
      env,
    });
    const cleaned = this.#clean(engine.docker, config).catch(() => undefined);
    // The name of an orphan container is still taken.
    if (config.container_name !== undefined) await unlessAborted(cleaned, signal);
    const discard = (id: string) =>
      this.#unremoved.remove(engineKey(config), () => isRemoved(engine.docker, id));
    const container = await Container.start(engine, options, discard, signal);
    const parts = { container, launch, events, graceSeconds };
    return config.transport === "http" ? startOverHttp(parts, signal) : new ContainerInstance(parts);
  }

  async endOrphans(launches: readonly Launch[]): Promise<readonly string[]> {
    const configs = new Map(launches.map(configOf).map((config) => [engineKey(config), config]));
    const ended = [...configs.values()].map(async (config) => {
      const { docker } = await openEngine(config);
      return this.#clean(docker, config);
    });
    return (await Promise.all(ended)).flat();
  }

  /** Removes orphans once for each engine: at the start of the gateway, or when the engine becomes available. */
  #clean(docker: Docker, config: ContainerConfig): Promise<readonly string[]> {
    const key = engineKey(config);
    const known = this.#cleaned.get(key);
    if (known) return known;
    const cleaned = ownerExitCheck().then((hasExited) => removeOrphanContainers(docker, hasExited));
    this.#cleaned.set(key, cleaned);
    // After a failure the search runs again.
    cleaned.catch(() => this.#cleaned.delete(key));
    return cleaned;
  }
}

/** The port of a container is published only to the machine that its engine runs on. */
function refuseElsewhere({ options: { host } }: Engine): void {
  if (host === undefined || isLoopback({ kind: "tcp", host: host.replace(/^\[|\]$/g, ""), port: 0 })) return;
  const because = `transport 'http' needs an engine on this machine: only '${host}' itself reaches its containers`;
  throw new GatewayError("start-failed", because);
}

/** One key for each engine, however many entries name it. */
function engineKey({ type, host }: ContainerConfig): string {
  return JSON.stringify([type, host]);
}

async function environmentOf({ env_file: file }: ContainerConfig, launch: Launch): Promise<string[]> {
  const lines = file === undefined ? [] : await envFileAt(file);
  // The values come from outside the catalog, as those of variables do.
  launch.hide(lines.map((line) => line.slice(line.indexOf("=") + 1)));
  return mergedEnv(lines, launch.env);
}

async function envFileAt(file: string): Promise<string[]> {
  try {
    return envFileLines(await readFile(file, "utf8"), process.env);
  } catch (error) {
    throw new GatewayError("start-failed", `env_file cannot be read: ${messageOf(error)}`, { cause: error });
  }
}
