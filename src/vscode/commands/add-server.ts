/** *Add Server…*: asks what kind of server, what it is and what it is called, and puts it into the catalog. */

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
  const recipe = await pickRecipe();
  if (!recipe) return;
  const answer = await showInputBox({
    title: vscode.l10n.t("Add Server (2 of 3)"),
    prompt: promptOf(recipe),
    placeHolder: recipe.example,
    ignoreFocusOut: true,
    validateInput: (text) => flawText(recipe, text),
  });
  if (answer === undefined) return;
  const taken = new Set((await catalog.entries()).map(({ id }) => id));
  const id = await showInputBox({
    title: vscode.l10n.t("Add Server (3 of 3)"),
    prompt: vscode.l10n.t("Its id: lower-case letters, digits and hyphens"),
    value: freeId(recipe.nameOf(answer), taken),
    ignoreFocusOut: true,
    validateInput: (text) => idFlaw(text, taken),
  });
  if (id === undefined) return;
  await catalog.add([{ entry: { id, runtime: recipe.runtime(answer) } }]);
}

async function pickRecipe(): Promise<ServerTemplate | undefined> {
  const picks = serverTemplates.map((recipe) => ({
    ...textsOf(recipe),
    iconPath: new vscode.ThemeIcon(recipe.icon),
    recipe,
  }));
  const title = vscode.l10n.t("Add Server (1 of 3)");
  return (await showQuickPick(picks, { title }))?.recipe;
}

function textsOf({ id, example }: ServerTemplate): { label: string; description: string } {
  const labels: Record<string, string> = {
    npm: vscode.l10n.t("Package from npm"),
    python: vscode.l10n.t("Package for Python"),
    program: vscode.l10n.t("Program on this machine"),
    container: vscode.l10n.t("Container of Docker"),
    podman: vscode.l10n.t("Container of Podman"),
    remote: vscode.l10n.t("Remote server"),
    job: vscode.l10n.t("Job of a Kubernetes cluster"),
    service: vscode.l10n.t("Service of a Kubernetes cluster"),
  };
  return { label: labels[id] ?? id, description: example };
}

function promptOf({ id }: ServerTemplate): string {
  const prompts: Record<string, string> = {
    npm: vscode.l10n.t("The package and its arguments; it is run with npx"),
    python: vscode.l10n.t("The package and its arguments; it is run with uvx"),
    program: vscode.l10n.t("The command line; it is run without a shell"),
    container: vscode.l10n.t("The image and the server's arguments"),
    podman: vscode.l10n.t("The image and the server's arguments"),
    remote: vscode.l10n.t("The URL of its MCP endpoint"),
    job: vscode.l10n.t("The namespace, the image and the server's arguments"),
    service: vscode.l10n.t("The namespace, the name of the Service and its port"),
  };
  return prompts[id] ?? "";
}

function flawText(recipe: ServerTemplate, text: string): string | undefined {
  const flaw = fieldErrorOf(recipe, text);
  // Nobody is told off before they typed.
  if (flaw === undefined || text === "") return undefined;
  const flaws: Record<FieldError, string> = {
    empty: vscode.l10n.t("Must not be empty"),
    url: vscode.l10n.t("Begins with http:// or https://"),
    quote: vscode.l10n.t("A quote is not closed"),
    namespace: vscode.l10n.t("First the namespace: lower-case letters, digits and inner hyphens"),
    image: vscode.l10n.t("After the namespace comes the image"),
    service: vscode.l10n.t(
      "After the namespace comes the Service: lower-case letters, digits and inner hyphens",
    ),
    port: vscode.l10n.t("After the Service comes its port, and nothing else"),
  };
  return flaws[flaw];
}

function idFlaw(text: string, taken: ReadonlySet<string>): string | undefined {
  if (taken.has(text)) return vscode.l10n.t("There is a server of this id already");
  const isId = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(text) && freeId(text, new Set()) === text;
  return isId ? undefined : vscode.l10n.t("Lower-case letters, digits and inner hyphens");
}
