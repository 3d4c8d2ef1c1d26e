/** The questions before a server starts: whether it may run, and whether it may receive the secrets that it uses. */

import { homedir } from "node:os";
import * as vscode from "vscode";
import { visibleText } from "../../base/visible-text.ts";
import type { Entry } from "../../catalog/entry.ts";
import { shortPath } from "../../catalog/variables/user-paths.ts";
import type { Catalog } from "../catalogs/find-catalogs.ts";
import { showInputBox, showQuickPick } from "../display/dialogs.ts";
import { confirmsCommands } from "../settings.ts";
import { excerptOf, type Headings, shownName, summariesText, summaryText, wrapped } from "./approval-text.ts";
import type { Answer, ApprovalHost, WantedSecret } from "./launch-approval.ts";
import type { Launch } from "./launch-review.ts";
import type { SecretUse } from "./secret-vault.ts";

/** Scheme of documents with a whole summary, for summaries that do not fit into a dialog. */
const scheme = "open-mcp-gateway-launch";

/** The list of choices covers the first lines of an editor. */
const belowPick = "\n".repeat(8);

interface Choice<T> {
  readonly label: string;
  readonly answer: T;
}

export class ApprovalPrompts implements ApprovalHost {
  readonly entriesOf: ApprovalHost["entriesOf"];
  readonly #documents = new Map<string, string>();
  readonly #provider: vscode.Disposable;
  #opened = 0;

  constructor(entriesOf: (catalog: Catalog) => Promise<readonly Entry[]>) {
    this.entriesOf = entriesOf;
    this.#provider = vscode.workspace.registerTextDocumentContentProvider(scheme, {
      provideTextDocumentContent: ({ path }) => this.#documents.get(path),
    });
  }

  dispose(): void {
    this.#provider.dispose();
  }

  isTrusted(): boolean {
    return vscode.workspace.isTrusted;
  }

  confirms(): boolean {
    return confirmsCommands();
  }

  async review(entry: Entry, catalog: Catalog): Promise<Launch> {
    const { reviewLaunch } = await import("./launch-review.ts");
    return reviewLaunch(entry, catalog);
  }

  async askLaunch(launch: Launch): Promise<Answer> {
    const { summary, catalog } = launch;
    const isRun = summary.action === "run";
    const title = isRun
      ? vscode.l10n.t("Run MCP server '{0}'?", shownName(launch))
      : vscode.l10n.t("Connect to MCP server '{0}'?", shownName(launch));
    const choices: Choice<Answer>[] = [
      { label: isRun ? vscode.l10n.t("Run") : vscode.l10n.t("Connect"), answer: "run" },
      { label: vscode.l10n.t("Review All Servers in This Catalog…"), answer: "all" },
    ];
    return (await this.#ask(title, summaryText(summary, headings()), footOf(catalog), choices)) ?? "no";
  }

  async askAll(launches: readonly Launch[]): Promise<boolean> {
    const [first] = launches;
    if (!first) return false;
    const title = vscode.l10n.t("Run these {0} MCP servers?", launches.length);
    const choices: Choice<true>[] = [{ label: vscode.l10n.t("Run All"), answer: true }];
    const text = summariesText(launches, headings());
    return (await this.#ask(title, text, footOf(first.catalog), choices)) ?? false;
  }

  async askSecret(name: string, launch: Launch): Promise<string | undefined> {
    const value = await showInputBox({
      title: vscode.l10n.t("Secret {0}", name),
      prompt: vscode.l10n.t(
        "MCP server '{0}' receives this secret ({1}). The editor's secret storage keeps it for this server only.",
        shownName(launch),
        start(launch.use.shown),
      ),
      password: true,
      ignoreFocusOut: true,
    });
    return value || undefined;
  }

  async askGrant(wanted: readonly WantedSecret[], launch: Launch): Promise<boolean> {
    const names = wanted.map(({ name }) => name).join(", ");
    const title =
      wanted.length === 1
        ? vscode.l10n.t("Give the secret {0} to MCP server '{1}'?", names, shownName(launch))
        : vscode.l10n.t("Give the secrets {0} to MCP server '{1}'?", names, shownName(launch));
    const where = vscode.l10n.t("Recipient: {0}", visibleText(launch.use.shown));
    const text = [where, "", ...wanted.map(givenText)].join("\n");
    const choices: Choice<true>[] = [{ label: vscode.l10n.t("Give"), answer: true }];
    return (await this.#ask(title, text, footOf(launch.catalog), choices)) ?? false;
  }

  /** Asks in a dialog. A text that does not fit is shown as a document before the user can agree. */
  async #ask<T>(title: string, text: string, foot: string, choices: readonly Choice<T>[]) {
    const { text: shown, hidden } = excerptOf(text);
    if (hidden === 0) return askIn(title, [shown, foot], choices);
    const rest = vscode.l10n.t("… and {0} more characters. Read the full text before you decide.", hidden);
    const show: Choice<true> = { label: vscode.l10n.t("Show All"), answer: true };
    if (!(await askIn(title, [shown, rest, foot], [show]))) return undefined;
    return this.#askBeside(title, [text, foot].join("\n\n"), choices);
  }

  async #askBeside<T>(title: string, text: string, choices: readonly Choice<T>[]): Promise<T | undefined> {
    const path = `/${++this.#opened}/${vscode.l10n.t("MCP server")}.txt`;
    const uri = vscode.Uri.from({ scheme, path });
    this.#documents.set(path, `${title}${belowPick}${wrapped(text)}\n`);
    try {
      const document = await vscode.workspace.openTextDocument(uri);
      await vscode.window.showTextDocument(document, { preview: true });
      return await pickOne(title, choices);
    } finally {
      await closeTabOf(uri);
      this.#documents.delete(path);
    }
  }
}

