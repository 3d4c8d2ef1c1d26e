/**
 * Determines what an entry would do if it started now. Reads the files and variables that it uses. Does not start or
 * contact anything and does not resolve secrets. A later start uses the values found here.
 */

import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { GatewayError } from "../../base/errors.ts";
import { stableStringify } from "../../base/json.ts";
import type { Entry, RuntimeConfig } from "../../catalog/entry.ts";
import { isBuiltIn } from "../../catalog/plugin-types.ts";
import { headlessSources } from "../../catalog/variables/headless-sources.ts";
import { withFullPaths } from "../../catalog/variables/resolve-entry.ts";
import { type ShownEntry, type ShownSources, showEntry } from "../../catalog/variables/shown-entry.ts";
import { hostPath, volumeOf } from "../../catalog/volumes.ts";
import { type ClusterAccess, clusterAccess, isNetworkPath } from "../../kube/cluster-access.ts";
import type { Catalog } from "../catalogs/find-catalogs.ts";
import { type LaunchSummary, launchSummary, placeOf } from "./launch-summary.ts";
import type { SecretUse } from "./secret-vault.ts";

/** An entry as it would start now. */
export interface Launch {
  readonly entry: Entry;
  readonly catalog: Catalog;
  readonly summary: LaunchSummary;
  /** Changes when something that is shown changes. Does not contain the values of secrets. */
  readonly fingerprint: string;
  /** The recipient of a secret of this entry. */
  readonly use: SecretUse;
  /** Names of the secrets in the entry: required ones, and ones with a default. */
  readonly secrets: { readonly required: readonly string[]; readonly optional: readonly string[] };
  readonly baseDir: string;
  readonly sources: Omit<ShownSources, "isOwn">;
}

/** Sources of the values of a catalog's variables, except for secrets. */
export function catalogSources({ file, folder }: Catalog): ShownSources {
  const { env, userHome, workspaceFolder } = headlessSources({ baseDir: dirname(file) });
  const isOwn = (name: string, value: string) => process.env[name] === value;
  return { env, userHome, workspaceFolder: folder ?? workspaceFolder, isOwn };
}

/** Rejects with `start-failed` if the launch cannot be determined. */
export async function reviewLaunch(entry: Entry, catalog: Catalog): Promise<Launch> {
  const baseDir = dirname(catalog.file);
  const sources = catalogSources(catalog);
  const shown = showEntry(entry, sources);
  const runtime = withPlainPaths(shown.runtime, sources.userHome, baseDir);
  const cluster = await clusterOf(runtime, baseDir);
  const envFile = await envFileOf(runtime);
  const summary = launchSummary({
    entry: { id: entry.id, runtime, env: shown.env },
    uses: shown.uses,
    baseDir,
    cluster,
    envFile,
  });
  const instances = entry.instances ?? "shared";
  // The value of a variable could also stand in the catalog as plain text, so both forms are part of the fingerprint.
  const written = { runtime: entry.runtime, env: entry.env ?? {} };
  const resolved = { runtime, env: shown.env };
  const fingerprint = digestOf({ written, resolved, instances, cluster: cluster?.digest, envFile });
  return {
    entry,
    catalog,
    summary,
    fingerprint,
    use: useOf(runtime, { catalog: catalog.file, id: entry.id, target: fingerprint, shown: summary.line }),
    secrets: secretsOf(shown),
    baseDir,
    sources: { ...sources, env: (name) => shown.values.get(name) },
  };
}

/** The approval is stored as a digest, because a command line may contain private data. */
function digestOf(value: unknown): string {
  return createHash("sha256")
    .update(`3 ${stableStringify(value)}`)
    .digest("base64url");
}

/**
 * A remote server is identified by its origin. A local server is identified by everything it does, which is the target
 * of `local`.
 */
function useOf(runtime: RuntimeConfig, local: SecretUse): SecretUse {
  const url = runtime.type === "remote-sse" && URL.canParse(runtime.url) ? new URL(runtime.url) : undefined;
  if (url === undefined || url.host.includes("${")) return local;
  return { ...local, target: url.origin, shown: placeOf(url.href) };
}

function secretsOf({ uses }: ShownEntry): Launch["secrets"] {
  const secrets = uses.filter(({ kind }) => kind === "secret");
  const required = new Set(secrets.filter(({ isRequired }) => isRequired).map(({ name }) => name));
  const optional = new Set(secrets.map(({ name }) => name).filter((name) => !required.has(name)));
  return { required: [...required], optional: [...optional] };
}

function withPlainPaths(runtime: RuntimeConfig, userHome: string, baseDir: string): RuntimeConfig {
  const full = withFullPaths(runtime, userHome, baseDir);
  if (!isBuiltIn(full) || (full.type !== "docker" && full.type !== "podman") || !full.volumes) return full;
  const volumes = full.volumes.map((text) => {
    const volume = volumeOf(text);
    return volume ? `${hostPath(volume.host, baseDir, userHome) ?? volume.host}:${volume.rest}` : text;
  });
  return { ...full, volumes };
}

async function clusterOf(runtime: RuntimeConfig, baseDir: string): Promise<ClusterAccess | undefined> {
  if (runtime.type !== "k8s-job" && runtime.type !== "k8s-service") return undefined;
  return clusterAccess(runtime, baseDir);
}

const maxEnvFileBytes = 1024 * 1024;

/**
 * The effective lines of the file. Rejects if they cannot be read. A line with only a name takes that variable from the
 * gateway.
 */
async function envFileOf(runtime: RuntimeConfig): Promise<readonly string[] | undefined> {
  const file = "env_file" in runtime && isBuiltIn(runtime) ? runtime.env_file : undefined;
  if (file === undefined) return undefined;
  // Reading the file would contact the host in its path.
  if (isNetworkPath(file)) throw unusable(file, "it is on another machine: copy it to this one");
  const found = await stat(file).catch((error: NodeJS.ErrnoException) => {
    throw unusable(file, error.code ?? "unknown reason");
  });
  if (!found.isFile() || found.size > maxEnvFileBytes)
    throw unusable(file, "it is not a file, or larger than 1 MB");
  const lines = (await readFile(file, "utf8")).split(/\r?\n/).map((line) => line.trimStart());
  return lines.filter((line) => line !== "" && !line.startsWith("#"));
}

function unusable(file: string, because: string): GatewayError {
  return new GatewayError("start-failed", `env_file '${file}' cannot be read: ${because}`);
}
