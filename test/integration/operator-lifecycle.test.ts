/**
 * The operator on a real cluster under bad conditions: many servers, killed, cut off, beside another operator, with a
 * new password.
 */

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, type TestContext, test } from "node:test";
import { registries, withoutKubernetes, withoutRegistries } from "../support/engines.ts";
import { listening, OperatorStage, pushServer } from "../support/operator.ts";
import { CutProxy } from "../support/proxy.ts";
import { until } from "../support/until.ts";

const group = "operator-lifecycle-test.agent-hellboy.io";
const skip = withoutKubernetes || withoutRegistries;
const asleep = { image: "registry.example.com/asleep", replicas: 0 };
let stage: OperatorStage;

before(async () => {
  if (skip) return;
  stage = await OperatorStage.open(group);
  await stage.ownersAreKnown();
});

after(() => stage?.remove());

/** Applies `count` servers without Pods. They are removed after the test. */
async function applyMany(t: TestContext, prefix: string, count: number): Promise<readonly string[]> {
  const names = Array.from({ length: count }, (_, index) => `${prefix}-${index}`);
  t.after(() => inTurns(names, (name) => stage.deleteServer(name)));
  await inTurns(names, (name) => stage.applyServer(name, asleep));
  return names;
}

/** Eight at once. */
async function inTurns(names: readonly string[], deed: (name: string) => Promise<unknown>): Promise<void> {
  const left = [...names];
  const worker = async () => {
    for (let name = left.pop(); name !== undefined; name = left.pop()) await deed(name);
  };
  await Promise.all(Array.from({ length: 8 }, worker));
}

async function readyOf(prefix: string): Promise<number> {
  const servers = await stage.servers();
  return servers.filter(
    ({ metadata, status }) => metadata.name.startsWith(prefix) && status?.phase === "Ready",
  ).length;
}

test("200 MCPServers are ready within a minute", { skip }, async (t) => {
  await applyMany(t, "many", 200);
  const begun = performance.now();
  const operator = await stage.startOperator(t);
  // The test reads this from the operator, because repeated lists of all servers would keep the cluster busy.
  const ready = () => operator.metric('mcp_runtime_servers{phase="Ready"}');
  await until("all are ready", async () => (await ready()) === 200, 60_000);
  t.diagnostic(`200 MCPServers in ${((performance.now() - begun) / 1000).toFixed(1)} s`);
  assert.equal(await readyOf("many-"), 200);
  assert.equal((await stage.list("Deployment")).length, 200);
});

test("an operator that was killed and started again goes on", { skip }, async (t) => {
  const first = await stage.startOperator(t, { flags: { leaderElect: false } });
  await first.logged(/watching \d+ MCPServers/);
  const names = applyMany(t, "cut", 60);
  await until("some are made", async () => {
    const made = await stage.list("Deployment");
    return made.filter(({ metadata }) => metadata.name.startsWith("cut-")).length > 5;
  });
  await first.kill();
  assert.ok((await readyOf("cut-")) < 60, "it was killed too late");
  await names;
  await stage.startOperator(t, { flags: { leaderElect: false } });
  await until("all are ready", async () => (await readyOf("cut-")) === 60, 60_000);
});

test("one of two operators leads, and the other takes over when the first is killed", { skip }, async (t) => {
  const one = await stage.startOperator(t);
  await one.logged(/acquired the leader lease as/);
  const two = await stage.startOperator(t);
  await two.logged(/standing by: .* is the leader/);
  assert.deepEqual([await one.metric("mcp_runtime_leader"), await two.metric("mcp_runtime_leader")], [1, 0]);
  assert.deepEqual([await two.probe("/healthz"), await two.probe("/readyz")], [200, 200]);
  await stage.applyServer("led", asleep);
  await stage.says("led", /^Ready/);
  await one.kill();
  await stage.applyServer("led", { ...asleep, port: 9000 });
  await two.logged(/acquired the leader lease as/);
  await stage.says("led", /^Ready/);
  assert.equal(await two.stop(), 0);
  // The operator has released the lease, so that the next one need not wait until it expires.
  const begun = performance.now();
  await (await stage.startOperator(t)).logged(/acquired the leader lease as/);
  assert.ok(performance.now() - begun < 10_000);
});

test("an operator goes on after it was cut off from the cluster", { skip }, async (t) => {
  const proxy = await CutProxy.before(stage.cluster.server);
  t.after(() => proxy.cut());
  const operator = await stage.startOperator(t, { server: proxy.url });
  await stage.applyServer("cut-off", asleep);
  await stage.says("cut-off", /^Ready/);
  for (const servicePort of [9001, 9002]) {
    await proxy.cut();
    await stage.applyServer("cut-off", { ...asleep, servicePort });
    await operator.logged(/does not answer/);
    await proxy.listen();
    await until("it has seen the change", async () => {
      const ports = (await stage.find("Service", "cut-off"))?.spec.ports;
      return ports?.[0].port === servicePort;
    });
  }
  await stage.says("cut-off", /^Ready/);
  assert.equal(operator.process.exitCode, null);
});

