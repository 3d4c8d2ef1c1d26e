/**
 * The operator's view of the cluster, kept up to date, with notifications about changed MCPServers. Decides nothing.
 */

import { Informer } from "../../kube/informer.ts";
import type { ClusterObject, ClusterObjects, ListOptions, ObjectType } from "../../kube/objects.ts";
import { apiVersion, kind, managedByLabel } from "../identity.ts";
import type { McpServer } from "../resource/mcp-server.ts";
import type { Deployment, Ingress, ObservedState, Pod, Service } from "./observed-state.ts";
import { appLabel, serverNamesOf } from "./owner.ts";
import type { PullSecret } from "./pull-secret.ts";
import type { OperatorSettings } from "./settings.ts";

export interface ClusterCacheEvents {
  /** `key`: key of an MCPServer, which may not exist. */
  changed(key: string): void;
  /** A watch failed. It restarts by itself. */
  failed(what: string, error: unknown): void;
}

/** `namespace/name`. */
export function keyOf(namespace: string, name: string): string {
  return `${namespace}/${name}`;
}

const labelSelector = Object.entries(managedByLabel)
  .map(([name, value]) => `${name}=${value}`)
  .join(",");

export class ClusterCache {
  readonly #objects: ClusterObjects;
  readonly #settings: OperatorSettings;
  readonly #events: ClusterCacheEvents;
  readonly #watches: { close(): void }[] = [];
  #servers!: Informer<McpServer>;
  #deployments!: Informer<Deployment>;
  #services!: Informer<Service>;
  #ingresses!: Informer<Ingress>;
  #pods!: Informer<Pod>;
  #secrets: Informer<PullSecret> | undefined;

  private constructor(objects: ClusterObjects, settings: OperatorSettings, events: ClusterCacheEvents) {
    this.#objects = objects;
    this.#settings = settings;
    this.#events = events;
  }

  /**
   * Resolves once everything is listed. Rejects with an error that `clusterErrorText` describes, and then watches
   * nothing.
   */
  static async open(
    objects: ClusterObjects,
    settings: OperatorSettings,
    events: ClusterCacheEvents,
  ): Promise<ClusterCache> {
    const cache = new ClusterCache(objects, settings, events);
    try {
      await cache.#open();
    } catch (error) {
      cache.close();
      throw error;
    }
    return cache;
  }

  servers(namespace?: string): readonly McpServer[] {
    return this.#servers.all(namespace);
  }

  server(namespace: string, name: string): McpServer | undefined {
    return this.#servers.get(name, namespace);
  }

  /** The observed state of a server. */
  observed(namespace: string, name: string): ObservedState {
    const isOf = ({ metadata }: ClusterObject) => metadata.labels?.[appLabel] === name;
    return {
      deployment: this.#deployments.get(name, namespace),
      service: this.#services.get(name, namespace),
      ingress: this.#ingresses.get(name, namespace),
      pods: this.#pods.all(namespace).filter(isOf),
    };
  }

  pullSecret(namespace: string): PullSecret | undefined {
    return this.#secrets?.get(this.#settings.pullSecretName, namespace);
  }

  close(): void {
    for (const watch of this.#watches) watch.close();
  }

  async #open(): Promise<void> {
    const { group, pullSecretName } = this.#settings;
    const made = { labelSelector };
    // First, so that a missing API group is reported at once.
    this.#servers = await this.#watch<McpServer>({ apiVersion: apiVersion(group), kind }, {}, (server) => [
      server.metadata.name,
    ]);
    const owners = (object: ClusterObject) => serverNamesOf(object, group);
    this.#deployments = await this.#watch<Deployment>(
      { apiVersion: "apps/v1", kind: "Deployment" },
      made,
      owners,
    );
    this.#services = await this.#watch<Service>({ apiVersion: "v1", kind: "Service" }, made, owners);
    this.#ingresses = await this.#watch<Ingress>(
      { apiVersion: "networking.k8s.io/v1", kind: "Ingress" },
      made,
      owners,
    );
    this.#pods = await this.#watch<Pod>({ apiVersion: "v1", kind: "Pod" }, made, owners);
    // Only this name, because the operator may read no other Secret of the cluster.
    const fieldSelector = `metadata.name=${pullSecretName}`;
    this.#secrets = await this.#watch<PullSecret>(
      { apiVersion: "v1", kind: "Secret" },
      { fieldSelector },
      owners,
    );
  }

  async #watch<T extends ClusterObject>(
    type: ObjectType,
    options: ListOptions,
    namesOf: (object: T) => readonly string[],
  ): Promise<Informer<T>> {
    const changed = (object: T) => {
      const { namespace = "default" } = object.metadata;
      for (const name of namesOf(object)) this.#events.changed(keyOf(namespace, name));
    };
    const watch = await Informer.open<T>(this.#objects, type, options, {
      changed,
      gone: changed,
      failed: (error) => this.#events.failed(type.kind, error),
    });
    this.#watches.push(watch);
    return watch;
  }
}
