/**
 * Notifications, questions, lists, inputs and progress, named as the editor names them. The only place that calls them:
 * text of others in them (of servers, catalogs, clusters) can only be read.
 */

import * as vscode from "vscode";
import { plainLabel, plainMessage, withTexts } from "./plain-text.ts";

type Answer = Thenable<string | undefined>;
type Show = (text: string, options: vscode.MessageOptions, ...answers: string[]) => Answer;

export function showInformationMessage(text: string, ...rest: MessageRest): Answer {
  return show(vscode.window.showInformationMessage, text, rest);
}

export function showWarningMessage(text: string, ...rest: MessageRest): Answer {
  return show(vscode.window.showWarningMessage, text, rest);
}

export function showErrorMessage(text: string, ...rest: MessageRest): Answer {
  return show(vscode.window.showErrorMessage, text, rest);
}

/** Answers are our own words. */
type MessageRest = (string | vscode.MessageOptions)[];

function show(message: Show, text: string, rest: MessageRest): Answer {
  const options = rest.find((part) => typeof part === "object") ?? {};
  const answers = rest.filter((part) => typeof part === "string");
  return message(plainMessage(text), withTexts(options, ["detail"], plainMessage), ...answers);
}

export function setStatusBarMessage(text: string, forMs: number): void {
  vscode.window.setStatusBarMessage(plainLabel(text), forMs);
}

/** Resolves with one of `items`, as it was given. */
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

/** The value to begin with is the user's to edit, so it stays as it is. */
export function showInputBox(options: vscode.InputBoxOptions): Thenable<string | undefined> {
  return vscode.window.showInputBox(withTexts(options, ["title", "prompt", "placeHolder"], plainMessage));
}

type Report = (message: string) => void;

/** `work` reports with words alone. */
export function withProgress<T>(
  options: vscode.ProgressOptions,
  work: (report: Report, token: vscode.CancellationToken) => Thenable<T>,
): Thenable<T> {
  return vscode.window.withProgress(withTexts(options, ["title"], plainMessage), (progress, token) =>
    work((message) => progress.report({ message: plainMessage(message) }), token),
  );
}
