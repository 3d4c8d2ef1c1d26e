/** The MCPServers of a cluster: list, read, create, delete, wait. */

import { GatewayError } from "../../base/errors.ts";
import type { Cluster } from "../../kube/cluster.ts";
import type { ClusterObject, ObjectType } from "../../kube/objects.ts";
import { withClusterErrors } from "../cluster-error-text.ts";
import { apiVersion, kind } from "../identity.ts";
import type { McpServer } from "../resource/mcp-server.ts";

export class PlatformServers {
  readonly #cluster: Cluster;
  readonly #type: ObjectType;

  constructor(cluster: Cluster, group: string) {
    this.#cluster = cluster;
    this.#type = { apiVersion: apiVersion(group), kind };
  }

  get type(): ObjectType {
    return this.#type;
  }

  /**
   * Sorted by namespace and name. Without a namespace, those of all namespaces. Like the other methods, rejects with
   * `cluster-failed`.
   */
  async list(namespace?: string): Promise<readonly McpServer[]> {
    const { items } = await this.#answer(this.#cluster.objects.list<McpServer>(this.#type, { namespace }));
    const key = ({ metadata }: McpServer) => `${metadata.namespace}/${metadata.name}`;
    return [...items].sort((a, b) => (key(a) < key(b) ? -1 : 1));
  }

  async get(name: string, namespace: string): Promise<McpServer> {
    const server = await this.find(name, namespace);
    if (server) return server;
    throw new GatewayError("cluster-failed", `server '${name}' not found in namespace '${namespace}'`);
  }

  find(name: string, namespace: string): Promise<McpServer | undefined> {
    return this.#answer(this.#cluster.objects.get<McpServer>({ ...this.#type, name, namespace }));
  }

  /** Deletes the server. The cluster also deletes the objects that it owns. */
  async delete(name: string, namespace: string): Promise<void> {
    const wasThere = await this.#answer(this.#cluster.objects.delete({ ...this.#type, name, namespace }));
    if (!wasThere)
      throw new GatewayError("cluster-failed", `server '${name}' not found in namespace '${namespace}'`);
  }

  async pods(name: string, namespace: string): Promise<readonly Pod[]> {
    const labelSelector = `app=${name},app.kubernetes.io/managed-by=mcp-runtime`;
    const { items } = await this.#answer(
      this.#cluster.objects.list<Pod>({ apiVersion: "v1", kind: "Pod" }, { namespace, labelSelector }),
    );
    return items;
  }

  #answer<T>(answer: Promise<T>): Promise<T> {
    return withClusterErrors(this.#cluster, answer);
  }
}

/** Without the managed fields, which are longer than all the rest and of no use to a reader. Pure. */
export function readable({ apiVersion, kind, metadata, ...rest }: McpServer): McpServer {
  const { managedFields: _, ...shown } = metadata as typeof metadata & { readonly managedFields?: unknown };
  return { apiVersion, kind, metadata: shown, ...rest };
}

/** The fields of a Pod that are read. */
export interface Pod extends ClusterObject {
  readonly spec?: { readonly nodeName?: string; readonly containers?: readonly { readonly name: string }[] };
  readonly status?: {
    readonly phase?: string;
    readonly podIP?: string;
    readonly containerStatuses?: readonly { readonly ready: boolean; readonly restartCount: number }[];
  };
}
