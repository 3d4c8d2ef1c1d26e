/** Applies the manifests of a folder to the cluster (platform.md, *CLI*: server-side apply; every file is tried). */

import { messageOf } from "../../base/errors.ts";
import type { Cluster } from "../../kube/cluster.ts";
import { clusterErrorText } from "../../kube/cluster-errors.ts";
import type { ClusterObject } from "../../kube/objects.ts";
import { serverDefaults } from "../../metadata/generated/server-defaults.ts";
import { fieldManagers, kind } from "../identity.ts";
import type { McpServer } from "../resource/mcp-server.ts";
import { readManifests } from "./read-manifests.ts";

export type Deployed =
  | { readonly kind: "applied"; readonly file: string; readonly change: Change; readonly server: McpServer }
  | { readonly kind: "failed"; readonly file: string; readonly because: string };

export type Change = "created" | "configured" | "unchanged";

/** In the form for `--json` and other programs. */
export function outcomeOf(deployed: Deployed): object {
  if (deployed.kind === "failed") return { file: deployed.file, error: deployed.because };
  const { namespace, name } = deployed.server.metadata;
  return { namespace, name, change: deployed.change };
}

/** Applies the files one after the other. A failed file does not stop the others. Never rejects. */
export async function deployManifests(
  cluster: Cluster,
  files: readonly string[],
  namespace: string | undefined,
): Promise<Deployed[]> {
  const deployed: Deployed[] = [];
  for (const file of files) {
    try {
      for (const object of await readManifests(file))
        deployed.push(await deploy(cluster, file, object, namespace));
    } catch (error) {
      deployed.push({ kind: "failed", file, because: messageOf(error) });
    }
  }
  return deployed;
}

async function deploy(
  cluster: Cluster,
  file: string,
  object: ClusterObject,
  namespace: string | undefined,
): Promise<Deployed> {
  if (object.kind !== kind)
    return { kind: "failed", file, because: `is a ${object.kind}: the pipeline deploys ${kind}s only` };
  const metadata = {
    ...object.metadata,
    namespace: namespace ?? object.metadata.namespace ?? serverDefaults.namespace,
  };
  try {
    const { change, applied } = await applyObject(cluster, { ...object, metadata });
    return { kind: "applied", file, change, server: applied as McpServer };
  } catch (error) {
    return { kind: "failed", file, because: clusterErrorText(error, cluster.server) };
  }
}

/** Applies one object and resolves with the kind of change. Rejects with an error that `clusterErrorText` describes. */
export async function applyObject<T extends ClusterObject>(
  { objects }: Cluster,
  object: T,
): Promise<{ readonly change: Change; readonly applied: T }> {
  const { apiVersion, kind: type, metadata } = object;
  const before = await objects.get<T>({
    apiVersion,
    kind: type,
    name: metadata.name,
    namespace: metadata.namespace,
  });
  const applied = await objects.apply(object, { manager: fieldManagers.cli, force: true });
  const isSame = before?.metadata.resourceVersion === applied.metadata.resourceVersion;
  return { change: before === undefined ? "created" : isSame ? "unchanged" : "configured", applied };
}
