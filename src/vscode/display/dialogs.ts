/**
 * Notifications, questions, lists, inputs and progress, with the names of the editor's API. Only this module calls that
 * API, so that text of servers, catalogs and clusters is always shown as plain text.
 */

import * as vscode from "vscode";
import { plainLabel, plainMessage, withTexts } from "./plain-text.ts";

type Answer = Thenable<string | undefined>;
type Show = (text: string, options: vscode.MessageOptions, ...buttons: string[]) => Answer;

export function showInformationMessage(text: string, ...rest: MessageRest): Answer {
  return show(vscode.window.showInformationMessage, text, rest);
}

export function showWarningMessage(text: string, ...rest: MessageRest): Answer {
  return show(vscode.window.showWarningMessage, text, rest);
}

export function showErrorMessage(text: string, ...rest: MessageRest): Answer {
  return show(vscode.window.showErrorMessage, text, rest);
}

/** Buttons are texts of the extension. */
type MessageRest = (string | vscode.MessageOptions)[];

function show(message: Show, text: string, rest: MessageRest): Answer {
  const options = rest.find((part) => typeof part === "object") ?? {};
  const buttons = rest.filter((part) => typeof part === "string");
  return message(plainMessage(text), withTexts(options, ["detail"], plainMessage), ...buttons);
}

export function setStatusBarMessage(text: string, forMs: number): void {
  vscode.window.setStatusBarMessage(plainLabel(text), forMs);
}

/** Resolves with the picked item of `items` itself. */
export function showQuickPick<T extends vscode.QuickPickItem>(
  items: readonly T[],
  options: vscode.QuickPickOptions & { canPickMany: true },
): Promise<T[] | undefined>;
export function showQuickPick<T extends vscode.QuickPickItem>(
  items: readonly T[],
  options: vscode.QuickPickOptions,
): Promise<T | undefined>;
export async function showQuickPick<T extends vscode.QuickPickItem>(
  items: readonly T[],
  options: vscode.QuickPickOptions,
): Promise<T | T[] | undefined> {
  const shown = items.map((item) => ({
    ...withTexts<vscode.QuickPickItem>(item, ["label", "description", "detail"], plainLabel),
    item,
  }));
  const plain = withTexts(options, ["title", "placeHolder"], plainMessage);
  const picked: (typeof shown)[number] | typeof shown | undefined = await vscode.window.showQuickPick(
    shown,
    plain,
  );
  return Array.isArray(picked) ? picked.map(({ item }) => item) : picked?.item;
}

/** The initial value stays as it is, because the user edits it. */
export function showInputBox(options: vscode.InputBoxOptions): Thenable<string | undefined> {
  return vscode.window.showInputBox(withTexts(options, ["title", "prompt", "placeHolder"], plainMessage));
}

type Report = (message: string) => void;

/** `work` reports messages without a percentage. */
export function withProgress<T>(
  options: vscode.ProgressOptions,
  work: (report: Report, token: vscode.CancellationToken) => Thenable<T>,
): Thenable<T> {
  return vscode.window.withProgress(withTexts(options, ["title"], plainMessage), (progress, token) =>
    work((message) => progress.report({ message: plainMessage(message) }), token),
  );
}
