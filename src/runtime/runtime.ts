/**
 * The runtime contract: one interface for every way to run an entry (gateway.md, *Runtimes*).
 *
 * Every runtime keeps these promises. The contract suite in test/contract checks them:
 * - `start` resolves when messages can be exchanged, or rejects with a `GatewayError("start-failed")` whose message
 *   gives the reason on one line; then nothing of the instance remains.
 * - Aborting `signal` during `start` undoes the start and rejects.
 * - `stop` leaves no process behind, not even grandchildren and processes that ignore signals.
 * - `exited` resolves however the instance ends.
 */

import type { Channel, ChannelEvents } from "../backend/channel.ts";
import type { RuntimeConfig } from "../catalog/entry.ts";
import { isBuiltIn } from "../catalog/plugin-types.ts";

/** An entry at its start, with its variables resolved. Lives as long as its instance, and is never shown or stored. */
export interface Launch {
  readonly id: string;
  readonly runtime: RuntimeConfig;
  readonly env: Readonly<Record<string, string>>;
  /** Folder of the catalog. Relative paths start here. */
  readonly baseDir: string;
  /** Replaces every resolved secret in a text by `***`. */
  redact(text: string): string;
  /**
   * Adds values of the environment that are found only at the start. `redact` then replaces those that may be secrets.
   */
  hide(values: readonly string[]): void;
}

export interface Instance extends Channel {
  /** Process id, if there is one. */
  readonly pid?: number;
}

/** Reads the downloads of a package runner out of the log of a start. */
export interface DownloadReader {
  /** The program that downloads: `npx`. */
  readonly program: string;
  /** The download that the line reports; `undefined` for other lines. */
  read(line: string): string | undefined;
}

export interface Runtime {
  /** How to observe the download before a start; `undefined` when there is no download. */
  downloads?(config: RuntimeConfig): DownloadReader | undefined;
  /** Loads the code that a start of such an entry needs, if it is not loaded yet. Starts and contacts nothing. */
  load?(config: RuntimeConfig): Promise<void>;
  start(launch: Launch, events: ChannelEvents, signal: AbortSignal): Promise<Instance>;
  /**
   * Ends servers of gateways that died, where these entries run. Resolves with the ended servers, for the log. Rejects
   * when the engine or cluster does not answer.
   */
  endOrphans?(launches: readonly Launch[]): Promise<readonly string[]>;
}

/**
 * Whether a backend of this runtime supports both eras at the same time. A process supports only the era of its first
 * message.
 */
export function servesBothEras(config: RuntimeConfig): boolean {
  if (config.type === "remote-sse" || config.type === "k8s-service") return true;
  return isBuiltIn(config) && "transport" in config && config.transport === "http";
}
