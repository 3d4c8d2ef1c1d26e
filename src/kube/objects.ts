/** Objects of a cluster, of any kind: get, list, apply, delete, watch. A thin layer without decisions. */

import { GatewayError } from "../base/errors.ts";
import { httpStatusOf } from "./cluster-errors.ts";
import type { ClusterRequests } from "./requests.ts";

export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
  readonly blockOwnerDeletion?: boolean;
}

export interface ObjectMetadata {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly ownerReferences?: readonly OwnerReference[];
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly generation?: number;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
}

/** As the API server writes it, unchanged. Times are texts. */
export interface ClusterObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMetadata;
}

/** An object with all fields of its kind. */
export type Manifest = ClusterObject & { readonly [field: string]: unknown };

/** A kind of objects. */
export interface ObjectType {
  readonly apiVersion: string;
  readonly kind: string;
}

export interface ObjectRef extends ObjectType {
  readonly name: string;
  readonly namespace?: string | undefined;
}

export interface ListOptions {
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface ApplyOptions {
  /** The field manager. Fields of other managers stay theirs. */
  readonly manager: string;
  /** Takes over fields of other managers. */
  readonly force?: boolean;
  readonly dryRun?: boolean;
  /** Applies to the status instead of the other fields. */
  readonly status?: boolean;
}

export interface ListedObjects<T> {
  readonly items: readonly T[];
  readonly resourceVersion: string;
}

/** The API server's description of a kind. */
interface Resource {
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

export class ClusterObjects {
  readonly requests: ClusterRequests;
  readonly #resources = new Map<string, Promise<readonly Resource[]>>();

  constructor(requests: ClusterRequests) {
    this.requests = requests;
  }

  /**
   * `undefined` if the object does not exist. Like the other methods, rejects with an error that `clusterErrorText`
   * describes.
   */
  async get<T extends ClusterObject>(ref: ObjectRef): Promise<T | undefined> {
    try {
      return (await this.requests.json("GET", await this.#pathOf(ref))) as T;
    } catch (error) {
      if (httpStatusOf(error) === 404) return undefined;
      throw error;
    }
  }

  /** Without a namespace: objects of all namespaces. */
  async list<T extends ClusterObject>(
    type: ObjectType,
    options: ListOptions = {},
  ): Promise<ListedObjects<T>> {
    const { namespace, labelSelector, fieldSelector, signal } = options;
    const path = await this.collectionPath(type, namespace);
    const query = { labelSelector, fieldSelector };
    const answer = (await this.requests.json("GET", path, { query, signal })) as {
      items?: T[];
      metadata?: { resourceVersion?: string };
    };
    // The API server omits the common fields of list items.
    const items = (answer.items ?? []).map((item) => ({
      ...item,
      apiVersion: type.apiVersion,
      kind: type.kind,
    }));
    return { items, resourceVersion: answer.metadata?.resourceVersion ?? "" };
  }

  /** Creates or updates the object. Fields that it does not contain stay (server-side apply). */
  async apply<T extends ClusterObject>(object: T, options: ApplyOptions): Promise<T> {
    const { manager, force = false, dryRun, status } = options;
    const { apiVersion, kind, metadata } = object;
    const path = await this.#pathOf({ apiVersion, kind, ...metadata });
    return (await this.requests.json("PATCH", status ? `${path}/status` : path, {
      query: { fieldManager: manager, force, ...(dryRun && { dryRun: "All" }) },
      body: object,
      contentType: "application/apply-patch+yaml",
    })) as T;
  }

  async create<T extends ClusterObject>(object: T): Promise<T> {
    const path = await this.collectionPath(object, object.metadata.namespace);
    return (await this.requests.json("POST", path, { body: object })) as T;
  }

  /** Rejects with status 409 when the object was changed since it was read. */
  async replace<T extends ClusterObject>(object: T): Promise<T> {
    const { apiVersion, kind, metadata } = object;
    const path = await this.#pathOf({ apiVersion, kind, ...metadata });
    return (await this.requests.json("PUT", path, { body: object })) as T;
  }

  /** Whether the object existed. Its dependents are deleted in the background. */
  async delete(ref: ObjectRef): Promise<boolean> {
    try {
      await this.requests.json("DELETE", await this.#pathOf(ref), {
        body: { propagationPolicy: "Background" },
      });
      return true;
    } catch (error) {
      if (httpStatusOf(error) === 404) return false;
      throw error;
    }
  }

  /** Whether the API server knows the kind. */
  async knows(type: ObjectType): Promise<boolean> {
    return (await this.#resource(type)) !== undefined;
  }

  /** The URL path that lists the objects of a kind. */
  async collectionPath(type: ObjectType, namespace: string | undefined): Promise<string> {
    const resource = await this.#resource(type);
    if (!resource)
      throw new GatewayError(
        "cluster-failed",
        `the cluster does not know ${type.kind} of ${type.apiVersion}: is its CRD installed?`,
      );
    const within =
      resource.namespaced && namespace !== undefined
        ? `/namespaces/${segmentOf("Namespace", namespace)}`
        : "";
    return `${rootOf(type.apiVersion)}${within}/${resource.name}`;
  }

  async #pathOf({ name, namespace, ...type }: ObjectRef): Promise<string> {
    const { namespaced = false } = (await this.#resource(type)) ?? {};
    const collection = await this.collectionPath(type, namespaced ? (namespace ?? "default") : undefined);
    return `${collection}/${segmentOf(type.kind, name)}`;
  }

  async #resource({ apiVersion, kind }: ObjectType): Promise<Resource | undefined> {
    const request = this.#resources.get(apiVersion) ?? this.#ask(apiVersion);
    this.#resources.set(apiVersion, request);
    try {
      const found = (await request).find((resource) => resource.kind === kind);
      // It may be defined a moment later.
      if (!found) this.#resources.delete(apiVersion);
      return found;
    } catch (error) {
      this.#resources.delete(apiVersion);
      throw error;
    }
  }

  async #ask(apiVersion: string): Promise<readonly Resource[]> {
    try {
      const answer = (await this.requests.json("GET", rootOf(apiVersion))) as { resources?: Resource[] };
      return (answer.resources ?? []).filter(({ name }) => !name.includes("/"));
    } catch (error) {
      if (httpStatusOf(error) === 404) return [];
      throw error;
    }
  }
}

/**
 * Throws `cluster-failed` for a name that changes the path. Without a name, the path would mean all objects of the
 * kind.
 */
function segmentOf(kind: string, name: string): string {
  if (name === "" || name === "." || name === ".." || /[/%]/.test(name))
    throw new GatewayError("cluster-failed", `'${name}' is not a valid ${kind} name`);
  return encodeURIComponent(name);
}

function rootOf(apiVersion: string): string {
  return apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}
