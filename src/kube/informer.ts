/** The current objects of a cluster, updated by a watch. When the watch fails, the objects are listed again. */

import { createInterface } from "node:readline";
import type { KubernetesObject, ListWatch, Watch } from "@kubernetes/client-node";
import { isObject, parseJson } from "../base/json.ts";
import { clusterLibrary } from "./lazy-library.ts";
import type { ClusterObject, ClusterObjects, ListOptions, ObjectType } from "./objects.ts";

export interface InformerEvents<T> {
  /** An object was added or changed. */
  changed(object: T): void;
  gone(object: T): void;
  /** The cluster answers a new listing, so a reported failure is over. */
  listed?(): void;
  /** The watch failed. It is retried after `retryMs`. */
  failed(error: unknown): void;
}

/** The API server ends a watch after this time, so that a dead watch is noticed. */
const watchSeconds = 240;
const retryMs = 2_000;

export class Informer<T extends ClusterObject> {
  readonly #informer: ListWatch<T & KubernetesObject>;
  readonly #end: AbortController;
  #retry: NodeJS.Timeout | undefined;

  private constructor(
    informer: ListWatch<T & KubernetesObject>,
    events: InformerEvents<T>,
    end: AbortController,
  ) {
    this.#informer = informer;
    this.#end = end;
    informer.on("add", (object) => events.changed(object));
    informer.on("update", (object) => events.changed(object));
    informer.on("delete", (object) => events.gone(object));
    informer.on("error", (error: unknown) => this.#failed(error, events));
  }

  /** Resolves once the objects are listed. Rejects only when the first listing fails. */
  static async open<T extends ClusterObject>(
    objects: ClusterObjects,
    type: ObjectType,
    options: ListOptions,
    events: InformerEvents<T>,
  ): Promise<Informer<T>> {
    const path = await objects.collectionPath(type, options.namespace);
    const library = await clusterLibrary();
    const end = new AbortController();
    const { signal } = end;
    const list = async () => {
      const { items, resourceVersion } = await objects.list<T>(type, { ...options, signal });
      signal.throwIfAborted();
      events.listed?.();
      return { ...type, items: [...items], metadata: { resourceVersion } };
    };
    // The caller gets the error of the first listing. The informer then starts with its result.
    let first: Awaited<ReturnType<typeof list>> | undefined = await list();
    const next = async () => {
      const listed = first ?? (await list());
      first = undefined;
      return listed;
    };
    const informer = new library.ListWatch<T & KubernetesObject>(
      path,
      streaming(objects, type, signal) as unknown as Watch,
      next as never,
      false,
      options.labelSelector,
      options.fieldSelector,
    );
    const watched = new Informer<T>(informer, events, end);
    await informer.start();
    return watched;
  }

  all(namespace?: string): readonly T[] {
    return this.#informer.list(namespace);
  }

  get(name: string, namespace: string): T | undefined {
    return this.#informer.get(name, namespace);
  }

  close(): void {
    clearTimeout(this.#retry);
    void this.#informer.stop();
    // Without this the informer would finish a listing in progress.
    this.#end.abort();
  }

  #failed(error: unknown, events: InformerEvents<T>): void {
    if (this.#end.signal.aborted) return;
    events.failed(error);
    // A new listing includes all missed changes, and a recreated cluster does not know the old version.
    Reflect.set(this.#informer, "resourceVersion", "");
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => void this.#informer.start(), retryMs);
  }
}

/** A watch in the form of the library's informer, over the requests of this module. */
function streaming(objects: ClusterObjects, type: ObjectType, closed: AbortSignal) {
  return {
    async watch(
      path: string,
      query: Record<string, string>,
      notify: (phase: string, object: unknown) => void,
      done: (error: unknown) => void,
    ): Promise<AbortController> {
      const abort = new AbortController();
      let isDone = false;
      const end = (error: unknown) => {
        if (isDone) return;
        isDone = true;
        abort.abort();
        done(error);
      };
      try {
        const response = await objects.requests.promptStream(path, {
          query: { ...query, watch: true, timeoutSeconds: watchSeconds },
          signal: AbortSignal.any([abort.signal, closed]),
        });
        // Ends a connection that died silently.
        response.setTimeout((watchSeconds + 30) * 1000, () => response.destroy());
        const lines = createInterface(response);
        lines.on("line", (line) => {
          const event = parseJson(line);
          if (!isObject(event)) return;
          if (event["type"] === "ERROR") return end(event["object"]);
          notify(String(event["type"]), { ...(event["object"] as object), ...type });
        });
        response.once("error", () => end(null));
        // The line reader repeats errors of the response. Without a listener they would end the process.
        lines.once("error", () => end(null));
        lines.once("close", () => end(null));
      } catch (error) {
        end(error);
      }
      return abort;
    },
  };
}
