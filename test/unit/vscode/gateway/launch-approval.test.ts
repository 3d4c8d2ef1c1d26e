/* biome-ignore-all lint/suspicious/noTemplateCurlyInString: the syntax under test */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import type { Entry } from "../../../../src/catalog/entry.ts";
import { commandLineOf, secretNames } from "../../../../src/vscode/gateway/command-line.ts";
import type { Answer } from "../../../../src/vscode/gateway/launch-approval.ts";
import { reviewLaunch } from "../../../../src/vscode/gateway/launch-review.ts";
import { approval, catalog, idsOf, local } from "../launches.ts";

const remote = (id: string, url: string): Entry => ({ id, runtime: { type: "remote-sse", url } });
const needing = (id: string, secret: string): Entry => ({ ...local(id), env: { A: `\${secret:${secret}}` } });

test("an untrusted workspace approves nothing and asks no question", async (t) => {
  const { make, asked } = await approval(t, { isTrusted: () => false });
  await assert.rejects(make().approve(local("a"), catalog), /not trusted/);
  assert.equal(await make().approved(local("a"), catalog), undefined);
  assert.deepEqual(asked.launches, []);
});

test("the approval of a launch is requested once for all windows, and again when the launch changes", async (t) => {
  const { make, asked, file } = await approval(t);
  await make().approve(local("a", "x"), catalog);
  await make().approve(local("a", "x"), catalog);
  assert.deepEqual(idsOf(asked), ["a"]);
  await make().approve(local("a", "y"), catalog);
  await make().approve({ ...local("a", "y"), env: { NODE_OPTIONS: "--require x" } }, catalog);
  await make().approve(local("a", "y"), { file: "/other/catalog.yaml" });
  assert.equal(asked.launches.length, 4);
  assert.doesNotMatch(await readFile(file, "utf8"), /NODE_OPTIONS|node/);
});

test("a check without a question approves only launches that were approved before", async (t) => {
  const { make, asked } = await approval(t);
  assert.equal(await make().approved(local("a"), catalog), undefined);
  await make().approve(local("a"), catalog);
  assert.equal((await make().approved(local("a"), catalog))?.baseDir, "/project");
  assert.equal(await make().approved(local("a", "changed"), catalog), undefined);
  assert.deepEqual(idsOf(asked), ["a"]);
});

test("a refused launch does not start and is asked about again", async (t) => {
  const { make, asked } = await approval(t, { askLaunch: async () => "no" });
  const one = make();
  await assert.rejects(one.approve(local("a"), catalog), /not approved/);
  await assert.rejects(one.approve(local("a"), catalog), /not approved/);
  assert.equal(asked.launches.length, 2);
});

test("all launches of a catalog are listed and have one answer, and questions come one at a time", async (t) => {
  const entries = [...["a", "b", "c"].map((id) => local(id)), { ...local("off"), enabled: false }];
  const { make, asked } = await approval(t, { askLaunch: async () => "all", entriesOf: async () => entries });
  const one = make();
  await Promise.all(["a", "b", "c"].map((id) => one.approve(local(id), catalog)));
  assert.deepEqual(idsOf(asked), ["a"]);
  assert.deepEqual(
    asked.lists.map((list) => list.map(({ entry }) => entry.id)),
    [["a", "b", "c"]],
  );
});

test("a refused list approves no launch in it", async (t) => {
  const entriesOf = async () => [local("a"), local("b")];
  const answers: Answer[] = ["all", "no", "no"];
  const askLaunch = async () => answers.shift() ?? "run";
  const { make, asked } = await approval(t, { askLaunch, askAll: async () => false, entriesOf });
  await assert.rejects(make().approve(local("a"), catalog), /not approved/);
  await assert.rejects(make().approve(local("a"), catalog), /not approved/);
  await assert.rejects(make().approve(local("b"), catalog), /not approved/);
  assert.deepEqual(idsOf(asked), ["a", "a", "b"]);
});

test("questions come in the order of the starts, however long it takes to find out that a question is needed", async (t) => {
  const known = Promise.withResolvers<void>();
  const { make, asked } = await approval(t, {
    confirms: () => false,
    review: async (entry, from) => {
      if (entry.id === "first") await known.promise;
      return reviewLaunch(entry, from);
    },
  });
  const one = make();
  const first = one.approve(needing("first", "SLOW"), catalog);
  const second = one.approve(needing("second", "QUICK"), catalog);
  await one.approve(local("without"), catalog);
  await setImmediate();
  known.resolve();
  await Promise.all([first, second]);
  assert.deepEqual(asked.secrets, ["SLOW", "QUICK"]);
});

test('"all of a catalog" covers the list that was shown, and an entry that a reload changed or added is asked about again', async (t) => {
  const entries = [local("a"), local("b")];
  const answers: Answer[] = ["all"];
  const { make, asked } = await approval(t, {
    entriesOf: async () => [...entries],
    askLaunch: async () => answers.shift() ?? "no",
    askAll: async () => {
      // A reload while the question is open.
      entries.push(local("late"));
      return true;
    },
  });
  const one = make();
  await one.approve(local("a"), catalog);
  await one.approve(local("b"), catalog);
  const changed: Entry = { id: "b", runtime: { type: "local-process", command: "rm", args: ["-rf", "/"] } };
  await assert.rejects(one.approve(changed, catalog), /not approved/);
  await assert.rejects(one.approve(local("late"), catalog), /not approved/);
  await assert.rejects(one.approve(local("b"), { file: "/other/catalog.yaml" }), /not approved/);
  assert.deepEqual(
    asked.launches.map(({ summary }) => summary.line),
    ["node", "rm -rf /", "node", "node"],
  );
});

