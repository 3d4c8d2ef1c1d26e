/** Tests the program itself, as a process. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import test from "node:test";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("../../../language-server/main.ts", import.meta.url));

test("an old Node version is reported in one line, before the server announces any capability", () => {
  const old =
    'Object.defineProperty(process, "versions", { value: { ...process.versions, node: "20.20.2" } });';
  const args = ["--import", `data:text/javascript,${encodeURIComponent(old)}`, program, "--stdio"];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8", timeout: 10_000 });
  assert.equal(stderr, "language-server: needs Node.js 22.15 or newer, but this is 20.20.2\n");
  assert.equal(stdout, "");
  assert.equal(status, 1);
});
