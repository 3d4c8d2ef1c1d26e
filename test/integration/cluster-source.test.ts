/** The cluster as a catalog source of a gateway (platform.md, *Deploying the gateway itself*). */

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { withoutKubernetes } from "../support/engines.ts";
import { startGateway, temporaryFolder } from "../support/gateway.ts";
import { writeKubeconfig } from "../support/kubeconfig.ts";
import { OperatorStage } from "../support/operator.ts";
import { CutProxy } from "../support/proxy.ts";
import { until } from "../support/until.ts";

const group = "source-test.agent-hellboy.io";

test("a cluster that is not reachable when the gateway starts is followed as soon as it answers", {
  skip: withoutKubernetes,
}, async (t) => {
  const stage = await OperatorStage.open(group);
  t.after(() => stage.remove());
  const proxy = await CutProxy.before(stage.cluster.server);
  await proxy.cut();
  const kubeconfig = join(await temporaryFolder(t), "kubeconfig");
  await writeKubeconfig(kubeconfig, { team: { server: proxy.url } });
  const sources = [{ type: "kubernetes", namespace: stage.namespace, kubeconfig }];
  const options = { config: { catalog_sources: sources }, env: { MCP_API_GROUP: group } };
  const gateway = await startGateway(t, [], options);
  await gateway.logged(/could not list the servers of the cluster: .*ECONNREFUSED/);
  const listed = async () => {
    const servers = (await (await fetch(`${gateway.url}/servers`)).json()) as { id: string }[];
    return servers.map(({ id }) => id).join();
  };
  assert.equal(await listed(), "");
  const image = "registry.example.com/none";
  await stage.applyServer("before", { image });
  await proxy.listen();
  t.after(() => void proxy.cut());
  await until("what was there", async () => (await listed()) === "before");
  await stage.applyServer("later", { image });
  await until("what comes later", async () => (await listed()) === "before,later");
  await stage.deleteServer("before");
  await until("what goes", async () => (await listed()) === "later");
});
