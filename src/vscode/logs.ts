/** The output channels: one for the gateway's own log, and one for each server whose log was opened. */

import * as vscode from "vscode";
import { Log, type LogRecord } from "../base/log.ts";
import { visibleText } from "../base/visible-text.ts";
import type { Servers } from "./servers/servers.ts";

export class Logs implements vscode.Disposable {
  readonly gateway: vscode.LogOutputChannel;
  /** Writes to the gateway's channel. The user sets the level of the channel. */
  readonly log: Log;
  readonly #channels = new Map<string, { readonly channel: vscode.LogOutputChannel; unfollow: () => void }>();
  #servers: Servers | undefined;

  constructor() {
    this.gateway = vscode.window.createOutputChannel("MCP Gateway", { log: true });
    this.log = new Log("trace", (record) => write(this.gateway, record));
  }

  dispose(): void {
    for (const { channel, unfollow } of this.#channels.values()) {
      unfollow();
      channel.dispose();
    }
    this.gateway.dispose();
  }

  /** Connects the open channels to these servers. */
  follow(servers: Servers | undefined): void {
    if (servers === this.#servers) return;
    this.#servers = servers;
    for (const [id, opened] of this.#channels) {
      opened.unfollow();
      opened.unfollow = this.#follow(id, opened.channel);
    }
  }

  /** Shows the stderr of a server, and follows it. */
  show(id: string): void {
    const opened = this.#channels.get(id) ?? this.#open(id);
    opened.channel.show(true);
  }

  #open(id: string) {
    const channel = vscode.window.createOutputChannel(`MCP: ${visibleText(id)}`, { log: true });
    const opened = { channel, unfollow: this.#follow(id, channel) };
    this.#channels.set(id, opened);
    return opened;
  }

  #follow(id: string, channel: vscode.LogOutputChannel): () => void {
    try {
      return this.#servers?.followLog(id, (line) => channel.info(visibleText(line))) ?? (() => undefined);
    } catch {
      // The server is no longer in the catalog. Its earlier output stays in the channel.
      return () => undefined;
    }
  }
}

function write(channel: vscode.LogOutputChannel, { level, message, server }: LogRecord): void {
  channel[level](server === undefined ? message : `${server}: ${message}`);
}
