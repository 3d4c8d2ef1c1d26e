/* biome-ignore-all lint/suspicious/noTemplateCurlyInString: the syntax under test */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setImmediate } from "node:timers/promises";
import type { Entry } from "../../../src/catalog/entry.ts";
import {
  Admission,
  type AdmissionHost,
  type Consent,
  SeenCommands,
} from "../../../src/vscode/gateway/admission.ts";
import { commandLineOf, secretNames } from "../../../src/vscode/gateway/command-line.ts";
import { temporaryFolder } from "../../support/gateway.ts";

const catalog = { file: "/project/catalog.yaml", folder: "/project" };
const local = (id: string, ...args: string[]): Entry => ({
  id,
  runtime: { type: "local-process", command: "node", args },
});

interface Asked {
  readonly consents: string[];
  readonly secrets: string[];
}

async function admission(t: TestContext, answers: Partial<AdmissionHost> & { consent?: Consent } = {}) {
  const file = join(await temporaryFolder(t), "in", "confirmed.json");
  const asked: Asked = { consents: [], secrets: [] };
  const host: AdmissionHost = {
    isTrusted: () => true,
    confirms: () => true,
    askConsent: async (entry) => {
      asked.consents.push(entry.id);
      return answers.consent ?? "run";
    },
    entriesOf: async () => [],
    hasSecret: async () => false,
    askSecret: async (name) => {
      asked.secrets.push(name);
      return false;
    },
    ...answers,
  };
  const make = () => new Admission(host, new SeenCommands(file));
  return { make, asked, file };
}

test("an untrusted workspace admits nothing and asks nothing", async (t) => {
  const { make, asked } = await admission(t, { isTrusted: () => false });
  await assert.rejects(make().admit(local("a"), catalog), /not trusted/);
  assert.deepEqual(asked.consents, []);
});

test("a command line is asked for once, in all windows, and again when it changes", async (t) => {
  const { make, asked, file } = await admission(t);
  await make().admit(local("a", "x"), catalog);
  await make().admit(local("a", "x"), catalog);
  assert.deepEqual(asked.consents, ["a"]);
  await make().admit(local("a", "y"), catalog);
  await make().admit({ ...local("a", "y"), env: { NODE_OPTIONS: "--require x" } }, catalog);
  await make().admit(local("a", "y"), { file: "/other/catalog.yaml" });
  assert.equal(asked.consents.length, 4);
  assert.doesNotMatch(await readFile(file, "utf8"), /NODE_OPTIONS|node/);
});

test("refused, it does not start and is asked for again", async (t) => {
  const { make, asked } = await admission(t, { consent: "no" });
  const one = make();
  await assert.rejects(one.admit(local("a"), catalog), /not confirmed/);
  await assert.rejects(one.admit(local("a"), catalog), /not confirmed/);
  assert.equal(asked.consents.length, 2);
});

test("all of a catalog is one answer; questions come one at a time", async (t) => {
  const entries = ["a", "b", "c"].map((id) => local(id));
  const { make, asked } = await admission(t, { consent: "all", entriesOf: async () => entries });
  const one = make();
  await Promise.all(entries.map((entry) => one.admit(entry, catalog)));
  assert.deepEqual(asked.consents, ["a"]);
});

test("questions come in the order of the starts, however long it takes to know that there is one", async (t) => {
  const known = Promise.withResolvers<boolean>();
  const later = { ...local("first"), env: { A: "${secret:SLOW}" } };
  const { make, asked } = await admission(t, {
    confirms: () => false,
    hasSecret: (name) => (name === "SLOW" ? known.promise : Promise.resolve(false)),
  });
  const one = make();
  const first = one.admit(later, catalog);
  const second = one.admit({ ...local("second"), env: { A: "${secret:QUICK}" } }, catalog);
  await one.admit(local("without"), catalog);
  await setImmediate();
  known.resolve(false);
  await Promise.all([first, second]);
  assert.deepEqual(asked.secrets, ["SLOW", "QUICK"]);
});

