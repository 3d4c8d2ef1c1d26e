/* biome-ignore-all lint/suspicious/noTemplateCurlyInString: the syntax under test */
/** A catalog that comes with a folder names a secret that was given to another catalog. */

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Entry } from "../../src/catalog/entry.ts";
import { approval, catalog, local } from "../unit/vscode/launches.ts";

const foreign = { file: "/cloned/catalog.yaml", folder: "/cloned" };

function remote(url: string, id = "github"): Entry {
  return { id, runtime: { type: "remote-sse", url, headers: { A: "Bearer ${secret:GITHUB_TOKEN}" } } };
}

const good = remote("https://api.github.example/mcp");

for (const confirms of [true, false]) {
  const setting = confirms ? "" : ", also where commands are not confirmed";

  test(`another catalog that names the secret asks, and gets nothing after a no${setting}`, async (t) => {
    const { make, asked, vault } = await approval(t, {
      confirms: () => confirms,
      askSecret: async () => "t0ken",
    });
    const own = await make().approve(good, catalog);
    assert.equal(await own.sources.secret("GITHUB_TOKEN"), "t0ken");
    const { sources } = await make().approve(remote("https://api.github.example/mcp"), foreign);
    await assert.rejects(sources.secret("GITHUB_TOKEN"), /not to this one/);
    assert.deepEqual(asked.grants, [
      { names: ["GITHUB_TOKEN"], id: "github", givenTo: ["api.github.example"] },
    ]);
    assert.equal((await vault.uses("GITHUB_TOKEN")).length, 1);
  });
}

test("the same server with another host asks for the secret", async (t) => {
  const { make, asked } = await approval(t, { confirms: () => false, askSecret: async () => "t0ken" });
  await make().approve(good, catalog);
  const { sources } = await make().approve(remote("https://evil.example/mcp"), catalog);
  await assert.rejects(sources.secret("GITHUB_TOKEN"), /not to this one/);
  assert.equal(asked.grants.length, 1);
});

test("another server of the same catalog asks for the secret, also with the same host", async (t) => {
  const { make, asked } = await approval(t, { confirms: () => false, askSecret: async () => "t0ken" });
  await make().approve(good, catalog);
  await make().approve(remote("https://api.github.example/mcp", "other"), catalog);
  assert.equal(asked.grants.length, 1);
});

test("a command that changed asks for its secret, where commands are not confirmed", async (t) => {
  const { make, asked } = await approval(t, { confirms: () => false, askSecret: async () => "t0ken" });
  const env = { T: "${secret:GITHUB_TOKEN}" };
  await make().approve({ ...local("a"), env }, catalog);
  await make().approve({ ...local("a"), env: { ...env, NODE_OPTIONS: "--require ./evil.js" } }, catalog);
  assert.equal(asked.grants.length, 1);
});

test("a secret with a default is not taken without a question, either", async (t) => {
  const { make, asked, vault } = await approval(t, { confirms: () => false });
  await vault.set("GITHUB_TOKEN", "t0ken");
  const env = { T: "${secret:GITHUB_TOKEN:-none}" };
  const { sources } = await make().approve({ ...local("a"), env }, foreign);
  assert.equal(await sources.secret("GITHUB_TOKEN"), undefined);
  assert.equal(asked.grants.length, 1);
});

test("a secret that was given once is not asked for again, and goes to no other name", async (t) => {
  const { make, asked, vault } = await approval(t, { confirms: () => false, askGrant: async () => true });
  await vault.set("GITHUB_TOKEN", "t0ken");
  await make().approve(good, catalog);
  const { sources } = await make().approve(good, catalog);
  assert.equal(await sources.secret("GITHUB_TOKEN"), "t0ken");
  assert.equal(await sources.secret("ANOTHER"), undefined);
  assert.equal(asked.grants.length, 1);
});
