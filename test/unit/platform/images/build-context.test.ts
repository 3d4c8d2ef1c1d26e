/** The files of a folder from which an image is built. */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { createGunzip } from "node:zlib";
import type Docker from "dockerode";
import tar from "tar-stream";
import { buildContext, contextFiles } from "../../../../src/platform/images/build-context.ts";
import { buildImage } from "../../../../src/platform/images/build-image.ts";
import { temporaryFolder } from "../../../support/gateway.ts";

async function folderOf(t: TestContext, files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await temporaryFolder(t);
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  return folder;
}

const files = {
  Dockerfile: "FROM scratch\n",
  ".env": "KEY=secret\n",
  "src/main.js": "1",
  "src/main.test.js": "2",
  "node_modules/a/index.js": "3",
};

test("all files of a folder are packed if there is no other rule", async (t) => {
  const folder = await folderOf(t, files);
  const packed = await contextFiles(folder, "Dockerfile");
  assert.deepEqual(packed.sort(), [...Object.keys(files), "node_modules", "node_modules/a", "src"].sort());
});

test("files named in .dockerignore are not packed, except the Dockerfile itself", async (t) => {
  const ignored = ".env\nnode_modules\n**/*.test.js\nDockerfile\n";
  const folder = await folderOf(t, { ...files, ".dockerignore": ignored });
  assert.deepEqual((await contextFiles(folder, "Dockerfile")).sort(), [
    ".dockerignore",
    "Dockerfile",
    "src",
    "src/main.js",
  ]);
});

test("an exception below an ignored folder is packed, and a Dockerfile may have its own rules", async (t) => {
  const folder = await folderOf(t, {
    ...files,
    ".dockerignore": "*\n!src/main.js\n",
    "deploy/Dockerfile": "FROM scratch\n",
    "deploy/Dockerfile.dockerignore": "*\n!node_modules/a\n",
  });
  assert.deepEqual((await contextFiles(folder, "Dockerfile")).sort(), [
    ".dockerignore",
    "Dockerfile",
    "src/main.js",
  ]);
  assert.deepEqual((await contextFiles(folder, "deploy/Dockerfile")).sort(), [
    ".dockerignore",
    "deploy/Dockerfile",
    "deploy/Dockerfile.dockerignore",
    "node_modules/a",
    "node_modules/a/index.js",
  ]);
});

test("the archive has the files with their content, links as links, and no pipes", {
  skip: process.platform === "win32" && "Windows has no pipes in folders",
}, async (t) => {
  const folder = await folderOf(t, { "a/b.txt": "text" });
  await symlink("b.txt", join(folder, "a/link"));
  execFileSync("mkfifo", [join(folder, "pipe")]);
  const { archive, packed } = await buildContext(folder, "Dockerfile");
  const found: Record<string, string> = {};
  for await (const entry of archive.pipe(createGunzip()).pipe(tar.extract())) {
    const chunks: Buffer[] = [];
    for await (const chunk of entry) chunks.push(chunk as Buffer);
    const { name, type, linkname } = entry.header;
    found[name] = type === "file" ? Buffer.concat(chunks).toString() : `${type} ${linkname ?? ""}`.trim();
  }
  await packed;
  assert.deepEqual(found, { a: "directory", "a/b.txt": "text", "a/link": "symlink b.txt" });
});

test("a file that is removed while it is packed fails the build, and nothing else", async (t) => {
  const folder = await folderOf(t, { Dockerfile: "FROM scratch\n", "gone-1": "1", "gone-2": "2" });
  const aborted = Promise.withResolvers<never>();
  const engine = {
    // The reader waits for the rest of the archive, as engines do.
    buildImage: (_: unknown, { abortSignal }: { abortSignal: AbortSignal }) => {
      abortSignal.addEventListener("abort", () => aborted.reject(new Error("aborted")));
      // The file that is packed first may already have been read.
      for (const name of ["gone-1", "gone-2"]) rmSync(join(folder, name));
      return aborted.promise;
    },
  } as unknown as Docker;
  const options = { context: folder, dockerfile: "Dockerfile", image: "app:v1" };
  await assert.rejects(
    buildImage(engine, options, () => undefined),
    { message: /^image 'app:v1' could not be built: .*ENOENT/ },
  );
  await assert.rejects(aborted.promise, /aborted/);
});
