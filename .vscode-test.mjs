/** The suites that run inside VS Code: `npm run test:vscode`. VSCODE_TEST_INSTALLATION names one to use instead of a download. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { defineConfig } from "@vscode/test-cli";

const installation = process.env.VSCODE_TEST_INSTALLATION;
const fixtures = resolve("test/fixtures/servers");
const runtime = { type: "local-process", command: process.execPath, args: [join(fixtures, "echo.ts")] };
const servers = [
  { id: "echo", runtime },
  { id: "later", runtime },
];
const workspaceFolder = mkdtempSync(join(tmpdir(), "gateway-test-"));
writeFileSync(join(workspaceFolder, "catalog.yaml"), JSON.stringify({ servers }, undefined, 1));

export default defineConfig({
  files: "out/suite/*.suite.cjs",
  version: process.env.VSCODE_TEST_VERSION ?? "stable",
  workspaceFolder,
  launchArgs: ["--disable-workspace-trust"],
  mocha: { ui: "bdd", timeout: 60_000 },
  ...(installation && { useInstallation: { fromPath: installation } }),
});
