/**
 * The connection to a cluster, from a kubeconfig and its context, or from the service account of the gateway's Pod. The
 * library is loaded with the first entry that needs it.
 */

import { homedir } from "node:os";
import { join, resolve } from "node:path";
import type { BatchV1Api, CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import { GatewayError } from "../base/errors.ts";
import { type ClusterStream, openStream, type StreamSink } from "./cluster-stream.ts";
import { clusterLibrary } from "./lazy-library.ts";
import { ClusterObjects } from "./objects.ts";
import { ClusterRequests } from "./requests.ts";

/** Selects the cluster of an entry. */
export interface ClusterChoice {
  readonly kubeconfig?: string;
  readonly context?: string;
}

export interface Cluster {
  readonly core: CoreV1Api;
  readonly batch: BatchV1Api;
  /** Access to objects of all kinds, as the API server writes them. */
  readonly objects: ClusterObjects;
  /** Address of the cluster, for messages. */
  readonly server: string;
  /** Name of the context in the kubeconfig. */
  readonly context: string;
  /** Whether the gateway runs in a Pod of the cluster. */
  readonly isAround: boolean;
  /** Opens a stream to a Pod, such as `attach`. Rejects with an error that `streamErrorText` describes. */
  open(path: string, sink: StreamSink): Promise<ClusterStream>;
}

/** How long one answer of the cluster may take. */
const answerMs = 15_000;

/** The library's name for the context of a Pod's service account. */
const podContext = "inClusterContext";

/** The message when no cluster is configured. */
export const noCluster =
  "no cluster found: there is no kubeconfig (KUBECONFIG, ~/.kube/config), and the gateway does not run in a Pod";

/** Contacts no cluster yet. Rejects with `start-failed` when the kubeconfig or its context does not exist. */
export async function openCluster(choice: ClusterChoice, baseDir: string): Promise<Cluster> {
  const library = await clusterLibrary();
  const config = new library.KubeConfig();
  loadKubeconfig(config, choice, baseDir);
  const cluster = config.getCurrentCluster();
  if (!cluster)
    throw new GatewayError("start-failed", "the kubeconfig names no current cluster: set context");
  const options = library.createConfiguration({
    baseServer: new library.ServerConfiguration(cluster.server, {}),
    authMethods: { default: config },
    promiseMiddleware: [
      {
        pre: async (request) => {
          request.setSignal(AbortSignal.timeout(answerMs));
          return request;
        },
        post: async (response) => response,
      },
    ],
  });
  const sockets = new library.Attach(config).handler;
  return {
    core: new library.CoreV1Api(options),
    batch: new library.BatchV1Api(options),
    objects: new ClusterObjects(new ClusterRequests(config, cluster.server)),
    server: cluster.server,
    context: config.currentContext,
    isAround: config.currentContext === podContext,
    open: (path, sink) => openStream(sockets, path, sink),
  };
}

/** The contexts of a kubeconfig, with their servers. */
export interface ClusterContexts {
  readonly current: string;
  readonly all: readonly { readonly name: string; readonly server: string }[];
}

/** The available contexts. Contacts no cluster. Rejects as `openCluster` does. */
export async function clusterContexts(choice: ClusterChoice, baseDir: string): Promise<ClusterContexts> {
  const { KubeConfig } = await clusterLibrary();
  const config = new KubeConfig();
  loadKubeconfig(config, choice, baseDir);
  const all = config.getContexts().map(({ name, cluster }) => ({
    name,
    server: config.getCluster(cluster)?.server ?? "",
  }));
  return { current: config.currentContext, all };
}

/** One key for each cluster, however many entries name it. */
export function clusterKey({ kubeconfig, context }: ClusterChoice): string {
  return JSON.stringify([kubeconfig, context]);
}

/** Reads the selected kubeconfig and the files it names. Rejects as `openCluster` does. */
export function loadKubeconfig(
  config: KubeConfig,
  { kubeconfig, context }: ClusterChoice,
  baseDir: string,
): void {
  try {
    if (kubeconfig === undefined) config.loadFromDefault();
    else config.loadFromFile(kubeconfigPath(kubeconfig, baseDir));
  } catch (error) {
    // The parser's message may quote a secret of the file.
    const because = (error as NodeJS.ErrnoException).code ?? "it is not a kubeconfig";
    const name = kubeconfig ?? process.env["KUBECONFIG"] ?? "~/.kube/config";
    throw new GatewayError("start-failed", `the kubeconfig ${name} cannot be read: ${because}`);
  }
  // The library's fallback when it finds nothing.
  if (config.currentContext === "loaded-context") throw new GatewayError("start-failed", noCluster);
  if (context === undefined) return;
  if (!config.getContextObject(context))
    throw new GatewayError("start-failed", `the kubeconfig has no context '${context}'`);
  config.setCurrentContext(context);
}

/** The path of the `kubeconfig` of an entry. */
export function kubeconfigPath(path: string, baseDir: string): string {
  return path.startsWith("~/") ? join(homedir(), path.slice(2)) : resolve(baseDir, path);
}
