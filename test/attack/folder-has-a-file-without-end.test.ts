/** A clone has links to an endless device, at paths that the gateway reads before the user has trusted the folder. */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { symlink } from "node:fs/promises";
import { join, resolve } from "node:path";
import { type TestContext, test } from "node:test";
import { promisify } from "node:util";
import { temporaryFolder } from "../support/gateway.ts";

const src = resolve(import.meta.dirname, "../../src");
const skip = process.platform === "win32" && "no such device";

/** The output of `code` in a process of its own, which is ended before it has filled the memory. */
async function printed(t: TestContext, name: string, code: (folder: string) => string): Promise<unknown> {
  const folder = await temporaryFolder(t);
  await symlink("/dev/zero", join(folder, name));
  const args = ["--input-type=module", "-e", code(folder)];
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 10_000 });
  return JSON.parse(stdout);
}

function imported(name: string, file: string): string {
  return `import { ${name} } from ${JSON.stringify(join(src, file))};`;
}

test("an endless catalog is too large", { skip }, async (t) => {
  const read = await printed(t, "catalog.yaml", (folder) => {
    const file = JSON.stringify(join(folder, "catalog.yaml"));
    return `${imported("readTextFile", "catalog/text/read-text-file.ts")}
      console.log(JSON.stringify(await readTextFile(${file})));`;
  });
  assert.partialDeepStrictEqual(read, { kind: "failed", problem: { code: "too-large" } });
});

test("an endless catalog can be watched", { skip }, async (t) => {
  const isReady = await printed(t, "catalog.yaml", (folder) => {
    const file = JSON.stringify(join(folder, "catalog.yaml"));
    return `${imported("watchFile", "catalog/watch-file.ts")}
      const watch = watchFile(${file}, () => {});
      await watch.ready;
      watch.close();
      console.log(true);`;
  });
  assert.equal(isReady, true);
});

test("an endless .env counts as missing", { skip }, async (t) => {
  const value = await printed(t, ".env", (folder) => {
    const options = JSON.stringify({ baseDir: folder, processEnv: {} });
    return `${imported("headlessSources", "catalog/variables/headless-sources.ts")}
      console.log(JSON.stringify(headlessSources(${options}).env("NAME") ?? null));`;
  });
  assert.equal(value, null);
});
