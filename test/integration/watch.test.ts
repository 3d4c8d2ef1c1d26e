/** `npm run watch` builds with source maps, rebuilds after a change, and reports an error at its place. */

import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { access, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { endLine } from "../../scripts/watch.ts";
import { temporaryFolder } from "../support/gateway.ts";
import { copyProject } from "../support/project-copy.ts";
import { until } from "../support/until.ts";

test("a watch build follows changes and reports errors", { timeout: 120_000 }, async (t) => {
  const folder = await temporaryFolder(t);
  await copyProject(folder);
  const { scripts } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  const [, ...args] = scripts.watch.split(" ");
  const child: ChildProcess = spawn(process.execPath, args, {
    cwd: folder,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise((done) => child.once("close", done));
  t.after(async () => {
    child.kill();
    await ended;
  });
  let text = "";
  child.stdout?.on("data", (chunk: Buffer) => {
    text += chunk.toString();
  });
  const builds = () => text.split(`${endLine}\n`).length - 1;
  await until("the first build", () => builds() > 0, 60_000);
  for (const name of ["extension", "gateway-http", "mcp-runtime", "language-server"])
    await access(join(folder, `dist/${name}.js.map`));

  const file = join(folder, "src/extension.ts");
  const source = await readFile(file, "utf8");
  const first = builds();
  await writeFile(file, source.replace("new Window(context)", "new Window(context, 'changed')"));
  await until("a second build", () => builds() > first, 30_000);
  assert.match(await readFile(join(folder, "dist/extension.js"), "utf8"), /new Window\(context, "changed"\)/);

  const second = builds();
  await writeFile(file, `${source}\nconst = 1;\n`);
  await until("a third build", () => builds() > second, 30_000);
  assert.match(text, /^src\/extension\.ts:24:7: error: Expected identifier/m);
});
