/**
 * Names for completion: images of a container engine, and namespaces of a cluster. The catalog's text selects the engine
 * or cluster. A request never runs a program and never logs in.
 */

import type { ImagesParams, NamespacesParams } from "../../../language-server/protocol.ts";
import { withTimeout } from "../../base/timeout.ts";
import type { ClusterChoice } from "../../kube/cluster.ts";
import type { EngineChoice } from "../../runtime/container/engine.ts";

/** Time limit of a request. After it, the completion has no names, because a typing user must not wait. */
const answerMs = 2_000;
/** Maximum number of names in a completion list. */
const maxNames = 500;

/** The engine to ask, or `undefined` if no engine may be asked. Pure. */
export function engineFor({ engine, host }: ImagesParams): EngineChoice | undefined {
  if (engine !== "docker" && engine !== "podman") return undefined;
  if (host === undefined) return { type: engine };
  // The user has not approved a connection to another machine, so completion must not open one.
  return isOfThisMachine(host) ? { type: engine, host } : undefined;
}

/**
 * Whether it is a socket or pipe of this machine. A variable is not resolved here. A second slash could begin a host
 * name.
 */
function isOfThisMachine(host: string): boolean {
  return /^(?:(?:unix:\/\/)?\/(?![/\\])[^$]*|npipe:\/\/\/\/\.\/pipe\/[^$]*)$/.test(host);
}

/** The cluster to ask, or `undefined` if no cluster may be asked. Pure. */
export function clusterFor({ kubeconfig, context }: NamespacesParams): ClusterChoice | undefined {
  // A kubeconfig may name programs to run, so completion must not open one from the workspace.
  const isOwn = kubeconfig === undefined || (/^~\//.test(kubeconfig) && !/\$|\.\./.test(kubeconfig));
  if (!isOwn || context?.includes("$")) return undefined;
  return { ...(kubeconfig !== undefined && { kubeconfig }), ...(context !== undefined && { context }) };
}

/** Unique and sorted names, limited in number. Empty if `ask` fails or takes too long. Never rejects. */
export async function namesInTime(
  ask: () => Promise<readonly string[]>,
  longestMs = answerMs,
): Promise<readonly string[]> {
  const names = await withTimeout(ask(), longestMs).catch(() => undefined);
  return [...new Set(names ?? [])].sort().slice(0, maxNames);
}

/** Images of the selected engine, by name and tag. Never rejects. */
export async function imageNames(params: ImagesParams): Promise<readonly string[]> {
  const choice = engineFor(params);
  if (choice === undefined) return [];
  return namesInTime(async () => {
    const { openEngine } = await import("../../runtime/container/engine.ts");
    const images = await (await openEngine(choice)).docker.listImages();
    return images.flatMap(({ RepoTags }) => RepoTags ?? []).filter((name) => !name.includes("<none>"));
  });
}

/** Namespaces of the selected cluster. Never rejects. */
export async function namespaceNames(params: NamespacesParams): Promise<readonly string[]> {
  const choice = clusterFor(params);
  if (choice === undefined) return [];
  return namesInTime(async () => {
    const { openCluster } = await import("../../kube/cluster.ts");
    const { items } = await (await openCluster(choice, "/")).core.listNamespace();
    return items.flatMap(({ metadata }) => metadata?.name ?? []);
  });
}
