/** *Try Tool…*: asks for a tool's arguments by its JSON Schema, calls it, and shows the result. */

import * as vscode from "vscode";
import { messageOf } from "../../base/errors.ts";
import { showErrorMessage, showInputBox, showQuickPick, withProgress } from "../display/dialogs.ts";
import type { Servers } from "../servers/servers.ts";
import { itemsOf } from "../tree/tree-nodes.ts";
import { type PickTarget, pickServer } from "./pick-server.ts";
import { argumentError, argumentOf, argumentsOf, type Field, resultText } from "./tool-arguments.ts";

export async function tryTool(servers: Servers, target: PickTarget): Promise<void> {
  const id = await pickServer(servers, target, vscode.l10n.t("Try Tool"), ({ enabled }) => enabled);
  if (id === undefined) return;
  const tool = await pickTool(servers, id, target);
  if (!tool) return;
  const input = await ask(tool.name, argumentsOf(tool.listed));
  if (!input) return;
  const params = { name: tool.name, arguments: input };
  const title = vscode.l10n.t("Running {0}…", tool.name);
  const text = await withProgress({ location: vscode.ProgressLocation.Notification, title }, () =>
    call(servers, id, params),
  );
  const document = await vscode.workspace.openTextDocument({ language: "markdown", content: text });
  await vscode.window.showTextDocument(document, { preview: true });
}

async function call(
  servers: Servers,
  id: string,
  params: { name: string; arguments: object },
): Promise<string> {
  try {
    return resultText(id, params, await servers.request(id, "tools/call", params));
  } catch (error) {
    return resultText(id, params, { isError: true, content: [{ type: "text", text: messageOf(error) }] });
  }
}

async function pickTool(servers: Servers, id: string, target: PickTarget) {
  if (typeof target === "object" && target.kind === "item" && target.group === "tools") return target;
  const title = vscode.l10n.t("Try a tool of '{0}'", id);
  try {
    const tools = itemsOf(id, "tools", await servers.request(id, "tools/list", {}));
    const picks = tools.map((tool) => ({ label: tool.label, description: tool.description ?? "", tool }));
    return (await showQuickPick(picks, { title, matchOnDescription: true }))?.tool;
  } catch (error) {
    void showErrorMessage(messageOf(error));
    return undefined;
  }
}

/** Resolves with `undefined` if the user cancelled. */
async function ask(tool: string, fields: readonly Field[]): Promise<Record<string, unknown> | undefined> {
  const input: Record<string, unknown> = {};
  for (const [at, field] of fields.entries()) {
    const title = `${tool} (${at + 1}/${fields.length})`;
    const text = field.choices ? await pickValue(title, field) : await typeValue(title, field);
    if (text === undefined) return undefined;
    if (text !== "" || field.required) input[field.name] = argumentOf(field, text);
  }
  return input;
}

async function pickValue(title: string, field: Field): Promise<string | undefined> {
  const none = { label: vscode.l10n.t("(omit)"), value: "" };
  const picks = (field.choices ?? []).map((choice) => ({ label: choice, value: choice }));
  const options = { title, placeHolder: promptOf(field) };
  return (await showQuickPick(field.required ? picks : [...picks, none], options))?.value;
}

function typeValue(title: string, field: Field): Thenable<string | undefined> {
  return showInputBox({
    title,
    prompt: promptOf(field),
    value: field.preset ?? "",
    ignoreFocusOut: true,
    validateInput: (text) => errorTextOf(field, text),
  });
}

function promptOf({ name, required, description, type }: Field): string {
  const kind = required ? type : vscode.l10n.t("{0} (optional)", type);
  return `${name} (${kind})${description ? `: ${description}` : ""}`;
}

function errorTextOf(field: Field, text: string): string | undefined {
  const error = argumentError(field, text);
  if (error === "number") return vscode.l10n.t("Must be a number");
  return error === "json" ? vscode.l10n.t("Must be JSON") : undefined;
}
