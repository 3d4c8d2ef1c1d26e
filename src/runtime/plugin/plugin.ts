/**
 * What a plugin is: a runtime type somebody else wrote (gateway.md, *Own runtimes*; seed 003, *Custom Runtimes*). Plain
 * shapes only, so that a plugin needs nothing of ours. README.md, *Adding a runtime*, says the same to its author.
 */

import type { JsonSchema } from "../../catalog/plugin-types.ts";

export interface RuntimePlugin {
  /** The `runtime.type` of entries it runs: lower-case letters, digits and inner hyphens. */
  readonly type: string;
  /** JSON schema (draft 7) of the other fields of `runtime`. Unknown keys are errors unless it says otherwise. */
  readonly schema: JsonSchema;
  /**
   * Resolves when messages can be exchanged, rejects with why not: then nothing of the instance may be left. Once `signal`
   * is aborted, what was begun is to be ended. Every start is an instance of its own.
   */
  start(launch: PluginLaunch, events: PluginEvents, signal: AbortSignal): Promise<PluginInstance>;
  /** Ends what gateways that died left behind, where these entries run. Resolves with what was ended, for the log. */
  endOrphans?(launches: readonly PluginLaunch[]): Promise<readonly string[]>;
}

/** An entry as it is started: variables have their values, and the schema holds. */
export interface PluginLaunch {
  readonly id: string;
  /** The entry's `runtime`, `type` included. */
  readonly runtime: Readonly<Record<string, unknown>>;
  readonly env: Readonly<Record<string, string>>;
  /** Folder of the catalog, absolute: relative paths start there. */
  readonly baseDir: string;
  /** Puts `***` for every resolved secret in a text. */
  redact(text: string): string;
}

/** What a plugin tells of an instance. What it tells after the end is passed over; secrets in lines are hidden. */
export interface PluginEvents {
  /** One JSON-RPC message of the server, as the text it came in: what is in it arrives word for word. */
  message(text: string): void;
  /** One line for the server's log. */
  log(line: string): void;
  /** A message given to `send` that the server did not get. Its caller is told why at once. */
  undelivered(text: string, because: string): void;
}

export interface PluginInstance {
  /** Takes one JSON-RPC message: one JSON text without line breaks. What it throws is told to the message's caller. */
  send(text: string): void;
  /**
   * Resolves, however the instance ended, once nothing of it is left: with the reason, for people, where it ended by
   * itself. Requests that wait then get an error at once.
   */
  readonly exited: Promise<string | undefined>;
  /** Ends the instance and all that belongs to it. Called once; what takes longer than 10 s is no longer waited for. */
  stop(): Promise<void>;
  /** Pending while the server reads slower than we send: senders wait for it. */
  readonly congested?: Promise<void> | undefined;
  readonly pid?: number;
}
