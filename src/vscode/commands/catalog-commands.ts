/** Opens and creates catalogs, and jumps to the line of a server. */

import { mkdir, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import * as vscode from "vscode";
import type { CatalogText } from "../catalogs/catalog-text.ts";
import { type Catalog, ownCatalog } from "../catalogs/find-catalogs.ts";
import { locateServer } from "../catalogs/server-location.ts";
import { showInformationMessage, showQuickPick } from "../display/dialogs.ts";
import type { GatewayConnection } from "../gateway/gateway-connection.ts";
import type { PickTarget } from "./pick-server.ts";

const emptyCatalog = `# The MCP servers of this folder. Each is started by the first request for it.
servers: []
`;

export class CatalogCommands {
  readonly #gateway: GatewayConnection;
  readonly #extension: vscode.Uri;

  /** `extension` is the folder of the installed extension. */
  constructor(gateway: GatewayConnection, extension: vscode.Uri) {
    this.#gateway = gateway;
    this.#extension = extension;
  }

  /** Shows the catalog, at the line of the server if one is given. */
  async open(target: PickTarget): Promise<void> {
    const { catalogs } = this.#gateway;
    const id = idOf(target);
    if (id === undefined) {
      const catalog = await pickCatalog(catalogs);
      if (catalog) await show(catalog.file);
      else if (catalogs.length === 0) await this.create();
      return;
    }
    const place = await locateServer(catalogs, id);
    if (place) return show(place.file, place.line);
    void showInformationMessage(vscode.l10n.t("No catalog of this window defines server '{0}'", id));
  }

  /** The catalog to add entries to. Creates one if the window has none. */
  async pickText(): Promise<CatalogText | undefined> {
    if (this.#gateway.catalogs.length === 0) await this.create();
    const catalog = await pickCatalog(this.#gateway.catalogs);
    if (!catalog) return undefined;
    const { CatalogText } = await import("../catalogs/catalog-text.ts");
    return new CatalogText(catalog.file, this.#gateway.types);
  }

  async create(): Promise<void> {
    await this.#begin(emptyCatalog);
  }

  async openExample(): Promise<void> {
    const example = vscode.Uri.joinPath(this.#extension, "examples", "catalog.yaml");
    await this.#begin(new TextDecoder().decode(await vscode.workspace.fs.readFile(example)));
  }

  /** Creates a catalog with this text, and opens it in the editor and in the gateway. An existing file is only opened. */
  async #begin(text: string): Promise<void> {
    const file = await newCatalogFile();
    if (file === undefined) return;
    if (!(await isThere(file))) {
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text, { flag: "wx" });
      await this.#gateway.open();
    }
    await show(file);
  }
}

async function newCatalogFile(): Promise<string | undefined> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  if (folders.length === 0) {
    const { homedir } = await import("node:os");
    return ownCatalog(homedir());
  }
  const folder = folders.length === 1 ? folders[0] : await vscode.window.showWorkspaceFolderPick();
  return folder && join(folder.uri.fsPath, "catalog.yaml");
}

async function pickCatalog(catalogs: readonly Catalog[]): Promise<Catalog | undefined> {
  if (catalogs.length <= 1) return catalogs[0];
  const picks = catalogs.map((catalog) => ({
    label: vscode.workspace.asRelativePath(catalog.file),
    catalog,
  }));
  return (await showQuickPick(picks, { title: vscode.l10n.t("Open Catalog") }))?.catalog;
}

async function show(file: string, line = 0): Promise<void> {
  const selection = new vscode.Range(line, 0, line, 0);
  await vscode.window.showTextDocument(vscode.Uri.file(file), { selection, preview: false });
}

async function isThere(file: string): Promise<boolean> {
  return (await stat(file).catch(() => undefined)) !== undefined;
}

function idOf(target: PickTarget): string | undefined {
  if (typeof target === "string" || target === undefined) return target;
  return target.kind === "server" ? target.id : target.server;
}
