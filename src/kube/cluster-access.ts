/**
 * Everything that connecting to the cluster of an entry uses: the programs that its kubeconfig runs, the files it
 * sends, the hosts it contacts. Runs and contacts nothing.
 */

import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import type { Cluster, KubeConfig, User } from "@kubernetes/client-node";
import { parse } from "yaml";
import { GatewayError } from "../base/errors.ts";
import { leavesThisMachine } from "../catalog/checks/network-path.ts";
import { type ClusterChoice, kubeconfigPath, loadKubeconfig } from "./cluster.ts";

export interface LoginProgram {
  /** Command and arguments. A single shell command if `isShell`. */
  readonly words: readonly string[];
  readonly isShell: boolean;
  readonly env: readonly { readonly name: string; readonly value: string }[];
}

export interface ClusterAccess {
  readonly context: string;
  readonly server: string;
  /** Proxies and token issuers. */
  readonly otherHosts: readonly string[];
  readonly programs: readonly LoginProgram[];
  /** Other settings of an auth provider, without tokens: `name=value`. */
  readonly providerSettings: readonly string[];
  /** Files with credentials. */
  readonly credentialFiles: readonly string[];
  /** Equal as long as nothing of the above changes, nor the kubeconfig that the entry names. */
  readonly digest: string;
}

/** A larger file is not a kubeconfig. */
const maxBytes = 4 * 1024 * 1024;

/** Rejects with `start-failed` when there is no cluster, or when this list cannot be complete. */
export async function clusterAccess(choice: ClusterChoice, baseDir: string): Promise<ClusterAccess> {
  const text = choice.kubeconfig === undefined ? undefined : await readKubeconfig(choice.kubeconfig, baseDir);
  const written = text === undefined ? undefined : parsedKubeconfig(text, choice.kubeconfig);
  await checkTokenFiles(written, choice.kubeconfig);
  const { KubeConfig } = await import("./kubernetes-client-exports.ts");
  const config = new KubeConfig();
  loadKubeconfig(config, choice, baseDir);
  const cluster = config.getCurrentCluster();
  if (!cluster)
    throw new GatewayError("start-failed", "the kubeconfig names no current cluster: set context");
  return accessOf(config, cluster, text, written);
}

function accessOf(
  config: KubeConfig,
  cluster: Cluster,
  text: string | undefined,
  written: unknown,
): ClusterAccess {
  const user = config.getCurrentUser();
  const facts = {
    context: config.currentContext,
    server: cluster.server,
    otherHosts: otherHosts(cluster, user),
    programs: user ? programsOf(user) : [],
    providerSettings: user ? providerSettings(user) : [],
    credentialFiles: user ? credentialFiles(user, written) : [],
  };
  const rest = [cluster.caFile, cluster.skipTLSVerify, cluster.tlsServerName, user?.username, text];
  const digest = createHash("sha256")
    .update(JSON.stringify([facts, rest]))
    .digest("base64url");
  return { ...facts, digest };
}

async function readKubeconfig(kubeconfig: string, baseDir: string): Promise<string> {
  const path = kubeconfigPath(kubeconfig, baseDir);
  if (isNetworkPath(path)) throw refused(kubeconfig, "it is on another machine: copy it to this one");
  try {
    const found = await stat(path);
    if (!found.isFile() || found.size > maxBytes) throw refused(kubeconfig, "it is not a kubeconfig");
    return await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof GatewayError) throw error;
    throw refused(kubeconfig, (error as NodeJS.ErrnoException).code ?? "it cannot be read");
  }
}

/** Refuses files on other machines, because loading the kubeconfig reads its files and would contact those machines. */
function parsedKubeconfig(text: string, kubeconfig: string | undefined): unknown {
  let parsed: unknown;
  try {
    parsed = parse(text, { merge: true, maxAliasCount: 100 });
  } catch {
    throw refused(kubeconfig, "it is not a kubeconfig");
  }
  if (textsIn(parsed).some((value) => isNetworkPath(value)))
    throw refused(kubeconfig, "it names a file on another machine: copy that to this one");
  return parsed;
}

