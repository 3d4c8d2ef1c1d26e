/**
 * The gateway that this window runs: loads its catalogs, listens on the address of the site, and is closed as a whole.
 */

import { setTimeout as wait } from "node:timers/promises";
import { messageOf } from "../../base/errors.ts";
import { Scope } from "../../base/scope.ts";
import { isLoopback, type ListenAddress } from "../../config/listen-address.ts";
import { HttpFrontEnd } from "../../frontend/http/http-front-end.ts";
import { Gateway } from "../../gateway/gateway.ts";
import type { HostServices } from "../../gateway/host-services.ts";
import type { ToolsMode } from "../../router/aggregate/client-view.ts";
import type { PluginRegistry } from "../../runtime/plugin/plugin-registry.ts";
import type { ProxySettings } from "../../runtime/remote/proxy-settings.ts";
import { RemoteRuntime } from "../../runtime/remote/remote-runtime.ts";
import type { ServerDefaults } from "../../supervisor/managed-server.ts";
import type { MergedCatalogs } from "../catalogs/merged-catalogs.ts";
import { InProcessServers } from "../servers/in-process-servers.ts";

export interface InProcessGatewayOptions {
  /** Keeps the last valid entries for the next gateway of the same catalogs. */
  readonly merged: MergedCatalogs;
  readonly services: HostServices;
  readonly defaults: ServerDefaults;
  readonly hotReload: boolean;
  readonly toolsMode?: ToolsMode;
  readonly nameLength?: number;
  readonly cacheDir: string;
  readonly plugins: PluginRegistry;
  /** The proxy for remote servers, read at each start. Absent: no proxy. */
  readonly proxies?: () => ProxySettings;
}

export interface Listening {
  readonly host: string;
  /** Ports to try, in order. 0 stands for any free port. */
  readonly ports: readonly number[];
  /** Time to wait for the first port. */
  readonly patienceMs: number;
  /** The first key is the one that clients receive. */
  readonly keys: readonly string[];
  readonly origins: readonly string[];
}

const retryMs = 50;
const maxBodyBytes = 64 * 1024 * 1024;

export class InProcessGateway {
  readonly servers: InProcessServers;
  /** The address it listens on. Absent if it only lists servers. */
  readonly url: string | undefined;
  readonly #gateway: Gateway;
  readonly #scope: Scope;

  /** Without `listening` it is not reachable from outside. Rejects when no port is available. */
  static async open(options: InProcessGatewayOptions, listening?: Listening): Promise<InProcessGateway> {
    const scope = new Scope();
    const { entries, problems } = await options.merged.begin();
    const gateway = new Gateway(gatewayOptions(options), entries);
    scope.add(() => gateway.close());
    try {
      const url = listening && (await listen(gateway, listening, scope));
      if (problems.length > 0) await gateway.reload().catch(() => undefined);
      return new InProcessGateway(gateway, url, listening?.keys[0], scope);
    } catch (error) {
      await scope.close();
      throw error;
    }
  }

  private constructor(gateway: Gateway, url: string | undefined, key: string | undefined, scope: Scope) {
    this.#gateway = gateway;
    this.#scope = scope;
    this.url = url;
    this.servers = new InProcessServers(gateway, url === undefined ? undefined : { url, key });
    scope.add(() => this.servers.close());
  }

  /** Checks again whether entries can start, because a secret was added. */
  async recheck(): Promise<void> {
    await this.#gateway.reload().catch(() => undefined);
  }

  /** Ends every server. A second call is allowed. */
  close(): Promise<void> {
    return this.#scope.close();
  }
}

function gatewayOptions(options: InProcessGatewayOptions) {
  const { merged, services, defaults, hotReload, cacheDir, plugins, toolsMode, nameLength, proxies } =
    options;
  return {
    source: merged,
    services,
    defaults,
    hotReload,
    ...(toolsMode && { toolsMode }),
    ...(nameLength !== undefined && { nameLength }),
    cacheDir,
    pluginRuntimes: plugins.runtimes,
    remoteRuntime: new RemoteRuntime(undefined, undefined, { ...(proxies && { proxies }) }),
  };
}

async function listen(gateway: Gateway, listening: Listening, scope: Scope): Promise<string> {
  const { host, ports, keys, origins, patienceMs } = listening;
  const frontEnd = new HttpFrontEnd(gateway, {
    host: isLoopback({ kind: "tcp", host, port: 0 }) ? host : undefined,
    origins,
    keys,
    maxBodyBytes,
  });
  scope.add(() => frontEnd.close());
  let last: unknown;
  for (const [at, port] of ports.entries()) {
    try {
      return await listenOn(frontEnd, { kind: "tcp", host, port }, at === 0 ? patienceMs : 0);
    } catch (error) {
      last = error;
      gateway.log.warn(`cannot listen on ${host}:${port}: ${messageOf(error)}`);
    }
  }
  throw last;
}

async function listenOn(frontEnd: HttpFrontEnd, address: ListenAddress, patienceMs: number): Promise<string> {
  for (const deadline = performance.now() + patienceMs; ; await wait(retryMs)) {
    try {
      return await frontEnd.listen(address);
    } catch (error) {
      if (performance.now() >= deadline) throw error;
    }
  }
}
