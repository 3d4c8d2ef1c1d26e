/**
 * Finds out what an entry would do if it started now: reads the files it names, looks its variables up, and starts, contacts
 * and resolves no secret. What is started later uses the values found here.
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
  /** Equal as long as nothing that is shown changes; the values of secrets are not in it. */
  readonly fingerprint: string;
  /** Whom a secret of this entry would be given to. */
  readonly use: SecretUse;
  /** The secrets it names: those it cannot do without, and those it has a default for. */
  readonly secrets: { readonly required: readonly string[]; readonly optional: readonly string[] };
  readonly baseDir: string;
  readonly sources: Omit<ShownSources, "isOwn">;
}

/** Where the values of a catalog's variables are found, secrets excepted. */
export function catalogSources({ file, folder }: Catalog): ShownSources {
  const { env, userHome, workspaceFolder } = headlessSources({ baseDir: dirname(file) });
  const isOwn = (name: string, value: string) => process.env[name] === value;
  return { env, userHome, workspaceFolder: folder ?? workspaceFolder, isOwn };
}

/** Rejects with `start-failed` where what would run cannot be told. */
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
  // What is shown for a variable could also stand in the catalog as plain text: both readings count.
  const written = { runtime: entry.runtime, env: entry.env ?? {} };
  const resolved = { runtime, env: shown.env };
  const fingerprint = digestOf({ written, resolved, instances, cluster: cluster?.digest, envFile });
  return {
    entry,
    catalog,
    summary,
    fingerprint,
    use: useOf(entry, catalog, runtime, summary, fingerprint),
    secrets: secretsOf(shown),
    baseDir,
    sources: { ...sources, env: (name) => shown.values.get(name) },
  };
}

/** What was confirmed is kept as a digest: a command line may hold what nobody else should read. */
function digestOf(value: unknown): string {
  return createHash("sha256")
    .update(`3 ${stableStringify(value)}`)
    .digest("base64url");
}

/** A server that is contacted is known by its host; what runs, by all that it does. */
function useOf(
  { id }: Entry,
  { file }: Catalog,
  runtime: RuntimeConfig,
  { line }: LaunchSummary,
  fingerprint: string,
): SecretUse {
  const url = runtime.type === "remote-sse" && URL.canParse(runtime.url) ? new URL(runtime.url) : undefined;
  if (url === undefined || url.host.includes("${"))
    return { catalog: file, id, target: fingerprint, shown: line };
  return { catalog: file, id, target: url.origin, shown: placeOf(url.href) };
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

/** The lines that count. Rejects where they cannot be shown: a name alone in it takes a variable of the gateway. */
async function envFileOf(runtime: RuntimeConfig): Promise<readonly string[] | undefined> {
  const file = "env_file" in runtime && isBuiltIn(runtime) ? runtime.env_file : undefined;
  if (file === undefined) return undefined;
  // To look at it is to contact the host it names.
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
