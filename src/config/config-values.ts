/** Resolves the checked text of a config to values: variables, environment, flags, defaults. Never shows a key. */

import type { LogLevel } from "../base/log.ts";
import { logLevels } from "../base/log.ts";
import type { ConfigFile } from "../catalog/generated/config-types.ts";
import { configDefaults } from "../catalog/generated/schema-facts.ts";
import type { Path, Within } from "../catalog/text/problem.ts";
import { dotted } from "../catalog/text/problem.ts";
import { malformedParts, malformedWithin, parseVariables } from "../catalog/text/variable-syntax.ts";
import { fullPath } from "../catalog/variables/user-paths.ts";
import type { VariableSources } from "../catalog/variables/variable-lookup.ts";
import { VariableLookup } from "../catalog/variables/variable-lookup.ts";
import type { ListenAddress } from "./listen-address.ts";
import { formatListenAddress, isLoopback, parseListenAddress } from "./listen-address.ts";

/** Every setting of a headless gateway (gateway.md, *Config*). */
export interface Config {
  /** The file of the config, if there is one. */
  readonly file?: string;
  readonly listen: ListenAddress;
  /** Absolute. */
  readonly catalogPath: string;
  /** Sources of more entries. Paths are relative to the config file. */
  readonly catalogSources: readonly CatalogSourceChoice[];
  readonly logLevel: LogLevel;
  /** Empty: no key is required. */
  readonly apiKeys: readonly string[];
  /** 0: never. */
  readonly idleTimeoutSeconds: number;
  /** 0: never. */
  readonly healthCheckIntervalSeconds: number;
  /** 0: no limit. */
  readonly requestTimeoutSeconds: number;
  readonly maxConnectionsPerServer: number;
  readonly maxBodyBytes: number;
  readonly toolsMode: "list" | "search";
  readonly maxNameLength: number;
  /** 0: no warning. */
  readonly toolsWarningTokens: number;
  readonly corsEnabled: boolean;
  readonly corsOrigins: readonly string[];
  readonly hotReload: boolean;
  /** Modules with more runtime types, as in the file: relative paths, or names of packages. */
  readonly runtimePlugins: readonly string[];
  /** Absolute. */
  readonly secretsDir: string;
  /** Certificate files for remote servers, absolute. Unset if no file is configured. */
  readonly remoteTls?: { readonly ca?: string; readonly cert?: string; readonly key?: string };
}

/** The MCPServers of a cluster as a source of entries (platform.md, *Deploying the gateway itself*). */
export type CatalogSourceChoice = NonNullable<ConfigFile["catalog_sources"]>[number];

/** Values from the command line. Paths are relative to the working folder. */
export interface ConfigFlags {
  readonly config?: string;
  readonly catalog?: string;
  readonly listenAddr?: string;
  readonly logLevel?: string;
}

/** Sources of values besides the file. */
export interface ConfigContext {
  readonly flags: ConfigFlags;
  /** Working folder, absolute. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly userHome: string;
  /** Folder of the config file. Without a file, the working folder or that of the user. */
  readonly baseDir: string;
  readonly variables: VariableSources;
}

/** An error in a value of the file (`path`), or of a flag or environment variable (`origin`). */
export type ConfigFinding =
  | {
      readonly path: Path;
      readonly code: string;
      readonly message: string;
      /** The part of the text at the path. */
      readonly within?: Within;
    }
  | { readonly origin: string; readonly message: string };

export type ConfigValues =
  | { readonly kind: "config"; readonly config: Config }
  | { readonly kind: "wrong"; readonly findings: readonly ConfigFinding[] };

/** All values, or all errors in them. Never rejects. */
export async function configValues(file: ConfigFile, around: ConfigContext): Promise<ConfigValues> {
  const findings: ConfigFinding[] = [];
  const texts = new ConfigTexts(around.variables, findings);
  const keys = await apiKeys(file, texts, findings);
  const listen = await listenAddress(file, around, texts, findings);
  const logLevel = chosenLogLevel(file, around, findings);
  const catalog = await texts.fill(file.catalog_path ?? configDefaults.catalog_path, ["catalog_path"]);
  const origins = await texts.fillAll(file.cors_origins ?? configDefaults.cors_origins, ["cors_origins"]);
  const plugins = await texts.fillAll(file.runtime_plugins ?? configDefaults.runtime_plugins, [
    "runtime_plugins",
  ]);
  const secretsDir = await texts.fill(file.secrets_dir ?? configDefaults.secrets_dir, ["secrets_dir"]);
  const remoteTls = await remoteTlsOf(file, texts, around);
  if (findings.length === 0 && listen) findings.push(...exposed(listen, keys, around.flags));
  if (findings.length > 0 || listen === undefined) return { kind: "wrong", findings };
  const { flags, cwd, env, userHome, baseDir } = around;
  const secretsOfEnv = env["MCP_GATEWAY_SECRETS_DIR"];
  const config: Config = {
    listen,
    catalogPath: flags.catalog
      ? fullPath(flags.catalog, userHome, cwd)
      : fullPath(catalog, userHome, baseDir),
    catalogSources: file.catalog_sources ?? configDefaults.catalog_sources,
    logLevel,
    apiKeys: keys,
    idleTimeoutSeconds: file.idle_timeout_seconds ?? configDefaults.idle_timeout_seconds,
    healthCheckIntervalSeconds:
      file.health_check_interval_seconds ?? configDefaults.health_check_interval_seconds,
    requestTimeoutSeconds: file.request_timeout_seconds ?? configDefaults.request_timeout_seconds,
    maxConnectionsPerServer: file.max_connections_per_server ?? configDefaults.max_connections_per_server,
    maxBodyBytes: file.max_body_bytes ?? configDefaults.max_body_bytes,
    toolsMode: file.tools_mode ?? configDefaults.tools_mode,
    maxNameLength: file.max_name_length ?? configDefaults.max_name_length,
    toolsWarningTokens: file.tools_warning_tokens ?? configDefaults.tools_warning_tokens,
    corsEnabled: file.cors_enabled ?? configDefaults.cors_enabled,
    corsOrigins: origins,
    hotReload: file.hot_reload ?? configDefaults.hot_reload,
    runtimePlugins: plugins,
    secretsDir: secretsOfEnv
      ? fullPath(secretsOfEnv, userHome, cwd)
      : fullPath(secretsDir, userHome, baseDir),
    ...(Object.keys(remoteTls).length > 0 && { remoteTls }),
  };
  return { kind: "config", config };
}

