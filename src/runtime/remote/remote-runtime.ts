/**
 * Connects to a remote server over the SDK's raw transports: Streamable HTTP first, HTTP+SSE of 2024-11-05 as fallback
 * (gateway.md, *Runtimes*). The SDK is loaded with the first such entry.
 */

import { createSecureContext } from "node:tls";
import type { ChannelEvents } from "../../backend/channel.ts";
import { GatewayError, messageOf } from "../../base/errors.ts";
import { lazyModule } from "../../base/lazy-module.ts";
import type { RuntimeConfig } from "../../catalog/entry.ts";
import type { Instance, Launch, Runtime } from "../runtime.ts";
import { StartAbortedError } from "../start-aborted.ts";
import {
  type Agents,
  directAgents,
  HttpConnections,
  type NewAgent,
  type TlsFiles,
} from "./http-connections.ts";
import { type ProxySettings, proxyFor } from "./proxy-settings.ts";
import { RemoteInstance, type RemoteParts } from "./remote-instance.ts";
import { readTlsFiles, type TlsPaths } from "./tls-files.ts";

export type RemoteConfig = Extract<RuntimeConfig, { type: "remote-sse" }>;

/** Network settings for all remote servers. Without them: direct connections, with Node's own certificates. */
export interface RemoteNetwork {
  /** Read at each start, because settings may change. */
  readonly proxies?: () => ProxySettings;
  readonly tls?: TlsPaths;
}

const proxyCode = lazyModule(() => import("./proxy-agents.ts"));

export const remoteSdk = lazyModule(() => import("@modelcontextprotocol/client"));

export class RemoteRuntime implements Runtime {
  readonly #idleConnectionMs: number;
  readonly #newAgent: NewAgent | undefined;
  readonly #network: RemoteNetwork;

  /**
   * `idleConnectionMs`: by default below 5 s, after which many servers silently drop an idle connection. `newAgent`: as
   * in `directAgents`, for connections without a proxy.
   */
  constructor(idleConnectionMs = 4000, newAgent?: NewAgent, network: RemoteNetwork = {}) {
    this.#idleConnectionMs = idleConnectionMs;
    this.#newAgent = newAgent;
    this.#network = network;
  }

  async load(): Promise<void> {
    await remoteSdk();
  }

  /**
   * Resolves without contacting the server. The first message, `initialize`, opens the session. When that fails, the
   * instance ends as crashed with the reason. Rejects with `start-failed` for an unusable URL or header. `rewordError`:
   * see `RemoteHttpEvents`.
   */
  async start(
    launch: Launch,
    events: ChannelEvents,
    signal: AbortSignal,
    rewordError?: RemoteParts["rewordError"],
  ): Promise<Instance> {
    const config = configOf(launch);
    const url = urlOf(config);
    const headers = headersOf(config);
    const sdk = await remoteSdk();
    const files = await readTlsFiles(config, this.#network.tls ?? {});
    const agents = await this.#agentsFor(url);
    if (signal.aborted) throw new StartAbortedError(signal.reason);
    const redact = (text: string) => launch.redact(text);
    return new RemoteInstance({
      url,
      headers,
      sdk,
      connections: connectionsOf(agents, files),
      events,
      redact,
      rewordError,
    });
  }

  async #agentsFor(url: URL): Promise<Agents> {
    const choice = proxyFor(url, this.#network.proxies?.() ?? {});
    if (choice.kind === "invalid") throw new GatewayError("start-failed", choice.because);
    if (choice.kind === "direct") return directAgents(this.#idleConnectionMs, this.#newAgent);
    return (await proxyCode()).proxyAgents(choice.url, this.#idleConnectionMs);
  }
}

/** Throws `start-failed` for certificates and keys that do not match. */
function connectionsOf(agents: Agents, files: TlsFiles): HttpConnections {
  try {
    createSecureContext(files);
  } catch (error) {
    const message = `the client certificate cannot be used: ${messageOf(error)}: check cert and key`;
    throw new GatewayError("start-failed", message, { cause: error });
  }
  return new HttpConnections(agents, files);
}

function configOf({ runtime }: Launch): RemoteConfig {
  if (runtime.type === "remote-sse") return runtime;
  throw new Error(`an entry of type ${runtime.type} is not a remote server`);
}

/** The error does not quote the URL, because it may contain a key. */
function urlOf(config: RemoteConfig): URL {
  const url = URL.parse(config.url);
  if (!url) throw new GatewayError("start-failed", "url is not a valid URL");
  if (url.protocol === "http:" || url.protocol === "https:") return url;
  throw new GatewayError("start-failed", `url must begin with http:// or https://, not ${url.protocol}`);
}

function headersOf({ headers = {} }: RemoteConfig): Headers {
  const checked = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    try {
      checked.set(name, value);
    } catch {
      throw new GatewayError(
        "start-failed",
        `header '${name}' cannot be sent: its name or value has characters that HTTP forbids`,
      );
    }
  }
  return checked;
}
