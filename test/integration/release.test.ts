/** `npm run release -- … --dry-run` on a copy of the project prints every step and changes nothing. */

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { temporaryFolder } from "../support/gateway.ts";
import { copyProject } from "../support/project-copy.ts";

async function repository(t: TestContext) {
  const folder = await temporaryFolder(t);
  await copyProject(folder);
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.com", ...args], {
      cwd: folder,
      encoding: "utf8",
    });
  git("init", "--quiet", "--initial-branch=main");
  git("add", "--all");
  git("commit", "--quiet", "--message=all");
  const release = (...args: string[]) =>
    spawnSync(process.execPath, ["scripts/release.ts", ...args], { cwd: folder, encoding: "utf8" });
  const state = () => [
    git("rev-parse", "HEAD"),
    git("status", "--porcelain", "--ignored"),
    git("tag", "--list"),
  ];
  return { folder, release, state };
}

test("a dry run prints each step and changes nothing", async (t) => {
  const { release, state } = await repository(t);
  const before = state();
  const { stdout, stderr, status } = release("minor", "--dry-run");
  assert.equal(status, 0, stderr);
  const lines = stdout.trimEnd().split("\n");
  const expected = [
    /^would write package\.json: 0\.\d+\.0$/,
    /^would write package-lock\.json: 0\.\d+\.0$/,
    /^would write CHANGELOG\.md: ## 0\.\d+\.0 \(\d{4}-\d\d-\d\d\)$/,
    /^would build open-mcp-gateway\.vsix: npm run package$/,
    /^would build open-mcp-gateway-0\.\d+\.0\.tgz: npm pack$/,
    /^would commit package\.json, package-lock\.json, CHANGELOG\.md: "release: 0\.\d+\.0"$/,
    /^would tag v0\.\d+\.0$/,
    /^to do by hand: docker build -f deploy\/gateway\/Dockerfile -t ghcr\.io\/[\w-]+\/open-mcp-gateway:0\.\d+\.0 /,
    /^to do by hand: docker build -f deploy\/platform\/Dockerfile -t ghcr\.io\/[\w-]+\/mcp-runtime-operator:0\./,
    /^to do by hand: git push origin main v0\.\d+\.0$/,
    /^to do by hand: vsce publish /,
    /^to do by hand: npm publish /,
  ];
  for (const [at, pattern] of expected.entries()) assert.match(lines[at] ?? "", pattern);
  assert.equal(lines.length, expected.length);
  assert.deepEqual(state(), before);
});

test("a changed tree and a missing argument are refused, and nothing is done", async (t) => {
  const { folder, release, state } = await repository(t);
  assert.match(release("--dry-run").stderr, /^release: usage: npm run release -- </);
  await writeFile(join(folder, "new.txt"), "");
  const before = state();
  const { stdout, stderr, status } = release("patch");
  assert.deepEqual([stdout, status], ["", 1]);
  assert.match(stderr, /^release: uncommitted changes: commit or stash them\n\?\? new\.txt/);
  assert.deepEqual(state(), before);
});
