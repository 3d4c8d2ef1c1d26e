/** *Add Server…*: asks for the type of server, its input and its id, and adds it to the catalog. */

import * as vscode from "vscode";
import type { CatalogText } from "../catalogs/catalog-text.ts";
import {
  type FieldError,
  fieldErrorOf,
  type ServerTemplate,
  serverTemplates,
} from "../catalogs/server-templates.ts";
import { showInputBox, showQuickPick } from "../display/dialogs.ts";
import { freeId } from "../import/convert-servers.ts";

export async function addServer(catalog: CatalogText): Promise<void> {
  const template = await pickTemplate();
  if (!template) return;
  const answer = await showInputBox({
    title: vscode.l10n.t("Add Server (2 of 3)"),
    prompt: promptOf(template),
    placeHolder: template.example,
    ignoreFocusOut: true,
    validateInput: (text) => fieldErrorText(template, text),
  });
  if (answer === undefined) return;
  const taken = new Set((await catalog.entries()).map(({ id }) => id));
  const id = await showInputBox({
    title: vscode.l10n.t("Add Server (3 of 3)"),
    prompt: vscode.l10n.t("Server id: lowercase letters, digits and hyphens"),
    value: freeId(template.nameOf(answer), taken),
    ignoreFocusOut: true,
    validateInput: (text) => idErrorText(text, taken),
  });
  if (id === undefined) return;
  await catalog.add([{ entry: { id, runtime: template.runtime(answer) } }]);
}

async function pickTemplate(): Promise<ServerTemplate | undefined> {
  const picks = serverTemplates.map((template) => ({
    ...textsOf(template),
    iconPath: new vscode.ThemeIcon(template.icon),
    template,
  }));
  const title = vscode.l10n.t("Add Server (1 of 3)");
  return (await showQuickPick(picks, { title }))?.template;
}

function textsOf({ id, example }: ServerTemplate): { label: string; description: string } {
  const labels: Record<string, string> = {
    npm: vscode.l10n.t("npm package"),
    python: vscode.l10n.t("Python package"),
    program: vscode.l10n.t("Program on this machine"),
    container: vscode.l10n.t("Docker container"),
    podman: vscode.l10n.t("Podman container"),
    remote: vscode.l10n.t("Remote server"),
    job: vscode.l10n.t("Job in a Kubernetes cluster"),
    service: vscode.l10n.t("Service in a Kubernetes cluster"),
  };
  return { label: labels[id] ?? id, description: example };
}

function promptOf({ id }: ServerTemplate): string {
  const prompts: Record<string, string> = {
    npm: vscode.l10n.t("Package and its arguments. It runs with npx."),
    python: vscode.l10n.t("Package and its arguments. It runs with uvx."),
    program: vscode.l10n.t("Command line. It runs without a shell."),
    container: vscode.l10n.t("Image and the server's arguments"),
    podman: vscode.l10n.t("Image and the server's arguments"),
    remote: vscode.l10n.t("URL of the MCP endpoint"),
    job: vscode.l10n.t("Namespace, image and the server's arguments"),
    service: vscode.l10n.t("Namespace, name of the Service, and its port"),
  };
  return prompts[id] ?? "";
}

function fieldErrorText(template: ServerTemplate, text: string): string | undefined {
  const error = fieldErrorOf(template, text);
  // An empty field shows no error before the user has typed.
  if (error === undefined || text === "") return undefined;
  const texts: Record<FieldError, string> = {
    empty: vscode.l10n.t("Must not be empty"),
    url: vscode.l10n.t("Must begin with http:// or https://"),
    quote: vscode.l10n.t("A closing quote is missing"),
    namespace: vscode.l10n.t("Start with the namespace (lowercase letters, digits and inner hyphens)"),
    image: vscode.l10n.t("Enter the image after the namespace"),
    service: vscode.l10n.t(
      "Enter the Service after the namespace (lowercase letters, digits and inner hyphens)",
    ),
    port: vscode.l10n.t("Enter the port after the Service, and nothing else"),
  };
  return texts[error];
}

function idErrorText(text: string, taken: ReadonlySet<string>): string | undefined {
  if (taken.has(text)) return vscode.l10n.t("A server with this id already exists");
  const isId = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(text) && freeId(text, new Set()) === text;
  return isId ? undefined : vscode.l10n.t("Use lowercase letters, digits and inner hyphens");
}
