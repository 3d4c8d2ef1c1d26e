/**
 * Reads whole files in a worker thread, so that a slow file does not delay the editor and cannot use all memory. Owns the
 * thread, which starts with the first request and is terminated when a text takes too long.
 */

import { Worker } from "node:worker_threads";
import type { TypeSchema } from "../../src/catalog/plugin-types.ts";
import type { Problem } from "../../src/catalog/text/problem.ts";
import { fileStart } from "../../src/catalog/text/problem.ts";

/** Request to the thread. Plain values. */
export interface FullCheckRequest {
  readonly text: string;
  /** Absolute. */
  readonly baseDir: string;
  readonly processEnv: Readonly<Record<string, string | undefined>>;
  readonly secretsDir: string;
  /** Absent if it is the catalog's folder. */
  readonly workspaceFolder?: string;
  /** Names of the secrets that the client stores. Absent if secrets are files. */
  readonly clientSecrets?: readonly string[];
  /** The runtime types of plugins. */
  readonly types: readonly TypeSchema[];
}

export interface FullCheckLimits {
  readonly longestMs: number;
  readonly mostMb: number;
}

const usual: FullCheckLimits = { longestMs: 10_000, mostMb: 512 };

export class FullCheckWorker {
  readonly #program: URL;
  readonly #limits: FullCheckLimits;
  #worker: Worker | undefined;
  #before: Promise<unknown> = Promise.resolve();

  /** `program`: the file of `full-check-thread`. */
  constructor(program: URL, limits: Partial<FullCheckLimits> = {}) {
    this.#program = program;
    this.#limits = { ...usual, ...limits };
  }

  /**
   * All problems of the text. If reading takes too long, a problem that reports this. Rejects when `signal` is aborted.
   */
  ask(request: FullCheckRequest, signal: AbortSignal): Promise<readonly Problem[]> {
    const answer = this.#before.then(() => {
      signal.throwIfAborted();
      return this.#answer(request, signal);
    });
    this.#before = answer.catch(() => undefined);
    return answer;
  }

  async close(): Promise<void> {
    await this.#worker?.terminate();
  }

  async #answer(request: FullCheckRequest, signal: AbortSignal): Promise<readonly Problem[]> {
    const worker = this.#running();
    const { promise, resolve, reject } = Promise.withResolvers<readonly Problem[]>();
    // The result of a running read is no longer needed.
    const abort = () => {
      reject(signal.reason);
      void this.#end(worker);
    };
    const tooLong = () => {
      resolve([unreadable]);
      void this.#end(worker);
    };
    const timer = setTimeout(tooLong, this.#limits.longestMs);
    signal.addEventListener("abort", abort, { once: true });
    worker.once("message", resolve);
    worker.once("error", tooLong);
    worker.postMessage(request);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", abort);
      worker.off("message", resolve);
      worker.off("error", tooLong);
    }
  }

  #running(): Worker {
    if (this.#worker) return this.#worker;
    const worker = new Worker(this.#program, {
      resourceLimits: { maxOldGenerationSizeMb: this.#limits.mostMb },
      stdout: true,
    });
    worker.unref();
    worker.on("error", () => undefined);
    this.#worker = worker;
    return worker;
  }

  async #end(worker: Worker): Promise<void> {
    if (this.#worker === worker) this.#worker = undefined;
    await worker.terminate();
  }
}

const unreadable: Problem = {
  severity: "error",
  code: "unreadable",
  message: "Cannot be checked, because reading it takes too much time or memory",
  path: [],
  ...fileStart,
};
