/** Objects of a cluster as they are now, kept up to date by a watch; what breaks it off is mended by listing anew. */

import { createInterface } from "node:readline";
import type { KubernetesObject, ListWatch, Watch } from "@kubernetes/client-node";
import { isObject, parseJson } from "../base/json.ts";
import { clusterLibrary } from "./lazy-library.ts";
import type { ClusterObject, ClusterObjects, ListOptions, ObjectType } from "./objects.ts";

export interface InformerEvents<T> {
  /** There is a new one, or one has changed. */
  changed(object: T): void;
  gone(object: T): void;
  /** They are being listed anew and the cluster answers: a failure that was told is over. */
  listed?(): void;
  /** The watch broke off and is tried again after `retryMs`. */
  failed(error: unknown): void;
}

/** The API server ends a watch after this, so that one nobody feeds any more does not look alive. */
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

  /** Resolves once the objects are listed; rejects only where they cannot be listed the first time. */
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
    // A first list that fails is the caller's to hear of; the informer begins with it.
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
    // The informer by itself would go on with a list that is under way.
    this.#end.abort();
  }

  #failed(error: unknown, events: InformerEvents<T>): void {
    if (this.#end.signal.aborted) return;
    events.failed(error);
    // What was missed meanwhile is seen by listing anew, and a cluster that began anew knows no version of before.
    Reflect.set(this.#informer, "resourceVersion", "");
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => void this.#informer.start(), retryMs);
  }
}

/** A watch as the library's informer wants it, over our requests. */
function streaming(objects: ClusterObjects, type: ObjectType, closed: AbortSignal) {
  return {
    async watch(
      path: string,
      query: Record<string, string>,
      told: (phase: string, object: unknown) => void,
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
        // A connection that died without a word ends by this.
        response.setTimeout((watchSeconds + 30) * 1000, () => response.destroy());
        const lines = createInterface(response);
        lines.on("line", (line) => {
          const event = parseJson(line);
          if (!isObject(event)) return;
          if (event["type"] === "ERROR") return end(event["object"]);
          told(String(event["type"]), { ...(event["object"] as object), ...type });
        });
        response.once("error", () => end(null));
        // It passes on what befalls the response, and one that nobody listens to ends the process.
        lines.once("error", () => end(null));
        lines.once("close", () => end(null));
      } catch (error) {
        end(error);
      }
      return abort;
    },
  };
}