async function askIn<T>(title: string, parts: readonly string[], choices: readonly Choice<T>[]) {
  const options = { modal: true, detail: parts.join("\n\n") };
  const labels = choices.map(({ label }) => label);
  // Calls the editor directly, because a modal dialog does not make links and the text must be shown exactly as it is.
  const chosen = await vscode.window.showWarningMessage(title, options, ...labels);
  return choices.find(({ label }) => label === chosen)?.answer;
}

/** Asks in a list, because a dialog would hide the document. The first choice is the harmless one. */
async function pickOne<T>(title: string, choices: readonly Choice<T>[]): Promise<T | undefined> {
  const none = { label: vscode.l10n.t("Cancel"), answer: undefined };
  const picked = await showQuickPick([none, ...choices], {
    title,
    placeHolder: vscode.l10n.t(
      "The document below shows the full text. Scroll to its end before you decide.",
    ),
    ignoreFocusOut: true,
  });
  return picked?.answer;
}

async function closeTabOf(uri: vscode.Uri): Promise<void> {
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  const isOf = ({ input }: vscode.Tab) =>
    input instanceof vscode.TabInputText && input.uri.toString() === uri.toString();
  await vscode.window.tabGroups.close(tabs.filter(isOf));
}

function givenText({ name, givenTo }: WantedSecret): string {
  if (givenTo.length === 0) return vscode.l10n.t("{0} has not been given to a server yet.", name);
  return vscode.l10n.t("{0} was given to {1}.", name, givenTo.map(serverText).join("; "));
}

function serverText({ id, catalog, shown }: SecretUse): string {
  return vscode.l10n.t("'{0}' of {1} ({2})", id, visibleText(shortPath(catalog, homedir())), start(shown));
}

const maxStartLength = 80;

function start(text: string): string {
  const shown = visibleText(text);
  return shown.length > maxStartLength ? `${shown.slice(0, maxStartLength)}…` : shown;
}

function footOf(catalog: Catalog): string {
  const file = visibleText(shortPath(catalog.file, homedir()));
  return vscode.l10n.t("Defined in {0}. You are asked once, and again when the definition changes.", file);
}

function headings(): Headings {
  return {
    folder: vscode.l10n.t("In folder:"),
    login: vscode.l10n.t("Runs to log in to the cluster:"),
    credential: vscode.l10n.t("Logs in to the cluster with files:"),
    contact: vscode.l10n.t("Contacts:"),
    secret: vscode.l10n.t("Receives secrets:"),
    variable: vscode.l10n.t("Receives variables:"),
    env: vscode.l10n.t("Environment:"),
    "env-file": vscode.l10n.t("Environment from its env_file:"),
    header: vscode.l10n.t("Headers:"),
    field: vscode.l10n.t("Also:"),
  };
}
