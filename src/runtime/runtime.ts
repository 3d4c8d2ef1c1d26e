/**
 * The runtime contract: one interface over every way to run an entry (gateway.md, *Runtimes*).
 *
 * A runtime keeps these promises, and the contract suite in test/contract holds it to them:
 * - `start` resolves when messages can be exchanged, or rejects with a `GatewayError("start-failed")` whose message
 *   says why in one line; then nothing of the instance is left.
 * - Aborting `signal` during `start` ends what was begun and rejects.
 * - `stop` leaves no process behind, a stubborn one and its grandchildren included.
 * - `exited` resolves however the instance ends.
 */

import type { Channel, ChannelEvents } from "../backend/channel.ts";
import type { RuntimeConfig } from "../catalog/entry.ts";
import { isBuiltIn } from "../catalog/plugin-types.ts";

/** An entry as it is started: variables resolved. Lives as long as its instance, is never shown or kept. */
export interface Launch {
  readonly id: string;
  readonly runtime: RuntimeConfig;
  readonly env: Readonly<Record<string, string>>;
  /** Folder of the catalog: relative paths start here. */
  readonly baseDir: string;
  /** Replaces every resolved secret in a text by `***`. */
  redact(text: string): string;
  /** Values of the environment that are found only when it starts: those that may be secrets are replaced as well. */
  hide(values: readonly string[]): void;
}

export interface Instance extends Channel {
  /** Process id, where there is one. */
  readonly pid?: number;
}

/** Reads in the log of a start what the program that starts a server downloads first. */
export interface DownloadReader {
  /** The program that downloads: `npx`. */
  readonly program: string;
  /** What the line says was downloaded; `undefined` where it is about something else. */
  read(line: string): string | undefined;
}

export interface Runtime {
  /** How to see the download that precedes a start; `undefined` where none does. */
  downloads?(config: RuntimeConfig): DownloadReader | undefined;
  /** Loads the code that a start of such an entry needs, as far as it is not loaded yet. Starts and contacts nothing. */
  load?(config: RuntimeConfig): Promise<void>;
  start(launch: Launch, events: ChannelEvents, signal: AbortSignal): Promise<Instance>;
  /**
   * Ends what gateways that died left behind, where these entries run. Resolves with what was ended, for the log;
   * rejects when nobody there can be asked.
   */
  endOrphans?(launches: readonly Launch[]): Promise<readonly string[]>;
}

/** Whether one backend of this runtime speaks both eras of MCP at a time: a process settles on one with its first message. */
export function servesBothEras(config: RuntimeConfig): boolean {
  if (config.type === "remote-sse" || config.type === "k8s-service") return true;
  return isBuiltIn(config) && "transport" in config && config.transport === "http";
}
