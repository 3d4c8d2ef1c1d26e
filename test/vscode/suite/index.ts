/** Runs the suites of this folder inside an extension host. VS Code gets this file as its tests. */

import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Mocha from "mocha";

/** Rejects when a test failed. The file in MCP_TEST_RESULTS lists the passed tests. */
export async function run(): Promise<void> {
  const mocha = new Mocha({ ui: "bdd", timeout: 60_000, color: false });
  for (const name of readdirSync(__dirname))
    if (name.endsWith(".suite.cjs")) mocha.addFile(join(__dirname, name));
  const results: { title: string; error?: string }[] = [];
  const failures = await new Promise<number>((done) => {
    const runner = mocha.run(done);
    runner.on("pass", (test) => results.push({ title: test.fullTitle() }));
    runner.on("fail", (test, error: Error) =>
      results.push({ title: test.fullTitle(), error: String(error.stack) }),
    );
  });
  const file = process.env["MCP_TEST_RESULTS"];
  if (file) writeFileSync(file, JSON.stringify(results));
  if (failures > 0) throw new Error(`${failures} tests failed`);
}
