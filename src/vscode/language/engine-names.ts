/**
 * Names that completion would like to know: images of a container engine, namespaces of a cluster. Whom to ask is
 * decided from what the catalog says; nobody is asked in a way that runs a program or logs in somewhere.
 */

import type { ImagesParams, NamespacesParams } from "../../../language-server/protocol.ts";
import { withTimeout } from "../../base/timeout.ts";
import type { ClusterChoice } from "../../kube/cluster.ts";
import type { EngineChoice } from "../../runtime/container/engine.ts";

/** An engine that takes longer has no names: somebody is typing. */
const answerMs = 2_000;
/** More are not looked through by anybody. */
const mostNames = 500;

/** The engine that is meant; `undefined` where none is to be asked. Pure. */
export function engineFor({ engine, host }: ImagesParams): EngineChoice | undefined {
  if (engine !== "docker" && engine !== "podman") return undefined;
  if (host === undefined) return { type: engine };
  // Another machine is not contacted for a suggestion: nobody has approved that.
  return isOfThisMachine(host) ? { type: engine, host } : undefined;
}

/** A socket or pipe of this machine. A variable is not known here; a second slash could begin the name of a host. */
function isOfThisMachine(host: string): boolean {
  return /^(?:(?:unix:\/\/)?\/(?![/\\])[^$]*|npipe:\/\/\/\/\.\/pipe\/[^$]*)$/.test(host);
}

/** The cluster that is meant; `undefined` where none is to be asked. Pure. */
export function clusterFor({ kubeconfig, context }: NamespacesParams): ClusterChoice | undefined {
  // A kubeconfig may name programs to run: one that came with a workspace is not to be opened for a suggestion.
  const isOwn = kubeconfig === undefined || (/^~\//.test(kubeconfig) && !/\$|\.\./.test(kubeconfig));
  if (!isOwn || context?.includes("$")) return undefined;
  return { ...(kubeconfig !== undefined && { kubeconfig }), ...(context !== undefined && { context }) };
}

/** Each once, sorted, the first ones of very many; none when `ask` fails or takes too long. Never rejects. */
export async function namesInTime(
  ask: () => Promise<readonly string[]>,
  longestMs = answerMs,
): Promise<readonly string[]> {
  const names = await withTimeout(ask(), longestMs).catch(() => undefined);
  return [...new Set(names ?? [])].sort().slice(0, mostNames);
}

/** Images of the engine that is meant, by name and tag. Never rejects. */
export async function imageNames(params: ImagesParams): Promise<readonly string[]> {
  const choice = engineFor(params);
  if (choice === undefined) return [];
  return namesInTime(async () => {
    const { openEngine } = await import("../../runtime/container/engine.ts");
    const images = await (await openEngine(choice)).docker.listImages();
    return images.flatMap(({ RepoTags }) => RepoTags ?? []).filter((name) => !name.includes("<none>"));
  });
}

/** Namespaces of the cluster that is meant. Never rejects. */
export async function namespaceNames(params: NamespacesParams): Promise<readonly string[]> {
  const choice = clusterFor(params);
  if (choice === undefined) return [];
  return namesInTime(async () => {
    const { openCluster } = await import("../../kube/cluster.ts");
    const { items } = await (await openCluster(choice, "/")).core.listNamespace();
    return items.flatMap(({ metadata }) => metadata?.name ?? []);
  });
}
