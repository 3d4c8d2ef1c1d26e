/**
 * Summary of what an entry runs, contacts and receives, shown to the user before it starts. It contains everything that
 * has an effect and hides only secrets. Pure: variables are already resolved.
 */

import { visibleText } from "../../base/visible-text.ts";
import type { Entry, RuntimeConfig } from "../../catalog/entry.ts";
import { isBuiltIn } from "../../catalog/plugin-types.ts";
import { maskExactSecrets } from "../../catalog/secrets/exact-secrets.ts";
import { secretNameOf } from "../../catalog/secrets/redacted-entry.ts";
import { mapStrings } from "../../catalog/text/strings-in.ts";
import type { VariableUse } from "../../catalog/variables/shown-entry.ts";
import type { ClusterAccess, LoginProgram } from "../../kube/cluster-access.ts";
import { registryIn } from "../../metadata/image-reference.ts";
import { containerArguments, pluginArguments, quotedWord } from "./command-line.ts";

/** In the order of display. */
export const factKinds = [
  "folder",
  "login",
  "credential",
  "contact",
  "secret",
  "variable",
  "env",
  "env-file",
  "header",
  "field",
] as const;

export type FactKind = (typeof factKinds)[number];

export interface Fact {
  readonly kind: FactKind;
  /** One line without invisible characters. */
  readonly text: string;
}

export interface LaunchSummary {
  /** `run` starts a program. `connect` only contacts something that runs elsewhere. */
  readonly action: "run" | "connect";
  /** The command or URL as a user would type it, on one line. */
  readonly line: string;
  readonly facts: readonly Fact[];
}

/** Input of the summary: an entry with resolved variables, and the content of its files. */
export interface LaunchFacts {
  readonly entry: Pick<Entry, "id" | "runtime"> & { readonly env: Readonly<Record<string, string>> };
  readonly uses: readonly VariableUse[];
  readonly baseDir: string;
  readonly cluster?: ClusterAccess | undefined;
  /** The lines of its `env_file`. */
  readonly envFile?: readonly string[] | undefined;
}

export function launchSummary(facts: LaunchFacts): LaunchSummary {
  const entry = masked(facts.entry);
  const { runtime } = entry;
  const all: Fact[] = [
    ...folderFacts(runtime, facts.baseDir),
    ...(facts.cluster ? clusterFacts(facts.cluster) : []),
    ...hostsOf(runtime).map((text): Fact => ({ kind: "contact", text })),
    ...loginsOf(runtime),
    ...variableFacts(facts.uses),
    ...pairs("env", entry.env, "="),
    ...envFileFacts(facts.envFile),
    ...pairs("header", "headers" in runtime ? (runtime.headers ?? {}) : {}, ": "),
    ...fieldFacts(runtime),
  ];
  const order = (fact: Fact) => factKinds.indexOf(fact.kind);
  return {
    action: isOnlyContacted(runtime, facts.cluster) ? "connect" : "run",
    line: shown(lineOf(entry, facts.cluster)),
    facts: all.map(({ kind, text }) => ({ kind, text: shown(text) })).sort((a, b) => order(a) - order(b)),
  };
}

/** A login to a cluster may run a program on this machine. */
function isOnlyContacted({ type }: RuntimeConfig, cluster: ClusterAccess | undefined): boolean {
  return type === "remote-sse" || (type === "k8s-service" && cluster?.programs.length === 0);
}

/**
 * Replaces long runs of spaces, which could push text out of view, piles of combining marks, which could cover other
 * text, and variation selectors, which make two names appear equal.
 */
function shown(text: string): string {
  return visibleText(text)
    .replaceAll(/[\p{Zs}\t\u2800]{5,}/gu, (run) => `[${run.length} spaces]`)
    .replaceAll(/[\ufe00-\ufe0f]/g, (selector) => `\\u{${selector.charCodeAt(0).toString(16)}}`)
    .replaceAll(/\p{M}{4,}/gu, (run) => `[${[...run].length} marks]`);
}

type Shown = LaunchFacts["entry"];

function masked(entry: Shown): Shown {
  const mask = (text: string, path: readonly (string | number)[]) =>
    maskExactSecrets(nameOf(entry, path), text);
  return {
    id: entry.id,
    runtime: mapStrings(entry.runtime, mask, ["runtime"]),
    env: mapStrings(entry.env, mask, ["env"]),
  };
}

/**
 * The flag before an argument does not make it a secret. The flag may be a switch, and the argument a program that
 * runs.
 */
function nameOf(entry: Shown, path: readonly (string | number)[]): string {
  return path[1] === "args" && isBuiltIn(entry.runtime) ? "" : secretNameOf(entry, path);
}

function lineOf({ id, runtime }: Shown, cluster: ClusterAccess | undefined): string {
  if (runtime.type === "remote-sse") return runtime.url;
  return wordsOf(id, runtime, cluster).map(quotedWord).join(" ");
}

function wordsOf(id: string, runtime: RuntimeConfig, cluster: ClusterAccess | undefined): string[] {
  switch (runtime.type) {
    case "local-process":
      return [runtime.command, ...(runtime.args ?? [])];
    case "docker":
    case "podman":
      return containerArguments(runtime);
    case "k8s-job":
      return [...kubectl(runtime, cluster), ...jobWords(id, runtime)];
    case "k8s-service":
      return [
        ...[...kubectl(runtime, cluster), "port-forward"],
        ...[`service/${runtime.service_name}`, `:${runtime.port}`],
      ];
    case "remote-sse":
      return [runtime.url];
    default:
      return pluginArguments(runtime);
  }
}

type OfCluster = Extract<RuntimeConfig, { type: "k8s-job" | "k8s-service" }>;

