/** Tests reading catalogs, `.env` and secrets from a real folder. */
import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { readTextFile } from "../../../../src/catalog/text/read-text-file.ts";
import { headlessSources } from "../../../../src/catalog/variables/headless-sources.ts";

const folder = await mkdtemp(join(tmpdir(), "catalog-"));
test.after(() => rm(folder, { recursive: true }));
const file = async (name: string, content: string | Uint8Array): Promise<string> => {
  await writeFile(join(folder, name), content);
  return join(folder, name);
};
const failure = async (path: string): Promise<[string, string] | undefined> => {
  const read = await readTextFile(path);
  return read.kind === "failed" ? [read.problem.code, read.problem.message] : undefined;
};

test("a UTF-8 file is read without its byte order mark", async () => {
  const path = await file("bom.yaml", "\uFEFFservers: [] # 🎉\n");
  assert.deepEqual(await readTextFile(path), { kind: "text", text: "servers: [] # 🎉\n" });
});

test("a file that cannot be read is reported in one line", async () => {
  assert.deepEqual(await failure(join(folder, "none.yaml")), ["missing-file", "No such file"]);
  assert.deepEqual(await failure(join(folder, "none", "x.yaml")), ["missing-file", "No such file"]);
  assert.deepEqual(await failure(folder), ["not-a-file", "Is a directory, not a file"]);
  const large = await file("large.yaml", new Uint8Array(1024 * 1024 + 1).fill(35));
  assert.equal((await failure(large))?.[0], "too-large");
  const largest = await file("largest.yaml", new Uint8Array(1024 * 1024).fill(35));
  assert.equal(await failure(largest), undefined);
});

test("a byte that is not valid UTF-8 is reported with its position", async () => {
  for (const [bytes, at] of [
    [[0x61, 0xe9, 0x62], 2],
    [[0x61, 0x62, 0xff], 2],
    [[0xff], 0],
    [[...Buffer.from("🎉é"), 0x80], 6],
  ] as const) {
    const message = (await failure(await file("latin.yaml", Uint8Array.from(bytes))))?.[1];
    assert.equal(message, `Is not UTF-8: invalid byte at position ${at}. Save the file as UTF-8`);
  }
});

test("the process environment overrides .env, and a changed .env takes effect at once", async () => {
  const sources = headlessSources({ baseDir: folder, processEnv: { BOTH: "process" }, userHome: "/home/me" });
  assert.equal(sources.env("ONLY"), undefined);
  await file(".env", "\uFEFFexport ONLY='a b' # comment\nBOTH=file\n");
  assert.equal(sources.env("ONLY"), "a b");
  assert.equal(sources.env("BOTH"), "process");
  assert.equal(sources.env("toString"), undefined);
  await file(".env", "ONLY=c\n");
  assert.equal(sources.env("ONLY"), "c");
});

test("secrets are files in their folder, and files outside of it are not secrets", async () => {
  const secretsDir = join(folder, "secrets");
  await mkdir(join(secretsDir, "..data"), { recursive: true });
  await writeFile(join(secretsDir, "..data", "LINKED"), "linked\r\n");
  await symlink("..data/LINKED", join(secretsDir, "LINKED"));
  await writeFile(join(secretsDir, "TWO_LINES"), "a\n\n");
  await mkdir(join(secretsDir, "FOLDER"));
  await writeFile(join(secretsDir, "FOLDER", "IN"), "no");
  await file("outside", "no");
  const sources = headlessSources({ baseDir: folder, processEnv: { MCP_GATEWAY_SECRETS_DIR: secretsDir } });
  assert.equal(await sources.secret("LINKED"), "linked");
  assert.equal(await sources.secret("TWO_LINES"), "a\n");
  assert.equal(await sources.secret("NONE"), undefined);
  for (const name of [
    "../outside",
    "..",
    ".",
    "..data/LINKED",
    "FOLDER/IN",
    "a\\b",
    join(folder, "outside"),
  ]) {
    assert.equal(await sources.secret(name), undefined, name);
  }
  await assert.rejects(sources.secret("FOLDER"), /not a file/);
});

test("the workspace of a catalog in .mcp is the folder above", () => {
  const workspaceOf = (baseDir: string) => headlessSources({ baseDir, processEnv: {} }).workspaceFolder;
  assert.equal(workspaceOf("/project/.mcp"), "/project");
  assert.equal(workspaceOf("/project"), "/project");
});