/** Loading reads these files completely, and a device would never end. */
async function checkTokenFiles(written: unknown, kubeconfig: string | undefined): Promise<void> {
  for (const { user } of namedUsers(written)) {
    const file = fieldsOf(user)["token-file"];
    if (typeof file !== "string") continue;
    const found = await stat(file).catch(() => undefined);
    if (!found?.isFile() || found.size > maxBytes)
      throw refused(kubeconfig, `its token-file '${file}' does not exist, or is not a file with a token`);
  }
}

function namedUsers(written: unknown): Fields[] {
  const users = fieldsOf(written)["users"];
  return (Array.isArray(users) ? users : []).map(fieldsOf);
}

function refused(kubeconfig: string | undefined, because: string): GatewayError {
  return new GatewayError("start-failed", `the kubeconfig ${kubeconfig} cannot be used: ${because}`);
}

/**
 * Whether a path is `\\host\share`, `//host/share` or `\\?\UNC\host\share`. Accessing one contacts the host. Drives and
 * pipes of this machine may be written in this form too.
 */
export function isNetworkPath(path: string, platform: NodeJS.Platform = process.platform): boolean {
  const isOfThisMachine = /^[\\/]{2}[.?][\\/](?:[a-z]:[\\/]|pipe[\\/])/i.test(path);
  return platform === "win32" && leavesThisMachine(path) && !isOfThisMachine;
}

function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

function otherHosts({ proxyUrl }: Cluster, user: User | null): string[] {
  const issuer: unknown = user?.authProvider?.config?.["idp-issuer-url"];
  return [proxyUrl, issuer].filter((url): url is string => typeof url === "string" && url !== "");
}

/** All programs that may run, whichever one the library chooses. */
function programsOf({ exec, authProvider }: User): LoginProgram[] {
  const config = fieldsOf(authProvider?.config);
  const found = [exec, config["exec"]].map(fieldsOf).filter(({ command }) => command !== undefined);
  return [...found.map(execProgram), ...shellPrograms(config)];
}

function execProgram({ command, args, env }: Fields): LoginProgram {
  const argv = [command, ...(Array.isArray(args) ? args : [])].map(String);
  const pairs = (Array.isArray(env) ? env : []).map(fieldsOf);
  return {
    words: argv,
    isShell: false,
    env: pairs.map(({ name, value }) => ({ name: String(name), value: String(value) })),
  };
}

/** Old auth providers of clouds run a shell command. */
function shellPrograms(config: Fields): LoginProgram[] {
  const { "cmd-path": path, "cmd-args": args } = config;
  if (path === undefined) return [];
  return [{ words: [`"${path}"${args === undefined ? "" : ` ${args}`}`], isShell: true, env: [] }];
}

const tokens = ["client-secret", "id-token", "refresh-token", "access-token", "exec"];

function providerSettings({ authProvider }: User): string[] {
  if (!authProvider) return [];
  const settings = Object.entries(fieldsOf(authProvider.config)).filter(([name]) => !tokens.includes(name));
  const shown = settings.map(
    ([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`,
  );
  return [`auth-provider=${authProvider.name}`, ...shown];
}

function credentialFiles(user: User, written: unknown): string[] {
  const files = [tokenFile(user, written), fieldsOf(user.authProvider?.config)["tokenFile"]];
  return [...files, user.certFile, user.keyFile].filter((file) => typeof file === "string");
}

/** The library keeps the token without its origin. Without a known origin the start is refused. */
function tokenFile(user: User, written: unknown): string | undefined {
  if (written === undefined || !user.token) return undefined;
  const named = namedUsers(written).find(({ name }) => name === user.name);
  const { token, "token-file": file } = fieldsOf(named?.["user"]);
  if (token === user.token) return undefined;
  if (typeof file === "string") return file;
  throw new GatewayError(
    "start-failed",
    "the kubeconfig has a token of unknown origin: write the token itself into the kubeconfig",
  );
}

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf(value: unknown): Fields {
  return typeof value === "object" && value !== null ? (value as Fields) : {};
}
