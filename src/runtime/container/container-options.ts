/**
 * The container that an engine is asked to create for an entry. It isolates the server as far as the entry allows
 * (gateway.md, *docker*). Pure: the caller reads the files.
 */

import type { ContainerCreateOptions } from "dockerode";
import { GatewayError } from "../../base/errors.ts";
import { hostPath, volumeOf } from "../../catalog/volumes.ts";
import { bytesOf, type ContainerConfig, nanoCpusOf } from "./container-config.ts";

export const labels = {
  /** Owner of the container: see `process-marker.ts`. */
  owner: "dev.open-mcp-gateway.owner",
  /** Host name of the machine the gateway runs on. */
  machine: "dev.open-mcp-gateway.machine",
  entry: "dev.open-mcp-gateway.entry",
} as const;

/** Settings that the gateway adds to the entry. */
export interface ContainerContext {
  readonly entryId: string;
  readonly owner: string;
  readonly machine: string;
  readonly baseDir: string;
  readonly home: string;
  /** Distinguishes the container from those of other instances. */
  readonly mark: string;
  /** `NAME=value` pairs from the entry's `env` and `env_file`. */
  readonly env: readonly string[];
}

const defaultCpu = "1";
const defaultMemory = "2g";
const mostProcesses = 512;

export function containerOptions(config: ContainerConfig, around: ContainerContext): ContainerCreateOptions {
  const memory = amount("memory", config.resources?.memory ?? defaultMemory, bytesOf);
  const port = config.transport === "http" ? `${config.port ?? 0}/tcp` : undefined;
  const isPublished = port !== undefined && config.network !== "host";
  return {
    Image: config.image,
    ...(config.args && { Cmd: config.args }),
    name: config.container_name ?? `mcp-${around.entryId}-${around.mark}`,
    ...(config.user !== undefined && { User: config.user }),
    Env: [...around.env],
    Labels: {
      [labels.owner]: around.owner,
      [labels.machine]: around.machine,
      [labels.entry]: around.entryId,
    },
    Tty: false,
    OpenStdin: port === undefined,
    StdinOnce: port === undefined,
    AttachStdin: port === undefined,
    AttachStdout: true,
    AttachStderr: true,
    ...(isPublished && { ExposedPorts: { [port]: {} } }),
    HostConfig: {
      Init: true,
      SecurityOpt: ["no-new-privileges"],
      CapDrop: ["ALL"],
      PidsLimit: mostProcesses,
      NanoCpus: amount("cpu", config.resources?.cpu ?? defaultCpu, nanoCpusOf),
      Memory: memory,
      // The same as the memory limit, so that there is no swap on top of it.
      MemorySwap: memory,
      Binds: (config.volumes ?? []).map((volume) => bindOf(volume, around)),
      ...(config.network !== undefined && { NetworkMode: config.network }),
      ...(config.read_only && { ReadonlyRootfs: true, Tmpfs: { "/tmp": "" } }),
      ...(isPublished && { PortBindings: { [port]: [{ HostIp: "127.0.0.1", HostPort: "" }] } }),
    },
  };
}

function amount(what: string, text: string, read: (text: string) => number | undefined): number {
  const value = read(text);
  if (value !== undefined && value > 0) return value;
  throw new GatewayError("start-failed", `resources.${what} '${text}' is not a valid amount`);
}

/** `host:container[:ro]` with the host path in the form that the engine expects. */
export function bindOf(text: string, { baseDir, home }: Pick<ContainerContext, "baseDir" | "home">): string {
  const volume = volumeOf(text);
  if (volume === undefined)
    throw new GatewayError("start-failed", `volume '${text}' is not host:container or host:container:ro`);
  return `${hostPath(volume.host, baseDir, home) ?? volume.host}:${volume.rest}`;
}

/**
 * The lines of an `env_file`, as Docker reads them: quotes are kept, a name alone takes the gateway's own value, and
 * `#` begins a comment line.
 */
export function envFileLines(text: string, own: Readonly<Record<string, string | undefined>>): string[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const trimmed = line.trimStart();
    if (trimmed === "" || trimmed.startsWith("#")) return [];
    if (trimmed.includes("=")) return [trimmed];
    const value = own[trimmed];
    return value === undefined ? [] : [`${trimmed}=${value}`];
  });
}

/** One value for each name. The later value wins. */
export function mergedEnv(fileLines: readonly string[], env: Readonly<Record<string, string>>): string[] {
  const values = new Map(fileLines.map((line) => [line.slice(0, line.indexOf("=")), line]));
  for (const [name, value] of Object.entries(env)) values.set(name, `${name}=${value}`);
  return [...values.values()];
}
