/** Tests when a server counts as ready, and its entry in a catalog. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseCatalog } from "../../../src/catalog/parse-catalog.ts";
import { catalogEntries } from "../../../src/platform/catalog-entries.ts";
import type { McpServer, McpServerStatus } from "../../../src/platform/resource/mcp-server.ts";
import { readinessOf } from "../../../src/platform/servers/wait-until-ready.ts";

function server(name: string, more: Partial<McpServer["spec"]> = {}, namespace = "mcp-servers"): McpServer {
  return {
    apiVersion: "mcp.agent-hellboy.io/v1alpha1",
    kind: "MCPServer",
    metadata: { name, namespace, generation: 2 },
    spec: { image: "app", ...more },
  };
}

function withStatus(status: Partial<McpServerStatus>): McpServer {
  const whole = {
    message: "",
    conditions: [],
    deploymentReady: true,
    serviceReady: true,
    ingressReady: false,
  };
  return { ...server("app"), status: { phase: "Ready", observedGeneration: 2, ...whole, ...status } };
}

test("a server is ready according to the operator's status for the newest generation", () => {
  assert.deepEqual(readinessOf(withStatus({}), 2), { isReady: true });
  assert.deepEqual(readinessOf(withStatus({ phase: "PartiallyReady" }), 2), { isReady: true });
  const { isReady, ...rest } = readinessOf(withStatus({}), 3);
  assert.equal(isReady, false);
  assert.match(JSON.stringify(rest), /the operator has not processed it yet/);
  const wrong = withStatus({ phase: "Error", message: "ImagePullBackOff", deploymentReady: false });
  assert.deepEqual(readinessOf(wrong, 2), { isReady: false, because: "Error: ImagePullBackOff" });
});

test("servers become valid entries of a catalog", () => {
  const entries = catalogEntries([server("app"), server("other", { servicePort: 81, ingressPath: "/x" })]);
  assert.deepEqual(entries[0], {
    id: "app",
    runtime: {
      type: "k8s-service",
      namespace: "mcp-servers",
      service_name: "app",
      port: 80,
      path: "/app/mcp",
    },
  });
  assert.deepEqual(parseCatalog(JSON.stringify({ servers: entries })).problems, []);
});

test("a name that occurs twice or is not valid in a catalog gets the namespace as a prefix", () => {
  const servers = [server("app"), server("app", {}, "team"), server("health")];
  const entries = catalogEntries(servers);
  assert.deepEqual(
    entries.map(({ id }) => id),
    ["mcp-servers-app", "team-app", "mcp-servers-health"],
  );
  assert.deepEqual(parseCatalog(JSON.stringify({ servers: entries })).problems, []);
});

test("each id belongs to one server, whatever the combination of namespaces and names", () => {
  const servers = [server("app", {}, "team"), server("app", {}, "x"), server("team-app", {}, "x")];
  const ids = catalogEntries(servers).map(({ id }) => id);
  assert.deepEqual(ids, ["team-app-2", "x-app", "team-app"]);
});

test("an entry uses the public host if the server has one and the caller requests it", () => {
  const public_ = server("app", { ingressHost: "mcp.example.com" });
  assert.deepEqual(
    catalogEntries([public_, server("inner"), server("any", { ingressHost: "*.example.com" })], {
      byIngress: true,
    }).map(({ runtime }) => runtime.type),
    ["remote-sse", "k8s-service", "k8s-service"],
  );
});
