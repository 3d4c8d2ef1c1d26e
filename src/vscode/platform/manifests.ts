/** Read-only documents with the current manifests of a cluster's servers. */

import * as vscode from "vscode";
import { stringify } from "yaml";
import { messageOf } from "../../base/errors.ts";
import { readable } from "../../platform/servers/platform-servers.ts";
import type { Platform } from "./open-platform.ts";

const scheme = "mcp-server-manifest";

export class Manifests implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #open: () => Promise<Platform>;
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.#changed.event;
  readonly #registration: vscode.Disposable;

  constructor(open: () => Promise<Platform>) {
    this.#open = open;
    this.#registration = vscode.workspace.registerTextDocumentContentProvider(scheme, this);
  }

  dispose(): void {
    this.#registration.dispose();
    this.#changed.dispose();
  }

  /** Shows the manifest. A document that is already open is read again. */
  async show(name: string, namespace: string): Promise<void> {
    const uri = vscode.Uri.from({ scheme, path: `/${namespace}/${name}.yaml` });
    if (vscode.workspace.textDocuments.some((document) => document.uri.toString() === uri.toString()))
      this.#changed.fire(uri);
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document, { preview: true });
  }

  async provideTextDocumentContent({ path }: vscode.Uri): Promise<string> {
    const [, namespace = "", file = ""] = path.split("/");
    const name = file.replace(/\.yaml$/, "");
    try {
      const { servers } = await this.#open();
      return stringify(readable(await servers.get(name, namespace)), { lineWidth: 0 });
    } catch (error) {
      return `# ${messageOf(error)}\n`;
    }
  }
}
