/** The watcher of the Platform view on a real cluster, also without access to it (platform.md, VS Code). */

import assert from "node:assert/strict";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { type ClusterSnapshot, ClusterWatcher } from "../../src/vscode/platform/cluster-watcher.ts";
import { withoutKubernetes } from "../support/engines.ts";
import { temporaryFolder } from "../support/gateway.ts";
import { type TestContextOf, writeKubeconfig } from "../support/kubeconfig.ts";
import { OperatorStage } from "../support/operator.ts";
import { CutProxy } from "../support/proxy.ts";
import { until } from "../support/until.ts";

const group = "view-test.agent-hellboy.io";

/** Closed with the test. */
async function sightOf(
  t: TestContext,
  context: TestContextOf,
  of: { group?: string; namespace?: string } = {},
) {
  const kubeconfig = join(await temporaryFolder(t), "kubeconfig");
  await writeKubeconfig(kubeconfig, { team: context });
  const { namespace } = of;
  const sight = new ClusterWatcher({ kubeconfig, ...(namespace && { namespace }) }, of.group ?? group);
  t.after(() => sight.close());
  let last: ClusterSnapshot = {};
  sight.changed.on((seen) => {
    last = seen;
  });
  const ids = () => (last.rows ?? []).map(({ id }) => id);
  return { sight, ids, seen: () => last, trouble: () => last.trouble?.kind };
}

test("a reason why servers cannot be listed is reported by its kind, which decides what the user can do", {
  skip: withoutKubernetes,
}, async (t) => {
  const missing = await sightOf(t, {}, { group: "none.agent-hellboy.io" });
  await missing.sight.open();
  assert.equal(missing.trouble(), "not-installed");
  assert.equal(missing.seen().context, "team");
  const stranger = await sightOf(t, { user: { token: "nobody" } });
  await stranger.sight.open();
  assert.equal(stranger.trouble(), "credentials");
  const nowhere = await sightOf(t, { server: "https://127.0.0.1:1" });
  await nowhere.sight.open();
  assert.equal(nowhere.trouble(), "unreachable");
  assert.match(nowhere.seen().trouble?.words ?? "", /127\.0\.0\.1:1.*ECONNREFUSED/);
});

test("an account that may list servers of one namespace only sees those, without their Pods", {
  skip: withoutKubernetes,
}, async (t) => {
  const stage = await OperatorStage.open(group);
  t.after(() => stage.remove());
  const { namespace } = stage;
  await stage.applyServer("search", { image: "search" });
  const user = {
    token: await stage.accountOf("guest", [{ apiGroups: [group], resources: ["*"], verbs: ["*"] }]),
  };
  const all = await sightOf(t, { user });
  await all.sight.open();
  assert.equal(all.trouble(), "forbidden");
  const own = await sightOf(t, { user }, { namespace });
  await own.sight.open();
  assert.deepEqual([own.trouble(), own.ids()], [undefined, [`${namespace}/search`]]);
  assert.match(own.seen().withoutPods ?? "", /pods is forbidden/);
});

test("changes arrive, a cluster that is cut off keeps its rows and is found again, and nothing stays open after close", {
  skip: withoutKubernetes,
}, async (t) => {
  const stage = await OperatorStage.open(group);
  t.after(() => stage.remove());
  const proxy = await CutProxy.before(stage.cluster.server);
  t.after(() => void proxy.cut());
  const { namespace } = stage;
  const { sight, ids, trouble, seen } = await sightOf(t, { server: proxy.url }, { namespace });
  await sight.open();
  assert.deepEqual([ids(), trouble()], [[], undefined]);
  await stage.applyServer("search", { image: "search", imageTag: "1.0" });
  await until("the server", () => ids().includes(`${namespace}/search`));
  assert.equal(sight.facts(`${namespace}/search`)?.image, "search:1.0");
  await proxy.cut();
  await until("the trouble", () => trouble() === "unreachable");
  assert.deepEqual(ids(), [`${namespace}/search`]);
  await stage.applyServer("fetch", { image: "fetch" });
  await proxy.listen();
  await until("what came meanwhile", () => trouble() === undefined && ids().length === 2);
  await stage.deleteServer("fetch");
  await until("it is gone", () => ids().length === 1);
  const open = proxy.connections;
  const last = seen();
  sight.close();
  await until("both watches are let go", () => proxy.connections <= open - 2);
  assert.equal(seen(), last);
});

test("a cluster that answers later is detected by itself", { skip: withoutKubernetes }, async (t) => {
  const stage = await OperatorStage.open(group);
  t.after(() => stage.remove());
  const proxy = await CutProxy.before(stage.cluster.server);
  await proxy.cut();
  const { namespace } = stage;
  const { sight, trouble } = await sightOf(t, { server: proxy.url }, { namespace });
  await sight.open();
  assert.equal(trouble(), "unreachable");
  await proxy.listen();
  t.after(() => void proxy.cut());
  await until("it is listed", () => trouble() === undefined);
});
