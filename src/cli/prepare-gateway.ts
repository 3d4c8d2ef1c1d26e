/** Reads the catalog of a config, and creates the options of its gateway. */

import { dirname } from "node:path";
import type { Log } from "../base/log.ts";
import type { Entry } from "../catalog/entry.ts";
import { headlessSources } from "../catalog/variables/headless-sources.ts";
import type { Config } from "../config/config-values.ts";
import type { LoadedConfig } from "../config/load-config.ts";
import { type CatalogSource, catalogFile, joinedSources } from "../gateway/catalog-source.ts";
import type { GatewayOptions } from "../gateway/gateway.ts";
import { headlessServices } from "../gateway/host-services.ts";
import { proxySettingsIn } from "../runtime/remote/proxy-settings.ts";
import { RemoteRuntime } from "../runtime/remote/remote-runtime.ts";
import type { ServerDefaults } from "../supervisor/managed-server.ts";
import { cacheDir } from "./cache-dir.ts";
import { pluginsOf } from "./config-plugins.ts";

export type PreparedGateway =
  | { readonly kind: "open"; readonly entries: readonly Entry[]; readonly options: GatewayOptions }
  | { readonly kind: "invalid"; readonly problems: readonly string[] };

/** Never rejects. */
export async function prepareGateway(
  loaded: Extract<LoadedConfig, { kind: "loaded" }>,
  log: Log,
): Promise<PreparedGateway> {
  const { config } = loaded;
  const { plugins, problems } = await pluginsOf(loaded);
  if (problems.length > 0) return { kind: "invalid", problems };
  const source = await withClusters(catalogFile(config.catalogPath, plugins.types), config, log);
  const reading = await source.read();
  if (reading.kind === "invalid") return reading;
  const sources = headlessSources({ baseDir: dirname(config.catalogPath), secretsDir: config.secretsDir });
  const { hotReload } = config;
  const options = {
    source,
    services: headlessServices(log, { baseDir: source.baseDir, sources }),
    defaults: defaultsOf(config),
    hotReload,
    cacheDir: cacheDir(),
    withheld: keyVariables(config),
    pluginRuntimes: plugins.runtimes,
    toolsMode: config.toolsMode,
    nameLength: config.maxNameLength,
    remoteRuntime: new RemoteRuntime(undefined, undefined, {
      proxies: () => proxySettingsIn(process.env),
      ...(config.remoteTls && { tls: config.remoteTls }),
    }),
  };
  return { kind: "open", entries: reading.entries, options };
}

/** The source of the file, combined with the servers of clusters where the config has them. */
async function withClusters(file: CatalogSource, config: Config, log: Log): Promise<CatalogSource> {
  if (config.catalogSources.length === 0) return file;
  const { ClusterSource } = await import("../gateway/cluster-source.ts");
  const baseDir = dirname(config.file ?? config.catalogPath);
  const clusters = config.catalogSources.map((choice) => new ClusterSource(choice, baseDir, log));
  return joinedSources(file, clusters, (id) =>
    log.warn(`ignoring the server '${id}' of the cluster: the catalog already defines this id`),
  );
}

/** Environment variables with a key of the gateway, wherever the key was configured. */
function keyVariables({ apiKeys }: Config): string[] {
  return Object.entries(process.env).flatMap(([name, value]) =>
    apiKeys.includes(value ?? "") ? [name] : [],
  );
}

export function defaultsOf(config: Config): ServerDefaults {
  return {
    idleSeconds: config.idleTimeoutSeconds,
    requestSeconds: config.requestTimeoutSeconds,
    healthSeconds: config.healthCheckIntervalSeconds,
    maxInstances: config.maxConnectionsPerServer,
  };
}
