/**
 * What an engine is told to create for an entry: as much of a wall around the server as the entry leaves standing
 * (gateway.md, *docker*). Pure: files are read by others.
 */

import type { ContainerCreateOptions } from "dockerode";
import { GatewayError } from "../../base/errors.ts";
import { hostPath, volumeOf } from "../../catalog/volumes.ts";
import { bytesOf, type ContainerConfig, nanoCpusOf } from "./container-config.ts";

export const labels = {
  /** Whose container it is: see `marker.ts`. */
  owner: "dev.open-mcp-gateway.owner",
  /** Where that gateway runs. */
  machine: "dev.open-mcp-gateway.machine",
  entry: "dev.open-mcp-gateway.entry",
} as const;

/** What the gateway adds to the entry. */
export interface ContainerContext {
  readonly entryId: string;
  readonly owner: string;
  readonly machine: string;
  readonly baseDir: string;
  readonly home: string;
  /** Tells its container from those of other instances. */
  readonly mark: string;
  /** `NAME=value`, the entry's `env` and `env_file` together. */
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
      // No swap on top: the limit is the limit.
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
  throw new GatewayError("start-failed", `resources.${what} '${text}' is no amount`);
}

/** `host:container[:ro]` with the host's part as the engine wants it. */
export function bindOf(text: string, { baseDir, home }: Pick<ContainerContext, "baseDir" | "home">): string {
  const volume = volumeOf(text);
  if (volume === undefined)
    throw new GatewayError("start-failed", `volume '${text}' is not host:container or host:container:ro`);
  return `${hostPath(volume.host, baseDir, home) ?? volume.host}:${volume.rest}`;
}

/**
 * The lines of an `env_file`, as Docker reads them: nothing is unquoted, a name alone takes the gateway's own value,
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

/** One value for each name, the later one. */
export function mergedEnv(fileLines: readonly string[], env: Readonly<Record<string, string>>): string[] {
  const values = new Map(fileLines.map((line) => [line.slice(0, line.indexOf("=")), line]));
  for (const [name, value] of Object.entries(env)) values.set(name, `${name}=${value}`);
  return [...values.values()];
}
