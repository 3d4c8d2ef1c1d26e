/** Tests the decisions of a release, and its messages when it is refused. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import {
  checkTree,
  imageTags,
  nextVersion,
  ownerOf,
  releaseChangelog,
  withVersion,
} from "../../../scripts/release.ts";
import { root } from "../../support/gateway.ts";

const clean = { branch: "main", changes: "", tags: ["v0.9.0"] };

test("major, minor and patch count on from the current version", () => {
  assert.equal(nextVersion("1.2.3", "major", true), "2.0.0");
  assert.equal(nextVersion("1.2.3", "minor", true), "1.3.0");
  assert.equal(nextVersion("1.2.3", "patch", true), "1.2.4");
});

test("a version is newer by number, not by text", () => {
  assert.equal(nextVersion("1.9.0", "1.10.0", true), "1.10.0");
  assert.throws(() => nextVersion("1.10.0", "1.9.9", true), {
    message: "version 1.9.9 is not newer than 1.10.0 in package.json: give a newer one",
  });
});

test("the current version may be released once", () => {
  assert.equal(nextVersion("0.1.0", "0.1.0", false), "0.1.0");
  assert.throws(() => nextVersion("0.1.0", "0.1.0", true), /is not newer/);
});

test("an invalid version is refused with a list of valid values", () => {
  for (const wanted of ["v1.2.3", "1.2", "1.2.3-beta", "01.2.3", "next"])
    assert.throws(
      () => nextVersion("1.0.0", wanted, true),
      /'.+' is not a version: give major\.minor\.patch/,
    );
  assert.throws(
    () => nextVersion("1.0", "patch", true),
    /package\.json: version '1\.0' is not .*: correct it/,
  );
});

test("a release starts from main, without changes, and not over a tag", () => {
  checkTree(clean, "1.0.0");
  assert.throws(() => checkTree({ ...clean, branch: "topic" }, "1.0.0"), /'topic'.*run 'git switch main'/);
  assert.throws(
    () => checkTree({ ...clean, changes: " M README.md" }, "1.0.0"),
    /commit or stash.*\n M README\.md/,
  );
  assert.throws(() => checkTree(clean, "0.9.0"), /the tag v0\.9\.0 already exists: release a newer version/);
});

test("the unreleased section becomes the section of the version, and the others stay", () => {
  const older = "\n## 0.1.0 (2026-01-02)\n\n- the first\n";
  for (const heading of ["Unreleased", "[Unreleased]", "0.2.0 (unreleased)"]) {
    const text = `# Changelog\n\n## ${heading}\n\n- a new thing\n${older}`;
    const expected = `# Changelog\n\n## 0.2.0 (2026-03-04)\n\n- a new thing\n${older}`;
    assert.equal(releaseChangelog(text, "0.2.0", "2026-03-04"), expected);
  }
});

test("a changelog without an unreleased section, or with an empty one, is refused", () => {
  const older = "## 0.1.0 (2026-01-02)\n\n- the first\n";
  assert.throws(
    () => releaseChangelog(`# Changelog\n\n${older}`, "0.2.0", "d"),
    /no unreleased section: add '## Unreleased'/,
  );
  assert.throws(
    () => releaseChangelog(`# Changelog\n\n## Unreleased\n\n${older}`, "0.2.0", "d"),
    /nothing is listed below '## Unreleased': add what changed/,
  );
});

test("the version is written into the real files, and nothing else of them changes", async () => {
  for (const [file, count] of [
    ["package.json", 1],
    ["package-lock.json", 2],
  ] as const) {
    const text = await readFile(join(root, file), "utf8");
    const { version } = JSON.parse(text) as { version: string };
    const changed = withVersion(file, text, version, "98.7.6");
    assert.equal(JSON.parse(changed).version, "98.7.6");
    const lines = text.split("\n");
    const different = changed.split("\n").filter((line, at) => line !== lines[at]);
    assert.deepEqual(
      different,
      Array(count)
        .fill(0)
        .map((_, at) => `${" ".repeat(at === 0 ? 2 : 6)}"version": "98.7.6",`),
    );
  }
  assert.throws(
    () => withVersion("package-lock.json", "{}", "1.0.0", "1.0.1"),
    /package-lock\.json: .*run 'npm install'/,
  );
});

test("images are named after the owner of the repository", () => {
  assert.deepEqual(ownerOf("https://github.com/Some-Team/gateway.git"), {
    owner: "some-team",
    name: "gateway",
  });
  assert.deepEqual(ownerOf("git@github.com:a/b.c"), { owner: "a", name: "b.c" });
  assert.throws(() => ownerOf("https://example.com/a/b"), /package\.json: .*is not on GitHub: give https/);
  assert.deepEqual(imageTags("a", "1.2.3"), {
    "deploy/gateway/Dockerfile": "ghcr.io/a/open-mcp-gateway:1.2.3",
    "deploy/platform/Dockerfile": "ghcr.io/a/mcp-runtime-operator:1.2.3",
  });
});

test("package.json names one repository everywhere", async () => {
  const manifest = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  const page = manifest.repository.url.replace(/\.git$/, "");
  assert.match(page, /^https:\/\/github\.com\/[\w-]+\/[\w-]+$/);
  assert.equal(manifest.bugs.url, `${page}/issues`);
  assert.equal(manifest.homepage, `${page}#readme`);
});