test("all of a catalog is what it was when it was asked for: a reload's changes are asked for again", async (t) => {
  const entries = [local("a"), local("b")];
  const asked: string[] = [];
  const { make } = await admission(t, {
    entriesOf: async () => [...entries],
    askConsent: async (entry) => {
      asked.push(commandLineOf(entry)?.line ?? "");
      // A reload while the question stands.
      entries.push(local("late"));
      return asked.length === 1 ? "all" : "no";
    },
  });
  const one = make();
  await one.admit(local("a"), catalog);
  await one.admit(local("b"), catalog);
  const changed: Entry = { id: "b", runtime: { type: "local-process", command: "rm", args: ["-rf", "/"] } };
  await assert.rejects(one.admit(changed, catalog), /not confirmed/);
  await assert.rejects(one.admit(local("new"), catalog), /not confirmed/);
  await assert.rejects(one.admit(local("late"), catalog), /not confirmed/);
  await assert.rejects(one.admit(local("b"), { file: "/other/catalog.yaml" }), /not confirmed/);
  assert.deepEqual(asked, ["node", "rm -rf /", "node", "node", "node"]);
});

test("a question nobody answers holds up only what has one of its own", { timeout: 10_000 }, async (t) => {
  const answer = Promise.withResolvers<Consent>();
  const isAsked = Promise.withResolvers<void>();
  const asked: string[] = [];
  const { make } = await admission(t, {
    hasSecret: async (name) => name === "KNOWN",
    askConsent: async ({ id }) => {
      asked.push(id);
      if (id !== "waiting") return "run";
      isAsked.resolve();
      return answer.promise;
    },
  });
  const one = make();
  await one.admit(local("seen"), catalog);
  const secret: Entry = { ...local("seen"), env: { A: "${secret:KNOWN}" } };
  await one.admit(secret, catalog);
  const waiting = one.admit(local("waiting"), catalog);
  await isAsked.promise;
  const behind = one.admit(local("behind"), catalog);
  await one.admit(secret, catalog);
  await one.admit({ id: "r", runtime: { type: "remote-sse", url: "https://x.example/mcp" } }, catalog);
  assert.deepEqual(asked, ["seen", "seen", "waiting"]);
  answer.resolve("run");
  await Promise.all([waiting, behind]);
  assert.deepEqual(asked, ["seen", "seen", "waiting", "behind"]);
});

test("the setting turns the question off; what runs elsewhere is never asked for", async (t) => {
  const off = await admission(t, { confirms: () => false });
  await off.make().admit(local("a"), catalog);
  const { make, asked } = await admission(t);
  await make().admit({ id: "r", runtime: { type: "remote-sse", url: "https://x.example/mcp" } }, catalog);
  assert.deepEqual([...off.asked.consents, ...asked.consents], []);
});

test("a secret is asked for once, until somebody insists", async (t) => {
  const { make, asked } = await admission(t, { confirms: () => false });
  const entry: Entry = {
    ...local("a"),
    env: { A: "${secret:ONE}", B: "x ${secret:ONE}", C: "${secret:TWO:-d}" },
  };
  const one = make();
  await Promise.all([one.admit(entry, catalog), one.admit(entry, catalog)]);
  assert.deepEqual(asked.secrets, ["ONE"]);
  one.insist(entry);
  await one.admit(entry, catalog);
  assert.deepEqual(asked.secrets, ["ONE", "ONE"]);
  assert.deepEqual(secretNames(entry), ["ONE"]);
});

test("a command line is shown as one would type it, without secrets", () => {
  const entry: Entry = {
    ...local("a", "a b", "it's", "--token", "abc123secret", "${workspaceFolder}"),
    env: { API_KEY: "abc", LOG: "debug" },
  };
  const shown = commandLineOf(entry);
  assert.equal(shown?.line, `node 'a b' 'it'\\''s' --token *** \${workspaceFolder}`);
  assert.deepEqual(shown?.env, ["API_KEY=***", "LOG=debug"]);
});

test("a container is shown with all that it sees of this machine", () => {
  const runtime: Entry["runtime"] = {
    type: "docker",
    image: "team/server:1",
    args: ["--all files"],
    volumes: ["~/notes:/notes:ro"],
    network: "none",
    env_file: "./server.env",
  };
  assert.equal(
    commandLineOf({ id: "a", runtime })?.line,
    "docker run -i --rm -v '~/notes:/notes:ro' --network none --env-file ./server.env team/server:1 '--all files'",
  );
});

test("what a plugin is told to run is shown before it runs: all of it, secrets hidden", () => {
  const runtime = { type: "own", command: "rm -rf x", auth_token: "hunter2", list: ["a", 1] };
  const entry = { id: "a", runtime: runtime as unknown as Entry["runtime"] };
  assert.equal(commandLineOf(entry)?.line, `own 'command=rm -rf x' auth_token=*** 'list=["a",1]'`);
});
