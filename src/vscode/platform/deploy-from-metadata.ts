/**
 * *Deploy from Metadata…*: generates manifests from the `.mcp` folder, applies them to the cluster, and waits until the
 * servers are ready. Asks before it changes anything. Errors are shown with their position in the file.
 */

import { mkdir, readdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import * as vscode from "vscode";
import { GatewayError } from "../../base/errors.ts";
import { type DefinedServer, loadMetadataFolder } from "../../metadata/load-metadata.ts";
import { defaultRegistry } from "../../platform/image-registry/registry-settings.ts";
import { type Deployed, deployManifests } from "../../platform/pipeline/deploy-manifests.ts";
import { generateManifests } from "../../platform/pipeline/generate-manifests.ts";
import { waitUntilReady } from "../../platform/servers/wait-until-ready.ts";
import { showErrorMessage, showInformationMessage, showQuickPick, withProgress } from "../display/dialogs.ts";
import { changeCounts, type FilePlace, placedProblems, plannedLines } from "./deployment-labels.ts";
import type { Platform } from "./open-platform.ts";

/** The same limit as that of `mcp-runtime pipeline deploy --wait`. */
const waitMs = 300_000;

const sample = `version: v1
servers:
  - name: my-server
    # Without 'image', the image of this name in the platform's registry is used.
    image: registry.example.com/team/my-server
    imageTag: "1.0"
`;

/** Rejects with the error of the cluster, or when servers do not become ready. `signal` ends the wait. */
export async function deployFromMetadata(open: () => Promise<Platform>, signal: AbortSignal): Promise<void> {
  const folder = await pickFolder();
  if (!folder) return;
  const servers = await readMetadata(folder);
  if (!servers) return;
  const platform = await open();
  if (!(await isWanted(servers, platform))) return;
  const progress = {
    location: vscode.ProgressLocation.Notification,
    title: vscode.l10n.t("MCP Platform"),
    cancellable: true,
  };
  const deployed = await withProgress(progress, async (report, token) => {
    const options = { group: platform.group, registry: defaultRegistry(process.env) };
    report(vscode.l10n.t("Writing manifests…"));
    const { files } = await generateManifests(servers, join(folder, "manifests"), options);
    report(vscode.l10n.t("Deploying to '{0}'…", platform.cluster.context));
    const done = await deployManifests(platform.cluster, files, undefined);
    showFailed(done);
    await waitFor(platform, done, report, AbortSignal.any([signal, signalOf(token)]));
    return done;
  });
  showApplied(deployed);
}

/** A folder of the window with metadata. If there is none, offers to create metadata. */
async function pickFolder(): Promise<string | undefined> {
  const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === "file");
  const all = await Promise.all(
    folders.map(async ({ name, uri }) => ({
      label: name,
      folder: uri.fsPath,
      is: await hasMetadata(uri.fsPath),
    })),
  );
  const fitting = all.filter(({ is }) => is);
  if (fitting.length === 0) {
    await offerMetadata(folders[0]?.uri.fsPath);
    return undefined;
  }
  if (fitting.length === 1) return fitting[0]?.folder;
  const title = vscode.l10n.t("Deploy from Metadata");
  return (await showQuickPick(fitting, { title }))?.folder;
}

async function hasMetadata(folder: string): Promise<boolean> {
  const names = await readdir(join(folder, ".mcp")).catch((): string[] => []);
  return names.some((name) => /\.ya?ml$/.test(name) && !/^catalog\.ya?ml$/.test(name));
}

async function offerMetadata(folder: string | undefined): Promise<void> {
  const create = vscode.l10n.t("Create Metadata");
  const text = vscode.l10n.t(
    "No folder of this window has a .mcp/metadata.yaml that defines servers to deploy.",
  );
  const answers = folder === undefined ? [] : [create];
  if ((await showInformationMessage(text, ...answers)) !== create || !folder) return;
  const file = join(folder, ".mcp", "metadata.yaml");
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, sample, { flag: "wx" });
  await vscode.window.showTextDocument(vscode.Uri.file(file), { preview: false });
}

/** Resolves with `undefined` if the metadata has errors, after showing them. */
async function readMetadata(folder: string): Promise<readonly DefinedServer[] | undefined> {
  const metadata = join(folder, ".mcp");
  const unsaved = vscode.workspace.textDocuments.filter(
    ({ isDirty, uri }) => isDirty && dirname(uri.fsPath) === metadata,
  );
  await Promise.all(unsaved.map((document) => document.save()));
  try {
    return await loadMetadataFolder(metadata);
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    void showProblems(error.message);
    return undefined;
  }
}

async function showProblems(message: string): Promise<void> {
  const [first, ...others] = placedProblems(message);
  if (!first) return;
  const { words, place } = first;
  const where = place ? `${vscode.workspace.asRelativePath(place.file)}:${place.line}:${place.column}: ` : "";
  const more = others.length === 0 ? "" : ` ${vscode.l10n.t("(and {0} more)", others.length)}`;
  await showErrorAt(vscode.l10n.t("Nothing was deployed. {0}", where + words + more), place);
}

async function showErrorAt(text: string, place: FilePlace | undefined): Promise<void> {
  const show = vscode.l10n.t("Open File");
  const answer = await showErrorMessage(text, ...(place ? [show] : []));
  if (answer !== show || !place) return;
  const at = new vscode.Position(place.line - 1, place.column - 1);
  const selection = new vscode.Range(at, at);
  await vscode.window.showTextDocument(vscode.Uri.file(place.file), { selection, preview: false });
}

/** Asks before anything is changed. The question names the cluster, so that the user notices a wrong one. */
async function isWanted(servers: readonly DefinedServer[], { cluster }: Platform): Promise<boolean> {
  const deploy = vscode.l10n.t("Deploy");
  const question =
    servers.length === 1
      ? vscode.l10n.t("Deploy 1 server to cluster '{0}'?", cluster.context)
      : vscode.l10n.t("Deploy {0} servers to cluster '{1}'?", servers.length, cluster.context);
  const detail = plannedLines(servers);
  return (await showInformationMessage(question, { modal: true, detail }, deploy)) === deploy;
}

/** Waits until the servers are ready or the user cancels. Reports the reason for the wait. The servers stay deployed. */
async function waitFor(
  { servers }: Platform,
  deployed: readonly Deployed[],
  report: (message: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const applied = deployed.flatMap((one) => (one.kind === "applied" ? [one.server] : []));
  const progress = { update: report };
  await waitUntilReady(servers, applied, progress, { timeoutMs: waitMs, signal });
}

function signalOf(token: vscode.CancellationToken): AbortSignal {
  const abort = new AbortController();
  token.onCancellationRequested(() => abort.abort());
  return abort.signal;
}

/** Shows each failure with its file. */
function showFailed(deployed: readonly Deployed[]): void {
  for (const one of deployed) {
    if (one.kind !== "failed") continue;
    const file = vscode.workspace.asRelativePath(one.file);
    const text = vscode.l10n.t("{0} could not be deployed: {1}", file, one.because);
    void showErrorAt(text, { file: one.file, line: 1, column: 1 });
  }
}

function showApplied(deployed: readonly Deployed[]): void {
  const counts = changeCounts(deployed).map(({ change, count }) => `${count} ${change}`);
  if (counts.length > 0)
    void showInformationMessage(vscode.l10n.t("Servers deployed: {0}", counts.join(", ")));
}
