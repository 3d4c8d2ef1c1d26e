/** Settings of an entry of type `docker` or `podman`, and parsers for the amounts in it. Pure. */

import type { RuntimeConfig } from "../../catalog/entry.ts";
import type { Launch } from "../runtime.ts";

export type ContainerConfig = Extract<RuntimeConfig, { type: "docker" | "podman" }>;

/** Names of the engines in messages. */
export const engineNames = { docker: "Docker", podman: "Podman" } as const;

export function configOf({ runtime }: Launch): ContainerConfig {
  if (runtime.type === "docker" || runtime.type === "podman") return runtime;
  throw new Error(`an entry of type ${runtime.type} does not run in a container`);
}

const units: Readonly<Record<string, number>> = {
  "": 1,
  k: 1024,
  m: 1024 ** 2,
  g: 1024 ** 3,
  t: 1024 ** 4,
};

/** Bytes of an amount such as `512m`, `2g` or `512Mi`; `undefined` for an invalid amount. As in Docker, 1 k is 1024. */
export function bytesOf(amount: string): number | undefined {
  const [, number, unit = ""] = /^(\d+(?:\.\d+)?)([kmgt]?)i?b?$/i.exec(amount) ?? [];
  const factor = units[unit.toLowerCase()];
  return number === undefined || factor === undefined ? undefined : Math.round(Number(number) * factor);
}

/** Billionths of a processor for an amount such as `0.5` or `500m`; `undefined` for an invalid amount. */
export function nanoCpusOf(amount: string): number | undefined {
  const [, number, milli] = /^(\d+(?:\.\d+)?)(m?)$/.exec(amount) ?? [];
  return number === undefined ? undefined : Math.round(Number(number) * (milli === "m" ? 1e6 : 1e9));
}
