/** The manifests in deploy/platform match those of the current set-up. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { platformManifests } from "../../../../scripts/platform-manifests.ts";

const folder = new URL("../../../../deploy/platform/", import.meta.url);

test("deploy/platform is up to date", async () => {
  for (const [name, text] of Object.entries(platformManifests()))
    assert.equal(await readFile(new URL(name, folder), "utf8"), text, `${name}: run 'npm run generate'`);
});
