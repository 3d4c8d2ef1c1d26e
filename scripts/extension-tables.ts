/** Writes the tables of the extension's settings and commands to the documentation, from package.json and its texts. */

import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { replaceBetween } from "./field-tables.ts";

const root = new URL("../", import.meta.url);

interface Manifest {
  readonly contributes: {
    readonly commands: readonly {
      readonly command: string;
      readonly title: string;
      readonly category: string;
    }[];
    readonly configuration: { readonly properties: Readonly<Record<string, Setting>> };
    readonly menus: {
      readonly commandPalette: readonly { readonly command: string; readonly when: string }[];
    };
  };
}

interface Setting {
  readonly default: unknown;
  readonly markdownDescription: string;
  readonly enum?: readonly string[];
}

export type Texts = Readonly<Record<string, string>>;

/** The page of the documentation with both tables. */
export const extensionPage = "docs/extension.md";

/** `page` with both tables updated. Pure. */
export function pageWithExtension(page: string, manifest: Manifest, texts: Texts): string {
  const withSettings = replaceBetween(page, "extension-settings", settingsTable(manifest, texts));
  return replaceBetween(withSettings, "extension-commands", commandsTable(manifest, texts));
}

/** Replaces `%key%` by its text. */
export function textOf(text: string, texts: Texts): string {
  return text.replace(/^%(.+)%$/, (whole, key: string) => texts[key] ?? whole);
}

function settingsTable({ contributes }: Manifest, texts: Texts): string {
  const rows = Object.entries(contributes.configuration.properties).map(([name, setting]) => {
    const choices = setting.enum
      ? ` One of ${setting.enum.map((choice) => `\`${choice}\``).join(", ")}.`
      : "";
    const shown = setting.default === "" ? "" : `\`${JSON.stringify(setting.default).replaceAll('"', "")}\``;
    const description = textOf(setting.markdownDescription, texts).replaceAll(/`#([\w.]+)#`/g, "`$1`");
    return `| \`${name}\` | ${shown} | ${description}${choices} |`;
  });
  return ["| Setting | Default | |", "|---|---|---|", ...rows].join("\n");
}

function commandsTable({ contributes }: Manifest, texts: Texts): string {
  const hidden = contributes.menus.commandPalette.filter(({ when }) => when === "false");
  const rows = contributes.commands
    .filter(({ command }) => !hidden.some((item) => item.command === command))
    .map(
      ({ command, title, category }) =>
        `| ${textOf(category, texts)}: ${textOf(title, texts)} | \`${command}\` |`,
    );
  return ["| Command | Id |", "|---|---|", ...rows].join("\n");
}

export async function readJson<T>(name: string): Promise<T> {
  return JSON.parse(await readFile(new URL(name, root), "utf8")) as T;
}

async function main(): Promise<void> {
  const url = new URL(extensionPage, root);
  const [manifest, texts] = [
    await readJson<Manifest>("package.json"),
    await readJson<Texts>("package.nls.json"),
  ];
  await writeFile(url, pageWithExtension(await readFile(url, "utf8"), manifest, texts));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
