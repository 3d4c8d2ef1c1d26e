/** One catalog with every runtime, those of plugins included. One client calls all of them at once. */

import assert from "node:assert/strict";
import { join } from "node:path";
import { after, test } from "node:test";
import { openCluster } from "../../src/kube/cluster.ts";
import { HttpFixtures } from "../contract/http-fixture.ts";
import { PluginHosts } from "../contract/plugin-hosts.ts";
import {
  clusterImage,
  nodeImage,
  podman,
  testNamespace,
  withoutDocker,
  withoutKubernetes,
  withoutPodman,
} from "../support/engines.ts";
import { fixture, root, startGateway } from "../support/gateway.ts";
import { McpClient } from "../support/mcp-client.ts";
import { serveInCluster } from "../support/served-in-cluster.ts";

const hosts = new PluginHosts();
const remotes = new HttpFixtures();
after(async () => {
  hosts.close();
  await remotes.close();
});

const volumes = [`${join(root, "test/fixtures/servers")}:/servers:ro`];
const command = ["node", "/servers/echo.ts"];
const overHttp = {
  args: ["node", "/servers/over-http.ts", "echo.ts"],
  transport: "http",
  port: 8080,
  volumes,
};

test("servers of all runtimes answer one client at once, and their tools are listed together", {
  skip: withoutDocker || withoutPodman || withoutKubernetes,
}, async (t) => {
  const { core } = await openCluster({}, root);
  const { namespace, remove } = await testNamespace(core);
  t.after(remove);
  await serveInCluster(core, namespace);
  const runtimes: Record<string, object> = {
    "local-process": fixture("echo"),
    "remote-sse": { type: "remote-sse", url: `${await remotes.serve("echo.ts")}/mcp` },
    docker: { type: "docker", image: nodeImage, args: command, volumes },
    "docker-http": { type: "docker", image: nodeImage, ...overHttp },
    podman: { type: "podman", host: podman.host, image: podman.image, args: command, volumes },
    "podman-http": { type: "podman", host: podman.host, image: podman.image, ...overHttp },
    "k8s-job": { type: "k8s-job", namespace, image: clusterImage, command },
    "k8s-service": { type: "k8s-service", namespace, service_name: "served", port: 80 },
    tcp: { type: "tcp", endpoint: await hosts.tcp("echo.ts") },
    function: { type: "function", endpoint: await hosts.functions("echo.ts"), function_name: "tools" },
  };
  const catalog = Object.entries(runtimes).map(([id, runtime]) => ({
    id,
    runtime,
    ...(id.endsWith("-http") && { env: { PORT: "8080" } }),
  }));
  const plugins = ["tcp", "function"].map((name) => join(root, `examples/plugins/${name}-runtime.mjs`));
  const gateway = await startGateway(t, catalog, { config: { runtime_plugins: plugins } });
  const client = new McpClient(gateway.url, "");
  await client.initialize();
  const ids = Object.keys(runtimes);
  const answers = await Promise.all(ids.map((id) => client.callTool(`${id}__echo`, { id })));
  assert.deepEqual(
    answers.map((text) => JSON.parse(text).id),
    ids,
  );
  const list = await client.request("tools/list");
  const listed = new Set(list?.result.tools.map(({ name }: { name: string }) => name.split("__")[0]));
  assert.deepEqual([...listed].sort(), [...ids].sort());
  const again = await Promise.all(ids.map((id) => client.callTool(`${id}__echo`, { again: id })));
  assert.deepEqual(
    again.map((text) => JSON.parse(text).again),
    ids,
  );
});