function kubectl({ kubeconfig, namespace }: OfCluster, cluster: ClusterAccess | undefined): string[] {
  const config = kubeconfig === undefined ? [] : ["--kubeconfig", kubeconfig];
  const context = cluster === undefined ? [] : ["--context", cluster.context];
  return ["kubectl", ...config, ...context, "-n", namespace];
}

function jobWords(id: string, job: Extract<RuntimeConfig, { type: "k8s-job" }>): string[] {
  const { command = [], args = [] } = job;
  const words = [...command, ...args];
  return [
    ...["run", id, "--image", job.image],
    ...(command.length > 0 ? ["--command"] : []),
    ...(words.length > 0 ? ["--", ...words] : []),
  ];
}

function folderFacts(runtime: RuntimeConfig, baseDir: string): Fact[] {
  if (runtime.type !== "local-process") return [];
  return [{ kind: "folder", text: runtime.working_dir ?? baseDir }];
}

function clusterFacts(cluster: ClusterAccess): Fact[] {
  const of = (kind: FactKind, texts: readonly string[]) => texts.map((text): Fact => ({ kind, text }));
  return [
    ...of("login", [...cluster.programs.map(programLine), ...cluster.providerSettings]),
    ...of("credential", cluster.credentialFiles),
    ...of("contact", [cluster.server, ...cluster.otherHosts].map(placeOf)),
  ];
}

/** The command as in a shell, with its environment first. */
function programLine({ words, isShell, env }: LoginProgram): string {
  const set = env.map(({ name, value }) => `${name}=${quotedWord(maskExactSecrets(name, value))}`);
  return [...set, isShell ? words.join(" ") : words.map(quotedWord).join(" ")].join(" ");
}

function hostsOf(runtime: RuntimeConfig): string[] {
  if (runtime.type === "remote-sse") return [placeOf(runtime.url)];
  if (runtime.type !== "docker" && runtime.type !== "podman") return [];
  const registry = registryIn(runtime.image);
  return [runtime.host, runtime.pull === "never" ? undefined : registry].flatMap((host) => host ?? []);
}

/**
 * An engine that pulls an image receives the login for its registry. The user's own engine is omitted, because it has the
 * login already.
 */
function loginsOf(runtime: RuntimeConfig): Fact[] {
  if (runtime.type !== "docker" && runtime.type !== "podman") return [];
  const { host, image, pull } = runtime;
  if (host === undefined || pull === "never") return [];
  const registry = registryIn(image) ?? "docker.io";
  return [{ kind: "secret", text: `your login for ${registry}, if you have one (sent to ${host})` }];
}

/** The host of a URL as the network resolves it, so that similar-looking letters are shown in their encoded form. */
export function placeOf(url: string): string {
  const [, written = url] = /^[a-z]+:[\\/]*([^/?#\\]+)/i.exec(url) ?? [];
  // The host may contain a variable, and variable names have capitals.
  if (written.includes("${") || !URL.canParse(url)) return written;
  const { host, protocol } = new URL(url);
  if (host === "") return url;
  return protocol === "http:" ? `${host} (http)` : host;
}

/** Each variable once, with the fields that use it. The text has the source of a value that is not the user's own. */
function variableFacts(uses: readonly VariableUse[]): Fact[] {
  const byName = Map.groupBy(uses, ({ kind, name }) => `${kind}:${name}`);
  return [...byName.values()].flatMap((same): Fact[] => {
    const [first] = same;
    if (!first) return [];
    const fields = new Set(same.map(({ field }) => field.replace(/^runtime\./, "")));
    const text = `${first.name} (${[...fields].join(", ")}${origins[first.from]})`;
    return [{ kind: first.kind === "env" ? "variable" : "secret", text }];
  });
}

const origins = { user: "", folder: "; from .env", none: "; not set" } as const;

function pairs(kind: FactKind, values: Readonly<Record<string, string>>, between: string): Fact[] {
  return Object.entries(values).map(([name, value]) => ({ kind, text: name + between + value }));
}

/** A line with only a name takes that variable from the gateway's environment. */
function envFileFacts(lines: readonly string[] = []): Fact[] {
  return lines.map((line): Fact => {
    const equals = line.indexOf("=");
    if (equals < 0) return { kind: "variable", text: `${line} (env_file)` };
    const name = line.slice(0, equals);
    return { kind: "env-file", text: `${name}=${maskExactSecrets(name, line.slice(equals + 1))}` };
  });
}

/** Fields that the command line contains already. */
const inLine: Readonly<Record<string, readonly string[]>> = {
  "local-process": ["command", "args", "working_dir"],
  "remote-sse": ["url", "headers"],
  "k8s-job": ["namespace", "image", "command", "args", "kubeconfig", "context"],
  "k8s-service": ["namespace", "service_name", "port", "headers", "kubeconfig", "context"],
};
const ofContainers = [
  ...["host", "container_name", "pull", "volumes", "network", "env_file", "user", "resources", "read_only"],
  ...["port", "image", "args"],
];

/** All other fields by name, so that a new field is shown without a change here. */
function fieldFacts(runtime: RuntimeConfig): Fact[] {
  const { type, ...fields } = runtime;
  const isContainer = runtime.type === "docker" || runtime.type === "podman";
  const known = isContainer ? ofContainers : inLine[type];
  // The line of a plugin's entry contains all fields.
  if (known === undefined) return [];
  return Object.entries(fields)
    .filter(([name, value]) => value !== undefined && !known.includes(name))
    .map(([name, value]) => ({ kind: "field", text: `${name}: ${valueText(value)}` }));
}

function valueText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
