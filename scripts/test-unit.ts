/** Runs the unit tests that are fast: `npm run test:unit`. `npm test` runs all of them. */

import { spawn } from "node:child_process";
import { readdir } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { basename, join } from "node:path";

/** Unit tests that `npm test` runs only: they measure time or memory, try thousands of edits, or build everything. */
const slow = new Set([
  "hostile.test.ts",
  "memory.test.ts",
  "catalog-check.test.ts",
  "third-party-notices.test.ts",
]);

const root = join(import.meta.dirname, "..");
const names = await readdir(join(root, "test/unit"), { recursive: true });
const files = names.filter((name) => name.endsWith(".test.ts") && !slow.has(basename(name)));
// Half of the time of a small test file is spent on compiling what it imports.
const env = { ...process.env, NODE_COMPILE_CACHE: join(root, "node_modules/.cache/test-unit") };
const options = ["--test", "--test-timeout=60000", `--test-concurrency=${availableParallelism() + 1}`];
const paths = files.map((name) => join("test/unit", name));
const child = spawn(process.execPath, [...options, ...paths], { cwd: root, env, stdio: "inherit" });
child.once("exit", (code) => {
  process.exitCode = code ?? 1;
});
