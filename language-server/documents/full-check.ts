/**
 * Reads whole files in a thread of their own, so that nobody who types waits for it, and none can take all memory.
 * Owns the thread: it comes with the first question, and goes when a text takes too long.
 */

import { Worker } from "node:worker_threads";
import type { TypeSchema } from "../../src/catalog/plugin-types.ts";
import type { Problem } from "../../src/catalog/text/problem.ts";
import { fileStart } from "../../src/catalog/text/problem.ts";

/** What the thread is asked. Plain values. */
export interface FullCheckRequest {
  readonly text: string;
  /** Absolute. */
  readonly baseDir: string;
  readonly processEnv: Readonly<Record<string, string | undefined>>;
  readonly secretsDir: string;
  /** Absent where it is the catalog's folder. */
  readonly workspaceFolder?: string;
  /** Names of the secrets a client keeps; absent where they are files. */
  readonly clientSecrets?: readonly string[];
  /** The runtime types of plugins. */
  readonly types: readonly TypeSchema[];
}

export interface FullCheckLimits {
  readonly longestMs: number;
  readonly mostMb: number;
}

const usual: FullCheckLimits = { longestMs: 10_000, mostMb: 512 };

export class FullCheck {
  readonly #program: URL;
  readonly #limits: FullCheckLimits;
  #worker: Worker | undefined;
  #before: Promise<unknown> = Promise.resolve();

  /** `program`: the file of whole-check-thread. */
  constructor(program: URL, limits: Partial<FullCheckLimits> = {}) {
    this.#program = program;
    this.#limits = { ...usual, ...limits };
  }

  /** All problems of the text; of a text that cannot be read in time, that it cannot. Rejects when `signal` is aborted. */
  ask(question: FullCheckRequest, signal: AbortSignal): Promise<readonly Problem[]> {
    const answer = this.#before.then(() => {
      signal.throwIfAborted();
      return this.#answer(question, signal);
    });
    this.#before = answer.catch(() => undefined);
    return answer;
  }

  async close(): Promise<void> {
    await this.#worker?.terminate();
  }

  async #answer(question: FullCheckRequest, signal: AbortSignal): Promise<readonly Problem[]> {
    const worker = this.#running();
    const { promise, resolve, reject } = Promise.withResolvers<readonly Problem[]>();
    // What is still being read then is of no use to anybody.
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
    worker.postMessage(question);
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
