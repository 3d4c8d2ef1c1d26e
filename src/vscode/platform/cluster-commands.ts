/** Commands for the servers of a cluster. */

import * as vscode from "vscode";
import { messageOf } from "../../base/errors.ts";
import type { Entry } from "../../catalog/entry.ts";
import { CatalogCommands } from "../commands/catalog-commands.ts";
import { setStatusBarMessage, showErrorMessage, showWarningMessage } from "../display/dialogs.ts";
import type { GatewayConnection } from "../gateway/gateway-connection.ts";
import { onSettings, platformSettings } from "../settings.ts";
import { locateCatalog } from "./catalog-location.ts";
import { chooseCluster } from "./choose-cluster.ts";
import { ClusterLogs } from "./cluster-logs.ts";
import { urlOf } from "./cluster-server-details.ts";
import { deployFromMetadata } from "./deploy-from-metadata.ts";
import { Manifests } from "./manifests.ts";
import { openPlatform, type Platform } from "./open-platform.ts";
import { pickClusterServer } from "./pick-cluster-server.ts";
import type { MeantServer, PlatformTarget } from "./platform-nodes.ts";

/** The parts of the window that the commands use. */
export interface PlatformHost {
  readonly gateway: GatewayConnection;
  /** The current entries of the catalogs. */
  entries(): Promise<readonly Entry[]>;
}

export class ClusterCommands implements vscode.Disposable {
  readonly #host: PlatformHost;
  readonly #extension: vscode.Uri;
  readonly #ended = new AbortController();
  readonly #logs = new ClusterLogs();
  readonly #manifests = new Manifests(open);
  readonly #settings = onSettings(platformSettings, () => this.#logs.end());

  constructor(host: PlatformHost, extension: vscode.Uri) {
    this.#host = host;
    this.#extension = extension;
  }

  dispose(): void {
    this.#ended.abort();
    this.#settings.dispose();
    this.#logs.dispose();
    this.#manifests.dispose();
  }

  async deploy(): Promise<void> {
    if (await isAllowed()) await showErrors(() => deployFromMetadata(open, this.#ended.signal));
  }

  async chooseCluster(): Promise<void> {
    if (await isAllowed()) await showErrors(chooseCluster);
  }

  async showLog(target: PlatformTarget): Promise<void> {
    const title = vscode.l10n.t("Show Log");
    await this.#about(target, title, async ({ name, namespace }) => this.#logs.show(name, namespace, open));
  }

  async showManifest(target: PlatformTarget): Promise<void> {
    const title = vscode.l10n.t("Show Manifest");
    await this.#about(target, title, ({ name, namespace }) => this.#manifests.show(name, namespace));
  }

  /** Jumps to the catalog entry of this server, or creates one. */
  async openInCatalog(target: PlatformTarget): Promise<void> {
    await this.#about(target, vscode.l10n.t("Open in Catalog"), async ({ name, namespace }) => {
      const { servers } = await open();
      const server = await servers.get(name, namespace);
      const { kubeconfig, context } = platformSettings();
      const choice = { ...(kubeconfig && { kubeconfig }), ...(context && { context }) };
      const place = locateCatalog(server, await this.#host.entries(), choice);
      const catalog = new CatalogCommands(this.#host.gateway, this.#extension);
      if (place.kind === "there") return catalog.open(place.id);
      await (await catalog.pickText())?.add([{ entry: place.entry }]);
    });
  }

  async copyRoute(target: PlatformTarget): Promise<void> {
    await this.#about(target, vscode.l10n.t("Copy Route"), async ({ name, namespace }) => {
      const route = urlOf(await (await open()).servers.get(name, namespace));
      await vscode.env.clipboard.writeText(route);
      setStatusBarMessage(vscode.l10n.t("Copied {0} to the clipboard", route), 5_000);
    });
  }

  /** Asks first. */
  async delete(target: PlatformTarget): Promise<void> {
    const remove = vscode.l10n.t("Delete");
    await this.#about(target, remove, async ({ name, namespace }) => {
      const { cluster, servers } = await open();
      const question = vscode.l10n.t("Delete server '{0}' from namespace '{1}'?", name, namespace);
      const detail = vscode.l10n.t(
        "This also deletes its Deployment, Service and Ingress in cluster '{0}'. Metadata and catalog are not changed.",
        cluster.context,
      );
      const answer = await showWarningMessage(question, { modal: true, detail }, remove);
      if (answer === remove) await servers.delete(name, namespace);
    });
  }

  /** Runs `work` and shows its error. `title` is the title of the list from which the user picks a server. */
  async #about(
    target: PlatformTarget,
    title: string,
    work: (meant: MeantServer) => Promise<void>,
  ): Promise<void> {
    if (!(await isAllowed())) return;
    await showErrors(async () => {
      const servers = async () => (await open()).servers;
      const meant = await pickClusterServer(servers, target, title, platformSettings().namespace);
      if (meant) await work(meant);
    });
  }
}

async function open(): Promise<Platform> {
  return openPlatform(platformSettings());
}

async function showErrors(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    void showErrorMessage(messageOf(error));
  }
}

/** A kubeconfig may name programs to run, so none is opened in an untrusted workspace. */
async function isAllowed(): Promise<boolean> {
  if (vscode.workspace.isTrusted) return true;
  const manage = vscode.l10n.t("Manage Workspace Trust");
  const text = vscode.l10n.t("The cluster was not contacted because the workspace is not trusted");
  if ((await showWarningMessage(text, manage)) === manage)
    await vscode.commands.executeCommand("workbench.trust.manage");
  return false;
}
