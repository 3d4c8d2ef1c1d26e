/** Every bundled package is shipped with its licence, in every form of distribution. */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { build } from "esbuild";
import { bundles } from "../../scripts/bundles.ts";
import {
  licenceProblem,
  noticesFile,
  noticesText,
  packageFolders,
  thirdPartyNotices,
} from "../../scripts/third-party-notices.ts";
import { root } from "../support/gateway.ts";

const run = promisify(execFile);
const shell = process.platform === "win32";
const text = await readFile(join(root, "dist", noticesFile), "utf8");

test("every bundled package is in the notices", async () => {
  const missing = new Set<string>();
  let count = 0;
  for (const options of bundles) {
    const { metafile } = await build({ ...options, absWorkingDir: root, write: false });
    for (const file of Object.keys(metafile.inputs).filter((name) => name.includes("node_modules/"))) {
      const { name, version } = await packageOf(join(root, file.replace(/^\([\w-]+\):/, "")));
      count++;
      if (!text.includes(`\n${name}@${version} (`)) missing.add(`${name}@${version}`);
    }
  }
  assert.ok(count > 1_000, `${count} files`);
  assert.deepEqual([...missing], []);
});

/** The nearest package.json above a file that names a package. This search differs from that of the notices. */
async function packageOf(file: string): Promise<{ name: string; version: string }> {
  for (let folder = dirname(file); relative(root, folder) !== ""; folder = dirname(folder)) {
    const manifest = JSON.parse(await readFile(join(folder, "package.json"), "utf8").catch(() => "{}"));
    if (manifest.name && manifest.version) return manifest;
  }
  throw new Error(`${file} is of no package`);
}

test("every package has a text, also a package without a text of its own", () => {
  const parts = text.split(/^={80}$/m);
  for (let at = 1; at < parts.length; at += 2)
    assert.ok((parts[at + 1] ?? "").trim().length > 200, parts[at]);
  assert.match(text, /\ntr46@[\d.]+ \(MIT\)\n[\s\S]*?Copyright \(c\) Sebastian Mayr/);
});

test("the extension, the npm package and the images contain the notices", async () => {
  const { stdout: packed } = await run("npm", ["pack", "--dry-run", "--json"], { cwd: root, shell });
  assert.ok(JSON.parse(packed)[0].files.some(({ path }: { path: string }) => path === `dist/${noticesFile}`));
  const vsce = join(root, "node_modules/@vscode/vsce/vsce");
  const { stdout: listed } = await run(process.execPath, [vsce, "ls", "--no-dependencies"], { cwd: root });
  assert.ok(listed.split(/\r?\n/).includes(`dist/${noticesFile}`));
  assert.match(await readFile(join(root, ".dockerignore"), "utf8"), /^!dist\/THIRD_PARTY_NOTICES\.txt$/m);
  for (const name of ["gateway", "platform"]) {
    const dockerfile = await readFile(join(root, "deploy", name, "Dockerfile"), "utf8");
    assert.match(dockerfile, /^COPY .*LICENSE dist\/THIRD_PARTY_NOTICES\.txt /m, name);
  }
});

test("a licence that is not on the list of compatible licences cannot be shipped", () => {
  const of = (licence: string) => licenceProblem({ name: "a", version: "1.0.0", licence, texts: [] });
  for (const licence of ["MIT", "(MIT OR GPL-3.0)", "(WTFPL OR ISC)", "MIT AND Apache-2.0", "BlueOak-1.0.0"])
    assert.equal(of(licence), undefined, licence);
  for (const licence of ["GPL-3.0", "MIT AND GPL-3.0", "SEE LICENSE IN x", "UNLICENSED", "(MIT"])
    assert.match(of(licence) ?? "", /^a@1\.0\.0 is under .*not known to be compatible: check it/, licence);
  assert.match(of("") ?? "", /names no licence/);
});

test("of nested packages the innermost counts, each once", () => {
  const inputs = [
    "src/a.ts",
    "../main/node_modules/a/x.js",
    "node_modules/a/node_modules/@b/c/lib/y.js",
    "(disabled):node_modules/d/z.js",
    "node_modules/d/w.js",
  ];
  const metafile = {
    inputs: Object.fromEntries(inputs.map((name) => [name, { bytes: 1, imports: [] }])),
    outputs: {},
  };
  assert.deepEqual(packageFolders([metafile]), [
    "../main/node_modules/a",
    "node_modules/a/node_modules/@b/c",
    "node_modules/d",
  ]);
});

test("packages with the same text share it", () => {
  const one = { version: "1.0.0", licence: "MIT", texts: ["the text"] };
  const notices = noticesText([
    { ...one, name: "a" },
    { ...one, name: "b" },
  ]);
  assert.equal(notices.split("the text").length, 2);
  assert.match(notices, /\na@1\.0\.0 \(MIT\)\nb@1\.0\.0 \(MIT\)\n/);
});

test("a package that cannot be shipped fails the build and is named", async () => {
  const metafile = { inputs: { "test/node_modules/none/x.js": { bytes: 1, imports: [] } }, outputs: {} };
  await assert.rejects(thirdPartyNotices([metafile]), /node_modules[\\/]none/);
});