async function remoteTlsOf(
  file: ConfigFile,
  texts: ConfigTexts,
  { userHome, baseDir }: ConfigContext,
): Promise<NonNullable<Config["remoteTls"]>> {
  const path = async (name: "remote_ca" | "remote_cert" | "remote_key") => {
    const text = file[name];
    return text === undefined ? undefined : fullPath(await texts.fill(text, [name]), userHome, baseDir);
  };
  const [ca, cert, key] = [await path("remote_ca"), await path("remote_cert"), await path("remote_key")];
  return { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) };
}

/** Resolves the texts of a config, and records missing values. */
class ConfigTexts {
  readonly #variables: VariableSources;
  readonly #findings: ConfigFinding[];

  constructor(variables: VariableSources, findings: ConfigFinding[]) {
    this.#variables = variables;
    this.#findings = findings;
  }

  async fill(text: string, path: Path): Promise<string> {
    const parts = parseVariables(text);
    const malformed = malformedParts(parts);
    if (malformed.length > 0) {
      const message = `The config: ${dotted(path)} has a malformed variable: write '\${NAME}', or '$\${' for a literal '\${'`;
      const code = "malformed-variable";
      this.#findings.push(
        ...malformed.map((part) => ({ path, code, message, within: malformedWithin(part) })),
      );
      return "";
    }
    const lookup = new VariableLookup(this.#variables);
    const filled = await lookup.fill(parts, path);
    const unset = lookup.unset.map(({ because, within }) => ({
      path,
      within,
      code: "unset-variable",
      message: `The config: ${because}`,
    }));
    this.#findings.push(...unset);
    return filled;
  }

  async fillAll(texts: readonly string[], path: Path): Promise<string[]> {
    return Promise.all(texts.map((text, at) => this.fill(text, [...path, at])));
  }
}

async function apiKeys(file: ConfigFile, texts: ConfigTexts, findings: ConfigFinding[]): Promise<string[]> {
  const written = file.api_key;
  if (written === undefined) return [];
  const path = ["api_key"];
  const listed = Array.isArray(written);
  if (listed && written.length === 0) {
    findings.push({
      path,
      code: "empty-key",
      message: "The config: api_key is an empty list: add a key or remove it",
    });
  }
  const before = findings.length;
  const keys = listed ? await texts.fillAll(written, path) : [await texts.fill(written, path)];
  if (findings.length > before) return [];
  for (const [index, key] of keys.entries()) {
    const at = listed ? [...path, index] : path;
    const error = keyError(key);
    if (error)
      findings.push({ path: at, code: "unusable-key", message: `The config: ${dotted(at)} ${error}` });
  }
  return keys;
}

function keyError(key: string): string | undefined {
  if (key === "") return "is empty: give it a value or remove it";
  if (!/^[\x21-\x7e]+$/.test(key))
    return "must be printable ASCII characters without spaces, because it is sent in a header";
  return undefined;
}

async function listenAddress(
  file: ConfigFile,
  { flags }: ConfigContext,
  texts: ConfigTexts,
  findings: ConfigFinding[],
): Promise<ListenAddress | undefined> {
  const path = ["listen_addr"];
  const before = findings.length;
  const text = flags.listenAddr ?? (await texts.fill(file.listen_addr ?? configDefaults.listen_addr, path));
  if (findings.length > before) return undefined;
  const parsed = parseListenAddress(text);
  if (parsed.kind === "address") return parsed.address;
  findings.push(
    flags.listenAddr === undefined
      ? { path, code: "bad-address", message: `The config: listen_addr ${parsed.because}` }
      : { origin: "--listen-addr", message: parsed.because },
  );
  return undefined;
}

function chosenLogLevel(
  file: ConfigFile,
  { flags, env }: ConfigContext,
  findings: ConfigFinding[],
): LogLevel {
  const ofEnv = env["MCP_GATEWAY_LOG"] || undefined;
  const chosen = flags.logLevel ?? ofEnv ?? file.log_level ?? configDefaults.log_level;
  const level = logLevels.find((known) => known === chosen.toLowerCase());
  if (level !== undefined) return level;
  const origin = flags.logLevel === undefined ? "MCP_GATEWAY_LOG" : "--log-level";
  findings.push({ origin, message: `must be one of ${logLevels.join(", ")}` });
  return configDefaults.log_level;
}

/** The error for an address that other machines can reach, without a key. */
function exposed(listen: ListenAddress, keys: readonly string[], flags: ConfigFlags): ConfigFinding[] {
  if (keys.length > 0 || isLoopback(listen)) return [];
  const message = `refusing to listen on ${formatListenAddress(listen)} without api_key: set one in the config, or listen on 127.0.0.1`;
  if (flags.listenAddr !== undefined) return [{ origin: "--listen-addr", message }];
  return [{ path: ["listen_addr"], code: "exposed-without-key", message }];
}
