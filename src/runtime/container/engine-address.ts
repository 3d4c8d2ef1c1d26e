/**
 * The addresses where a container engine may listen, from the entry, the environment, Docker's context and the usual
 * places, in this order (gateway.md, *Runtimes*). Pure: the state of the machine is passed in.
 */

import { createHash } from "node:crypto";
import { posix } from "node:path";
import type { ContainerConfig } from "./container-config.ts";

/** The inputs that decide on the address, besides the entry. */
export interface EngineEnvironment {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  /** Address of Docker's current context, if it is not the default one. */
  readonly contextHost: string | undefined;
}

export type EngineAddress =
  /** A Unix socket, or a named pipe of Windows. */
  { readonly kind: "socket"; readonly path: string } | { readonly kind: "network"; readonly url: string };

/** The addresses to try, in order. A configured address is the only one. */
export function engineAddresses(
  type: ContainerConfig["type"],
  host: string | undefined,
  around: EngineEnvironment,
): readonly EngineAddress[] {
  const { env } = around;
  const configured =
    host ?? (type === "docker" ? (env["DOCKER_HOST"] ?? around.contextHost) : env["CONTAINER_HOST"]);
  if (configured !== undefined && configured !== "") return [parseAddress(configured)];
  const places = type === "docker" ? dockerPlaces(around) : podmanPlaces(around);
  return places.map((path) => ({ kind: "socket", path }));
}

export function parseAddress(text: string): EngineAddress {
  const local = /^(?:unix|npipe):\/\/(.*)$/.exec(text)?.[1];
  if (local !== undefined) return { kind: "socket", path: local };
  if (text.startsWith("/")) return { kind: "socket", path: text };
  return { kind: "network", url: text.includes("://") ? text : `tcp://${text}` };
}

/** The address as it is shown in messages. */
export function formatAddress(address: EngineAddress): string {
  return address.kind === "socket" ? address.path : address.url;
}

function dockerPlaces({ platform, env, home }: EngineEnvironment): string[] {
  if (platform === "win32") return ["//./pipe/docker_engine", "//./pipe/dockerDesktopLinuxEngine"];
  const runtimeDir = env["XDG_RUNTIME_DIR"];
  return [
    "/var/run/docker.sock",
    ...(runtimeDir === undefined ? [] : [posix.join(runtimeDir, "docker.sock")]),
    ...[".docker/run", ".docker/desktop", ".orbstack/run", ".colima/default", ".rd"].map((folder) =>
      posix.join(home, folder, "docker.sock"),
    ),
  ];
}

function podmanPlaces({ platform, env, home }: EngineEnvironment): string[] {
  if (platform === "win32") return ["//./pipe/podman-machine-default"];
  const runtimeDir = env["XDG_RUNTIME_DIR"];
  const machine = posix.join(home, ".local/share/containers/podman/machine");
  return [
    ...(runtimeDir === undefined ? [] : [posix.join(runtimeDir, "podman/podman.sock")]),
    "/run/podman/podman.sock",
    posix.join(machine, "podman.sock"),
    posix.join(machine, "qemu/podman.sock"),
  ];
}

/** The file with the address of a Docker context, relative to the folder of Docker's configuration. */
export function contextFile(name: string): string {
  const digest = createHash("sha256").update(name).digest("hex");
  return posix.join("contexts/meta", digest, "meta.json");
}