test("an entry that changes while its question is open is asked about again", async (t) => {
  let variable = "before";
  const { make, asked } = await approval(t, {
    review: (entry, from) => reviewLaunch({ ...entry, env: { V: variable } }, from),
    askLaunch: async () => {
      variable = "after";
      return "run";
    },
  });
  await make().approve(local("a"), catalog);
  assert.deepEqual(
    asked.launches.map(({ summary }) => summary.facts.find(({ kind }) => kind === "env")?.text),
    ["V=before", "V=after"],
  );
});

test("an open question delays only launches that need one of their own", { timeout: 10_000 }, async (t) => {
  const answer = Promise.withResolvers<Answer>();
  const isAsked = Promise.withResolvers<void>();
  const { make, asked } = await approval(t, {
    askLaunch: async ({ entry }) => {
      if (entry.id !== "waiting") return "run";
      isAsked.resolve();
      return answer.promise;
    },
  });
  const one = make();
  await one.approve(local("seen"), catalog);
  const waiting = one.approve(local("waiting"), catalog);
  await isAsked.promise;
  const behind = one.approve(local("behind"), catalog);
  await one.approve(local("seen"), catalog);
  assert.deepEqual(idsOf(asked), ["seen", "waiting"]);
  answer.resolve("run");
  await Promise.all([waiting, behind]);
  assert.deepEqual(idsOf(asked), ["seen", "waiting", "behind"]);
});

test("the setting turns the question about launches off", async (t) => {
  const { make, asked } = await approval(t, { confirms: () => false });
  await make().approve(local("a"), catalog);
  await make().approve(remote("r", "https://x.example/mcp"), catalog);
  assert.deepEqual(asked.launches, []);
});

test("a missing secret is requested once, until the user starts the server by hand", async (t) => {
  const { make, asked } = await approval(t, { confirms: () => false });
  const entry: Entry = {
    ...local("a"),
    env: { A: "${secret:ONE}", B: "x ${secret:ONE}", C: "${secret:TWO:-d}" },
  };
  const one = make();
  await Promise.all([one.approve(entry, catalog), one.approve(entry, catalog)]);
  assert.deepEqual(asked.secrets, ["ONE"]);
  one.askAgain(entry, secretNames(entry));
  await one.approve(entry, catalog);
  assert.deepEqual(asked.secrets, ["ONE", "ONE"]);
  assert.deepEqual(secretNames(entry), ["ONE"]);
});

test("a secret that was typed for a server is given to it without another question", async (t) => {
  const { make, asked } = await approval(t, { askSecret: async () => "value" });
  const { sources } = await make().approve(needing("a", "ONE"), catalog);
  assert.equal(await sources.secret("ONE"), "value");
  assert.equal(await (await make().approve(needing("a", "ONE"), catalog)).sources.secret("ONE"), "value");
  assert.deepEqual(asked.grants, []);
});

test("a server whose change was approved keeps its secrets, and an unapproved change asks about them", async (t) => {
  const { make, asked, vault } = await approval(t, { askSecret: async () => "value" });
  await make().approve(needing("a", "ONE"), catalog);
  const changed = { ...needing("a", "ONE"), runtime: local("a", "changed").runtime };
  const { sources } = await make().approve(changed, catalog);
  assert.equal(await sources.secret("ONE"), "value");
  assert.deepEqual(asked.grants, []);
  assert.equal((await vault.uses("ONE")).length, 1);
});

test("a secret that is refused is not asked about until the user starts the server by hand", async (t) => {
  const { make, asked, vault } = await approval(t);
  await vault.set("ONE", "value");
  const one = make();
  const { sources } = await one.approve(needing("a", "ONE"), catalog);
  await assert.rejects(sources.secret("ONE"), /not to this one/);
  await one.approve(needing("a", "ONE"), catalog);
  assert.equal(asked.grants.length, 1);
  one.askAgain(needing("a", "ONE"), ["ONE"]);
  await one.approve(needing("a", "ONE"), catalog);
  assert.equal(asked.grants.length, 2);
});

test("a deleted secret is not given to any server any more", async (t) => {
  const { make, vault } = await approval(t, { askSecret: async () => "value" });
  await make().approve(needing("a", "ONE"), catalog);
  await vault.delete("ONE");
  assert.deepEqual(await vault.uses("ONE"), []);
});

test("the start uses the values that were shown, even if the environment has changed since", async (t) => {
  process.env["CHANGING"] = "shown";
  t.after(() => delete process.env["CHANGING"]);
  const { make } = await approval(t);
  const { sources } = await make().approve(local("a", "${CHANGING}"), catalog);
  process.env["CHANGING"] = "changed";
  assert.equal(sources.env("CHANGING"), "shown");
  assert.equal(sources.env("PATH"), undefined);
});

test("a command line is shown as a user would type it, without secrets", () => {
  const entry: Entry = {
    ...local("a", "a b", "it's", "--token", "abc123secret", "${workspaceFolder}"),
    env: { API_KEY: "abc", LOG: "debug" },
  };
  const shown = commandLineOf(entry);
  assert.equal(shown?.line, `node 'a b' 'it'\\''s' --token *** \${workspaceFolder}`);
  assert.deepEqual(shown?.env, ["API_KEY=***", "LOG=debug"]);
});

test("the configuration of a plugin's server is shown before it runs, completely and with secrets hidden", () => {
  const runtime = { type: "own", command: "rm -rf x", auth_token: "hunter2", list: ["a", 1] };
  const entry = { id: "a", runtime: runtime as unknown as Entry["runtime"] };
  assert.equal(commandLineOf(entry)?.line, `own 'command=rm -rf x' auth_token=*** 'list=["a",1]'`);
});
