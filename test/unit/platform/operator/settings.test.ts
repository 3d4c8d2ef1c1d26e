/** The settings that the operator gets from its environment. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Cluster } from "../../../../src/kube/cluster.ts";
import { withSavedRegistry } from "../../../../src/platform/image-registry/saved-registry.ts";
import { hasStaleCredentials, operatorSettings } from "../../../../src/platform/operator/settings.ts";

test("credentials of another version than the expected one are stale", () => {
  assert.equal(hasStaleCredentials({}), false);
  const wanted = { MCP_REGISTRY_VERSION: "b" };
  assert.equal(hasStaleCredentials({ ...wanted, PROVISIONED_REGISTRY_VERSION: "b" }), false);
  assert.equal(hasStaleCredentials({ ...wanted, PROVISIONED_REGISTRY_VERSION: "a" }), true);
  assert.equal(hasStaleCredentials(wanted), true);
});

function clusterWith(texts: Readonly<Record<string, string>> | undefined): Cluster {
  const data = Object.entries(texts ?? {}).map(([key, text]) => [key, Buffer.from(text).toString("base64")]);
  const secret = texts && { data: Object.fromEntries(data) };
  return { objects: { get: async () => secret } } as unknown as Cluster;
}

test("stale credentials are replaced as a whole by the saved credentials", async () => {
  const stale = {
    MCP_REGISTRY_VERSION: "b",
    MCP_DEFAULT_INGRESS_HOST: "mcp.example.com",
    PROVISIONED_REGISTRY_URL: "https://old.example.com",
    PROVISIONED_REGISTRY_USERNAME: "old",
    PROVISIONED_REGISTRY_PASSWORD: "old",
    PROVISIONED_REGISTRY_VERSION: "a",
  };
  const saved = { url: "https://new.example.com", username: "ada", password: "new", version: "b" };
  const env = await withSavedRegistry(clusterWith(saved), stale);
  assert.equal(hasStaleCredentials(env), false);
  const { registry, defaultHost } = operatorSettings(env);
  assert.deepEqual(registry, { url: "new.example.com", credentials: { username: "ada", password: "new" } });
  assert.equal(defaultHost, "mcp.example.com");
  const open = await withSavedRegistry(clusterWith({ url: "new.example.com", version: "b" }), stale);
  assert.deepEqual(operatorSettings(open).registry, { url: "new.example.com" });
  assert.equal(operatorSettings(await withSavedRegistry(clusterWith(undefined), stale)).registry, undefined);
});
