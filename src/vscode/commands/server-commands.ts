/** Start, stop and restart commands of a server, with progress if they take long. */

import * as vscode from "vscode";
import { messageOf } from "../../base/errors.ts";
import { visiblePrefix } from "../../base/visible-text.ts";
import type { Entry } from "../../catalog/entry.ts";
import type { Catalog } from "../catalogs/find-catalogs.ts";
import {
  showErrorMessage,
  showInformationMessage,
  withProgress as showProgress,
  showWarningMessage,
} from "../display/dialogs.ts";
import { secretNames } from "../gateway/command-line.ts";
import type { GatewayConnection } from "../gateway/gateway-connection.ts";
import type { LaunchApproval } from "../gateway/launch-approval.ts";
import type { Logs } from "../logs.ts";
import { isStoppable, type ServerRow, type Servers } from "../servers/servers.ts";
import { type PickTarget, pickServer } from "./pick-server.ts";

/** A start that takes longer than this shows its progress. */
const quickMs = 1_500;

/** A server as defined in the catalogs of this window. */
export interface LocatedEntry {
  readonly entry: Entry;
  readonly catalog: Catalog | undefined;
}

export interface ServerCommandsHost {
  readonly gateway: GatewayConnection;
  readonly logs: Logs;
  readonly approval: LaunchApproval;
  locate(id: string): Promise<LocatedEntry | undefined>;
}

export class ServerCommands {
  readonly #host: ServerCommandsHost;
  /** Number of stop commands by server id. A start that waits for an answer of the user uses it to detect a stop. */
  readonly #stops = new Map<string, number>();

  constructor(host: ServerCommandsHost) {
    this.#host = host;
  }

  start(target: PickTarget): Promise<void> {
    const startable = (row: ServerRow) => row.enabled && row.status !== "running";
    return this.#begin(target, vscode.l10n.t("Start Server"), startable, (servers, id) => servers.start(id));
  }

  restart(target: PickTarget): Promise<void> {
    const title = vscode.l10n.t("Restart Server");
    return this.#begin(
      target,
      title,
      ({ enabled }) => enabled,
      (servers, id) => servers.restart(id),
    );
  }

  async stop(target: PickTarget): Promise<void> {
    const servers = await this.#servers();
    const id = servers && (await pickServer(servers, target, vscode.l10n.t("Stop Server"), isStoppable));
    if (id === undefined) return;
    this.#stops.set(id, this.#stopsOf(id) + 1);
    try {
      await servers?.stop(id);
    } catch (error) {
      void showErrorMessage(messageOf(error));
    }
  }

  async stopAll(): Promise<void> {
    const servers = await this.#servers();
    const rows = servers?.overview.rows.filter(isStoppable) ?? [];
    await Promise.all(rows.map(({ id }) => servers?.stop(id)));
  }

  async showLog(target: PickTarget): Promise<void> {
    const servers = await this.#servers();
    const id = servers && (await pickServer(servers, target, vscode.l10n.t("Show Server Log")));
    if (id !== undefined) this.#host.logs.show(id);
  }

  async #begin(
    target: PickTarget,
    title: string,
    fits: (row: ServerRow) => boolean,
    begin: (servers: Servers, id: string) => Promise<void>,
  ): Promise<void> {
    const servers = await this.#servers();
    const id = servers && (await pickServer(servers, target, title, fits));
    if (!servers || id === undefined) return;
    const stops = this.#stopsOf(id);
    try {
      await this.#approve(id);
      if (this.#stopsOf(id) !== stops) return;
      await withProgress(servers, id, begin(servers, id));
    } catch (error) {
      if (!(await isStopped(servers, id))) await this.#showFailure(id, messageOf(error));
    }
  }

  #stopsOf(id: string): number {
    return this.#stops.get(id) ?? 0;
  }

  /** Shows the approval prompts in this window, even if another window runs the server. */
  async #approve(id: string): Promise<void> {
    const { state } = this.#host.gateway;
    if (state.kind === "remote") return;
    const located = await this.#host.locate(id);
    if (!located) return;
    this.#host.approval.askAgain(located.entry, secretNames(located.entry));
    if (state.kind === "shared") await this.#host.approval.approve(located.entry, located.catalog);
  }

  async #showFailure(id: string, because: string): Promise<void> {
    const showLog = vscode.l10n.t("Show Log");
    const text = vscode.l10n.t("Could not start MCP server '{0}': {1}", id, because);
    if ((await showErrorMessage(text, showLog)) === showLog) this.#host.logs.show(id);
  }

  /** The servers of the gateway. If there are none, shows the reason to the user. */
  async #servers(): Promise<Servers | undefined> {
    const { state, servers } = this.#host.gateway;
    if (state.kind === "untrusted") {
      await askTrust();
      return undefined;
    }
    if (!servers) void showInformationMessage(vscode.l10n.t("The MCP gateway is not running"));
    return servers;
  }
}

/** A start that the user stopped is not a failure. */
async function isStopped(servers: Servers, id: string): Promise<boolean> {
  await servers.refresh().catch(() => undefined);
  return servers.overview.rows.find((row) => row.id === id)?.status === "stopped";
}

async function askTrust(): Promise<void> {
  const manage = vscode.l10n.t("Manage Workspace Trust");
  const text = vscode.l10n.t("MCP servers cannot start because the workspace is not trusted");
  if ((await showWarningMessage(text, manage)) !== manage) return;
  await vscode.commands.executeCommand("workbench.trust.manage");
}

/** Rejects with the error of `work`. A cancelled start is not an error. */
async function withProgress(servers: Servers, id: string, work: Promise<void>): Promise<void> {
  const slow = new Promise<"slow">((resolve) => setTimeout(resolve, quickMs, "slow"));
  if ((await Promise.race([work, slow])) !== "slow") return;
  let cancelled = false;
  await showProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: vscode.l10n.t("Starting MCP server '{0}'…", id),
      cancellable: true,
    },
    async (report, token) => {
      token.onCancellationRequested(() => {
        cancelled = true;
        void servers.stop(id);
      });
      // The log of the server shows downloads and other steps of the start.
      const unfollow = servers.followLog(id, (line) => report(visiblePrefix(line, 120)));
      await work
        .catch((error: unknown) => {
          if (!cancelled) throw error;
        })
        .finally(unfollow);
    },
  );
}
