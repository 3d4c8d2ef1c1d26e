/**
 * The interface of a plugin, which adds a runtime type (gateway.md, *Own runtimes*). Has only
 * plain types, so that a plugin imports nothing from the gateway. docs/plugins.md describes it for
 * authors.
 */

import type { JsonSchema } from "../../catalog/plugin-types.ts";

export interface RuntimePlugin {
  /** The `runtime.type` of entries it runs: lower-case letters, digits and inner hyphens. */
  readonly type: string;
  /** JSON schema (draft 7) of the other fields of `runtime`. Unknown keys are errors unless the schema allows them. */
  readonly schema: JsonSchema;
  /**
   * Resolves when messages can be exchanged. Rejects with the reason otherwise; then nothing of the instance may
   * remain. When `signal` is aborted, the start must be undone. Every call starts an instance of its own.
   */
  start(launch: PluginLaunch, events: PluginEvents, signal: AbortSignal): Promise<PluginInstance>;
  /** Ends servers of gateways that died, where these entries run. Resolves with the ended servers, for the log. */
  endOrphans?(launches: readonly PluginLaunch[]): Promise<readonly string[]>;
}

/** An entry at its start: variables have their values, and the schema is satisfied. */
export interface PluginLaunch {
  readonly id: string;
  /** The entry's `runtime`, `type` included. */
  readonly runtime: Readonly<Record<string, unknown>>;
  readonly env: Readonly<Record<string, string>>;
  /** Folder of the catalog, absolute. Relative paths start there. */
  readonly baseDir: string;
  /** Replaces every resolved secret in a text by `***`. */
  redact(text: string): string;
}

/** Events of an instance. Events after its end are ignored. Secrets in log lines are hidden. */
export interface PluginEvents {
  /** One JSON-RPC message of the server, as received. Its content is passed on unchanged. */
  message(text: string): void;
  /** One line for the server's log. */
  log(line: string): void;
  /** Reports a message given to `send` that did not reach the server. Its caller gets the reason at once. */
  undelivered(text: string, because: string): void;
}

export interface PluginInstance {
  /**
   * Sends one JSON-RPC message: one JSON text without line breaks. Its errors go to the caller of the message.
   */
  send(text: string): void;
  /**
   * Resolves once the instance has ended and nothing of it remains, for any reason. The value is the reason if it
   * ended by itself, as a text for error messages. Pending requests then get an error at once.
   */
  readonly exited: Promise<string | undefined>;
  /** Ends the instance with everything that belongs to it. Called once. The gateway waits at most 10 s. */
  stop(): Promise<void>;
  /** Pending while the server reads more slowly than the gateway sends. Senders wait for it. */
  readonly congested?: Promise<void> | undefined;
  readonly pid?: number;
}
