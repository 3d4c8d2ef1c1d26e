/** Finds the container engine of an entry and connects to it. The library is loaded with the first such entry. */

import { readFile, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import type Docker from "dockerode";
import { GatewayError } from "../../base/errors.ts";
import { isObject, parseJson } from "../../base/json.ts";
import { lazyModule } from "../../base/lazy-module.ts";
import { withTimeout } from "../../base/timeout.ts";
import { type ContainerConfig, engineNames } from "./container-config.ts";
import {
  contextFile,
  type EngineAddress,
  type EngineEnvironment,
  engineAddresses,
  formatAddress,
} from "./engine-address.ts";
import { unreachableEngineText } from "./engine-errors.ts";

/** How long an engine may take to answer a ping. */
const pingMs = 5_000;

/** How long an engine may take for a quick request, when the caller sets no limit. */
export const answerMs = 5_000;

/** The folder of Docker's configuration and its users' credentials. */
export function dockerConfigFolder(env: NodeJS.ProcessEnv = process.env): string {
  return env["DOCKER_CONFIG"] ?? join(homedir(), ".docker");
}

export const engineLibrary = lazyModule(() => import("dockerode"));

/** Selects the engine of an entry. */
export type EngineChoice = Pick<ContainerConfig, "type" | "host">;

export interface Engine {
  readonly docker: Docker;
  /** Address of the engine. */
  readonly options: Docker.DockerOptions;
}

/** Rejects with `start-failed` when no engine answers. The message names the addresses that were tried. */
export async function openEngine(config: EngineChoice): Promise<Engine> {
  const addresses = engineAddresses(config.type, config.host, await engineEnvironment());
  const { default: Client } = await engineLibrary();
  let failure: unknown;
  for (const address of addresses) {
    if (addresses.length > 1 && !(await exists(address))) continue;
    try {
      const options = await optionsFor(address);
      const docker = new Client(options);
      if (await withTimeout(docker.ping(), pingMs)) return { docker, options };
    } catch (error) {
      failure ??= error;
    }
  }
  const message = unreachableEngineText(
    engineNames[config.type],
    addresses.map(formatAddress),
    failure ?? {},
  );
  throw new GatewayError("start-failed", message, { cause: failure });
}

async function exists(address: EngineAddress): Promise<boolean> {
  // A named pipe of Windows cannot be checked without connecting to it.
  if (address.kind === "network" || address.path.startsWith("//./pipe/")) return true;
  return stat(address.path).then(
    () => true,
    () => false,
  );
}

async function engineEnvironment(): Promise<EngineEnvironment> {
  const { platform, env } = process;
  return { platform, env, home: homedir(), contextHost: await contextHost(env) };
}

/** The address of Docker's current context; `undefined` for the default context. */
async function contextHost(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const folder = dockerConfigFolder(env);
  const config = await readJson(join(folder, "config.json"));
  const name = env["DOCKER_CONTEXT"] ?? config["currentContext"];
  if (typeof name !== "string" || name === "" || name === "default") return undefined;
  const meta = await readJson(join(folder, contextFile(name)));
  const endpoints = isObject(meta["Endpoints"]) ? meta["Endpoints"] : {};
  const docker = isObject(endpoints["docker"]) ? endpoints["docker"] : {};
  return typeof docker["Host"] === "string" ? docker["Host"] : undefined;
}

async function readJson(path: string): Promise<Record<string, unknown>> {
  const value = parseJson(await readFile(path, "utf8").catch(() => ""));
  return isObject(value) ? value : {};
}

async function optionsFor(address: EngineAddress): Promise<Docker.DockerOptions> {
  if (address.kind === "socket") return { socketPath: address.path };
  const url = new URL(address.url);
  const tls = await certificates();
  const protocol = url.protocol === "ssh:" ? "ssh" : tls ? "https" : "http";
  const port = url.port === "" ? (tls ? 2376 : protocol === "ssh" ? 22 : 2375) : Number(url.port);
  const ssh = protocol === "ssh" && {
    username: decodeURIComponent(url.username),
    sshOptions: { agent: process.env["SSH_AUTH_SOCK"] ?? "" },
  };
  return { host: url.hostname, port, protocol, ...tls, ...ssh };
}

/** The client certificates for an engine behind TLS, from the files that Docker reads. */
async function certificates(): Promise<{ ca: Buffer; cert: Buffer; key: Buffer } | undefined> {
  const folder = process.env["DOCKER_CERT_PATH"];
  if (folder === undefined || !process.env["DOCKER_TLS_VERIFY"]) return undefined;
  const [ca, cert, key] = await Promise.all(
    ["ca.pem", "cert.pem", "key.pem"].map((name) => readFile(join(folder, name))),
  );
  return ca && cert && key && { ca, cert, key };
}
