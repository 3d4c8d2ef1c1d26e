/**
 * The door to a cluster: found from a kubeconfig and its context, or from the account of the Pod we run in. The library
 * is loaded with the first entry that needs it.
 */

import { homedir } from "node:os";
import { join, resolve } from "node:path";
import type { BatchV1Api, CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import { GatewayError } from "../base/errors.ts";
import { type ClusterStream, openStream, type StreamSink } from "./cluster-stream.ts";
import { clusterLibrary } from "./lazy-library.ts";
import { ClusterObjects } from "./objects.ts";
import { ClusterRequests } from "./requests.ts";

/** Which cluster an entry means. */
export interface ClusterChoice {
  readonly kubeconfig?: string;
  readonly context?: string;
}

export interface Cluster {
  readonly core: CoreV1Api;
  readonly batch: BatchV1Api;
  /** All kinds of objects, as the API server writes them. */
  readonly objects: ClusterObjects;
  /** Where it is, for people. */
  readonly server: string;
  /** What the kubeconfig calls it. */
  readonly context: string;
  /** Whether we run in a Pod of it. */
  readonly isAround: boolean;
  /** Opens a stream to a Pod, such as `attach`. Rejects with what `streamTrouble` can tell. */
  open(path: string, sink: StreamSink): Promise<ClusterStream>;
}

/** How long one answer of the cluster may take. */
const answerMs = 15_000;

/** What the library calls the context it makes of a Pod's account. */
const podContext = "inClusterContext";

/** What is said where nothing names a cluster at all. */
export const noCluster =
  "no cluster is known: there is no kubeconfig (KUBECONFIG, ~/.kube/config), and the gateway runs in no Pod";

/** Asks nobody yet. Rejects with `start-failed` when no kubeconfig or no such context is there. */
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

/** The contexts of a kubeconfig, with the server each leads to. */
export interface ClusterContexts {
  readonly current: string;
  readonly all: readonly { readonly name: string; readonly server: string }[];
}

/** What there is to choose from. Asks nobody; rejects as `openCluster` does. */
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

/** One for each cluster, whatever many entries say of where it is. */
export function clusterKey({ kubeconfig, context }: ClusterChoice): string {
  return JSON.stringify([kubeconfig, context]);
}

/** Reads the kubeconfig that is meant and the files it names; rejects as `openCluster` does. */
export function loadKubeconfig(
  config: KubeConfig,
  { kubeconfig, context }: ClusterChoice,
  baseDir: string,
): void {
  try {
    if (kubeconfig === undefined) config.loadFromDefault();
    else config.loadFromFile(kubeconfigPath(kubeconfig, baseDir));
  } catch (error) {
    // What a parser says of the file may quote what is secret in it.
    const because = (error as NodeJS.ErrnoException).code ?? "it is no kubeconfig";
    const name = kubeconfig ?? process.env["KUBECONFIG"] ?? "~/.kube/config";
    throw new GatewayError("start-failed", `the kubeconfig ${name} cannot be read: ${because}`);
  }
  // The library's guess where there is nothing.
  if (config.currentContext === "loaded-context") throw new GatewayError("start-failed", noCluster);
  if (context === undefined) return;
  if (!config.getContextObject(context))
    throw new GatewayError("start-failed", `the kubeconfig has no context '${context}'`);
  config.setCurrentContext(context);
}

/** The file that an entry's `kubeconfig` means. */
export function kubeconfigPath(path: string, baseDir: string): string {
  return path.startsWith("~/") ? join(homedir(), path.slice(2)) : resolve(baseDir, path);
}
