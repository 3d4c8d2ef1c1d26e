/** Runs the suites of test/vscode/suite in an extension host, with the extension from the sources' folder. */

import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { root } from "../../support/gateway.ts";
import { startEditor } from "./editor.ts";
import { makeWorkspace } from "./workspace.ts";

export interface SuiteResult {
  readonly title: string;
  readonly error?: string;
}

/** Resolves with the result of each test, once all ran. */
export async function runSuites(
  t: TestContext,
  servers: unknown,
  settings: Readonly<Record<string, unknown>>,
): Promise<SuiteResult[]> {
  execFileSync(process.execPath, [join(root, "test/vscode/build-suite.mjs")], { stdio: "inherit" });
  const results = join(root, "out/results.json");
  const env = { MCP_TEST_RESULTS: results };
  const editor = await startEditor(t, { development: true, settings, env });
  const workspace = await makeWorkspace(editor, servers);
  const ended = Promise.withResolvers<void>();
  const uri = (path: string) => `vscode-remote://127.0.0.1:${editor.port}${path}`;
  // The address that a window under test calls after its suites.
  await editor.context.exposeFunction("codeAutomationLog", () => undefined);
  await editor.context.exposeFunction("codeAutomationExit", () => ended.resolve());
  await editor.open(workspace.folder, [
    ["extensionDevelopmentPath", uri(root)],
    ["extensionTestsPath", uri(join(root, "out/suite/index.cjs"))],
  ]);
  await ended.promise;
  return JSON.parse(await readFile(results, "utf8")) as SuiteResult[];
}