test("an operator that cannot reach the cluster for long loses the lead, and leads again afterwards", {
  skip,
}, async (t) => {
  const proxy = await CutProxy.before(stage.cluster.server);
  t.after(() => proxy.cut());
  const operator = await stage.startOperator(t, { server: proxy.url });
  await operator.logged(/watching \d+ MCPServers/);
  await proxy.cut();
  await operator.logged(/lost the leader lease: the lease could not be renewed in time/);
  assert.equal(await operator.metric("mcp_runtime_leader"), 0);
  await proxy.listen();
  await until("it leads again", async () => (await operator.metric("mcp_runtime_leader")) === 1);
  await stage.applyServer("after", asleep);
  await stage.says("after", /^Ready/);
});

test("an operator without the definition of MCPServer reports it once, and waits", { skip }, async (t) => {
  const env = { MCP_API_GROUP: "nowhere.agent-hellboy.io" };
  const operator = await stage.startOperator(t, { env, flags: { leaderElect: false } });
  await operator.logged(
    /cannot start: the cluster does not know MCPServer of nowhere.agent-hellboy.io\/v1alpha1: is its CRD/,
  );
  assert.deepEqual([await operator.probe("/healthz"), await operator.probe("/readyz")], [200, 503]);
  assert.equal(await operator.stop(), 0);
  assert.equal(operator.log().split("cannot start").length, 2);
});

test("the pull Secret follows the password, and the password appears nowhere else", { skip }, async (t) => {
  const auth = { username: "u", password: "p" };
  const image = await pushServer(`${stage.namespace}/guarded`, listening, {
    registry: registries.guarded,
    auth,
  });
  const wrong = `wrong-${randomBytes(8).toString("hex")}`;
  const env = (password: string) => ({
    PROVISIONED_REGISTRY_URL: registries.guarded,
    PROVISIONED_REGISTRY_USERNAME: "u",
    PROVISIONED_REGISTRY_PASSWORD: password,
  });
  const password = async () => {
    const secret = await stage.find("Secret", "mcp-runtime-registry-creds");
    const config: unknown = secret?.data[".dockerconfigjson"];
    if (typeof config !== "string") return undefined;
    return JSON.parse(Buffer.from(config, "base64").toString("utf8")).auths[registries.guarded].password;
  };
  const first = await stage.startOperator(t, { env: env(wrong), flags: { leaderElect: false } });
  await stage.applyServer("guarded", { image, imageTag: "v1" });
  const refused = await stage.says(
    "guarded",
    /^Error: .*ImagePullBackOff: .*rejected the credentials \(imagePullSecrets\)/,
  );
  assert.equal(await password(), wrong);
  await first.stop();
  const second = await stage.startOperator(t, { env: env("p"), flags: { leaderElect: false } });
  await until("the Secret has the new one", async () => (await password()) === "p");
  await stage.says("guarded", /^Ready/);
  const events = await stage.list("Event");
  const encoded = Buffer.from(`u:${wrong}`).toString("base64");
  const said = JSON.stringify([refused, events, await stage.list("Deployment")]) + first.log() + second.log();
  assert.ok(!said.includes(wrong) && !said.includes(encoded));
  // The Secret is removed with the last server that needs it.
  for (const { metadata } of await stage.servers()) await stage.deleteServer(metadata.name);
  await until("the Secret is gone", async () => (await password()) === undefined, 45_000);
});

test("a foreign Secret with the name of the pull Secret is not changed", { skip }, async (t) => {
  const name = "mcp-runtime-registry-creds";
  const stringData = { mine: "yes" };
  const metadata = { name, namespace: stage.namespace };
  await stage.apply({ apiVersion: "v1", kind: "Secret", metadata, stringData } as never);
  const env = {
    PROVISIONED_REGISTRY_URL: registries.guarded,
    PROVISIONED_REGISTRY_USERNAME: "u",
    PROVISIONED_REGISTRY_PASSWORD: "p",
  };
  await stage.startOperator(t, { env, flags: { leaderElect: false } });
  await stage.applyServer("left-alone", asleep);
  await stage.says(
    "left-alone",
    /^Error: .*Secret mcp-runtime-registry-creds was not created by the operator/,
  );
  // A server that does not need the Secret is not blocked by it.
  await stage.applyServer("does-without", { ...asleep, imagePullSecrets: ["its-own"] });
  await stage.says("does-without", /^Ready/);
  const secret = await stage.find("Secret", name);
  assert.deepEqual(secret?.data, { mine: Buffer.from("yes").toString("base64") });
  assert.equal(secret?.metadata.ownerReferences, undefined);
});

test("a quota that leaves no capacity is in the status", { skip }, async (t) => {
  await stage.startOperator(t, { flags: { leaderElect: false } });
  const metadata = { name: "none", namespace: stage.namespace };
  await stage.apply({
    apiVersion: "v1",
    kind: "ResourceQuota",
    metadata,
    spec: { hard: { pods: "0" } },
  } as never);
  await stage.applyServer("no-room", { ...asleep, replicas: 1 });
  await stage.says("no-room", /^Error: .*FailedCreate: the cluster cannot create its Pod: .*exceeded quota/);
});
