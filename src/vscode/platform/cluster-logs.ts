/**
 * Logs of a cluster's servers. Each has an output channel, which follows the log while the window shows it. A channel
 * that is opened again continues with the last lines.
 */

import * as vscode from "vscode";
import { messageOf } from "../../base/errors.ts";
import { visibleText } from "../../base/visible-text.ts";
import type { Platform } from "./open-platform.ts";

/** Initial number of lines of each Pod. */
const tailLines = 500;

interface Followed {
  readonly channel: vscode.OutputChannel;
  readonly begin: () => void;
  abort: AbortController | undefined;
}

interface LogSource {
  readonly name: string;
  readonly namespace: string;
  readonly open: () => Promise<Platform>;
}

export class ClusterLogs implements vscode.Disposable {
  readonly #channels = new Map<string, Followed>();
  readonly #listening: vscode.Disposable;

  constructor() {
    this.#listening = vscode.Disposable.from(
      vscode.workspace.onDidCloseTextDocument((document) => {
        const followed = this.#of(document);
        followed?.abort?.abort();
        if (followed) followed.abort = undefined;
      }),
      vscode.workspace.onDidOpenTextDocument((document) => this.#of(document)?.begin()),
    );
  }

  dispose(): void {
    this.#listening.dispose();
    this.end();
    for (const { channel } of this.#channels.values()) channel.dispose();
    this.#channels.clear();
  }

  /** Ends all logs because the cluster has changed. A channel shows the new cluster when it is opened again. */
  end(): void {
    for (const followed of this.#channels.values()) {
      followed.abort?.abort();
      followed.abort = undefined;
    }
  }

  /** Shows the log of a server's Pods, and follows it. */
  show(name: string, namespace: string, open: () => Promise<Platform>): void {
    const title = `MCP: ${name} (${namespace})`;
    const known = this.#channels.get(title) ?? this.#make(title, { name, namespace, open });
    known.begin();
    known.channel.show(true);
  }

  #make(title: string, source: LogSource): Followed {
    const channel = vscode.window.createOutputChannel(title);
    const followed: Followed = {
      channel,
      abort: undefined,
      begin: () => {
        if (followed.abort) return;
        const abort = new AbortController();
        followed.abort = abort;
        channel.clear();
        void follow(channel, source, abort.signal).finally(() => {
          if (followed.abort === abort) followed.abort = undefined;
        });
      },
    };
    this.#channels.set(title, followed);
    return followed;
  }

  /** The path of a channel's document ends with the name of the channel. */
  #of({ uri }: vscode.TextDocument): Followed | undefined {
    if (uri.scheme !== "output") return undefined;
    return [...this.#channels].find(([title]) => uri.path.endsWith(`-${title}`))?.[1];
  }
}

/** Never rejects. The channel shows the error that ended the log. */
async function follow(
  channel: vscode.OutputChannel,
  { name, namespace, open }: LogSource,
  signal: AbortSignal,
): Promise<void> {
  const line = (text: string) => {
    if (!signal.aborted) channel.appendLine(visibleText(text));
  };
  try {
    const { serverLogs } = await import("../../platform/servers/server-logs.ts");
    const { cluster, servers } = await open();
    await serverLogs({ cluster, servers, name, namespace, follow: true, tail: tailLines, line, signal });
  } catch (error) {
    line(messageOf(error));
  }
}
