/**
 * Each kind of problem: its message, its range, and the result of each quick fix. Golden files:
 * test/fixtures/language-server/<name>.catalog or <name>.metadata, and <name>.golden. UPDATE_GOLDEN=1 writes
 * them again. The list of a catalog is compared with the output of `gateway-http --validate` for the same file,
 * that of metadata with the errors of the platform's tools.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { CodeAction, Diagnostic } from "vscode-languageserver";
import { codesWithFixes } from "../../../language-server/providers/fixes/quick-fixes.ts";
import { loadMetadataFile } from "../../../src/metadata/load-metadata.ts";
import { difference, fixesIn } from "../../support/golden-fixes.ts";
import { applied, editsOf, openEditor } from "./editor.ts";

const fixtures = new URL("../../fixtures/language-server/", import.meta.url);
const program = fileURLToPath(new URL("../../../dist/gateway-http.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "golden-"));
const file = join(folder, "catalog.yaml");
const uri = pathToFileURL(file).href;
const dotenv = pathToFileURL(join(folder, ".env")).href;
const secretsDir = join(folder, "secrets");
const environment = {
  PATH: "/usr/bin:/bin",
  DATABASE_URL: "postgres://db",
  API_KEY: "another",
  HOME: folder,
};

writeFileSync(join(folder, ".env"), "KNOWN=1\n");
const plain = await openEditor({ processEnv: environment, options: { secretsDir } });
const withSecrets = await openEditor({ processEnv: environment, options: { secrets: true } });
test.after(async () => {
  await Promise.all([plain.stop(), withSecrets.stop()]);
  rmSync(folder, { recursive: true });
});

const kinds = { catalog: "mcp-catalog", metadata: "mcp-metadata" } as const;

for (const fixture of readdirSync(fixtures)) {
  const [name = "", kind = ""] = fixture.split(".");
  if (kind !== "catalog" && kind !== "metadata") continue;
  test(`problems and fixes of ${name}`, async () => {
    const text = readFileSync(new URL(fixture, fixtures), "utf8");
    writeFileSync(file, text);
    const diagnostics = await plain.open(uri, text, kinds[kind]);
    assert.deepEqual(diagnostics.map(validateLine), kind === "catalog" ? validated() : await refused());
    const golden = new URL(`${name}.golden`, fixtures);
    const described = await describe(text, diagnostics, kinds[kind]);
    if (process.env["UPDATE_GOLDEN"]) writeFileSync(golden, described);
    assert.equal(described, readFileSync(golden, "utf8"));
  });
}

/** The message of the platform's tools, without the file. */
async function refused(): Promise<string[]> {
  const message = await loadMetadataFile(file).then(
    () => "",
    (error: Error) => error.message,
  );
  return message.split("\n").flatMap((line) => line.split(`${file}:`).slice(1));
}

/** The message of `--validate`, without the file. */
function validateLine({ range, severity, message }: Diagnostic): string {
  const kind = severityOf(severity);
  const before = kind === "error" ? "" : `${kind}: `;
  return `${range.start.line + 1}:${range.start.character + 1}: ${before}${message}`;
}

function severityOf(severity: Diagnostic["severity"]): string {
  return ["error", "warning", "information", "hint"][(severity ?? 1) - 1] ?? "error";
}

function validated(): string[] {
  const args = [program, "--validate", "--catalog", file, "--config", join(folder, "config.yaml")];
  writeFileSync(join(folder, "config.yaml"), `secrets_dir: ${secretsDir}\n`);
  const { stdout } = spawnSync(process.execPath, args, { encoding: "utf8", env: environment });
  return stdout
    .split("\n")
    .filter((line) => line !== "" && !line.endsWith(": no problems"))
    .map((line) => line.slice(file.length + 1));
}

async function describe(
  text: string,
  diagnostics: readonly Diagnostic[],
  languageId: string,
): Promise<string> {
  const parts: string[] = [];
  const others = await withSecrets.open(uri, text, languageId);
  for (const diagnostic of diagnostics) {
    const { start, end } = diagnostic.range;
    const place = `${start.line + 1}:${start.character + 1}-${end.line + 1}:${end.character + 1}`;
    parts.push(`${place} ${severityOf(diagnostic.severity)} ${diagnostic.code}\n  ${diagnostic.message}\n`);
    const same = others.find(
      ({ message, range }) => message === diagnostic.message && range.start.line === start.line,
    );
    for (const action of await plain.fixes(uri, diagnostic)) parts.push(fixText(text, action));
    for (const action of same ? await withSecrets.fixes(uri, same) : [])
      if (action.command) parts.push(fixText(text, action));
  }
  return parts.length === 0 ? "no problems\n" : parts.join("");
}

/** The lines that a fix changes, and its additions to `.env`. */
function fixText(text: string, { title, edit, command, isPreferred }: CodeAction): string {
  const after = applied(text, editsOf(edit, uri));
  const added = editsOf(edit, dotenv).map(({ newText }) => `  .env + ${newText.trimEnd()}\n`);
  const call = command
    ? `  command ${command.command} ${JSON.stringify(command.arguments)
        .replaceAll(uri, "URI")
        .replace(/"version":\d+,/, "")}\n`
    : "";
  return `  * ${title}${isPreferred ? " (preferred)" : ""}\n${difference(text, after)}${added.join("")}${call}`;
}

test("every kind of problem that has fixes has them in a golden file", () => {
  const goldens = readdirSync(fixtures).filter((name) => name.endsWith(".golden"));
  const found = goldens.flatMap((name) => fixesIn(readFileSync(new URL(name, fixtures), "utf8")));
  assert.deepEqual([...new Set(found.map(({ code }) => code))].sort(), [...codesWithFixes].sort());
});
