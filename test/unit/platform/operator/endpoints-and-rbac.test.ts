/** Small parts of the operator: ownership of objects, refusals, the last written status, metrics. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { GatewayError } from "../../../../src/base/errors.ts";
import {
  isNamespaceTerminating,
  isTerminalError,
  withoutPassword,
} from "../../../../src/platform/operator/api-refusal.ts";
import { openEndpoint } from "../../../../src/platform/operator/http-endpoints.ts";
import { controllerOf, labelsOf, mayWrite, serverNamesOf } from "../../../../src/platform/operator/owner.ts";
import { clusterRules } from "../../../../src/platform/operator/rbac-rules.ts";
import { operatorSettings } from "../../../../src/platform/operator/settings.ts";
import { StatusWriteCache } from "../../../../src/platform/operator/status-write-cache.ts";
import { group, mcpServer, service } from "./samples.ts";

const server = mcpServer();

test("an object belongs to the operator when its server owns it, or when it was made for a server", () => {
  const serviceWith = (metadata: object) => ({ ...service, metadata: { ...service.metadata, ...metadata } });
  const otherController = { apiVersion: "apps/v1", kind: "Other", name: "x", uid: "y", controller: true };
  assert.equal(mayWrite(service, server), false);
  assert.equal(mayWrite(serviceWith({ labels: labelsOf(server) }), server), true);
  assert.equal(
    mayWrite(serviceWith({ labels: labelsOf(server), ownerReferences: [otherController] }), server),
    false,
  );
  assert.equal(mayWrite(serviceWith({ ownerReferences: [controllerOf(server)] }), server), true);
  const otherGroup = { ...controllerOf(server), apiVersion: "other.example/v1alpha1" };
  assert.equal(
    mayWrite(serviceWith({ labels: labelsOf(server), ownerReferences: [otherGroup] }), server),
    false,
  );
  assert.deepEqual(serverNamesOf(serviceWith({ ownerReferences: [controllerOf(server)] }), group), ["notes"]);
  assert.deepEqual(serverNamesOf(serviceWith({ labels: { app: "other" } }), group), ["other"]);
  assert.deepEqual(serverNamesOf(service, group), []);
});

test("an error is terminal if a person must fix it, and otherwise temporary", () => {
  const refused = (code: number) => isTerminalError(Object.assign(new Error(""), { code }));
  assert.deepEqual([403, 422, 409, 429, 500].map(refused), [true, true, false, false, false]);
  assert.equal(isTerminalError(new Error("connection refused")), false);
  assert.equal(isTerminalError(new GatewayError("cluster-failed", "not ours")), true);
  const text = "forbidden: unable to create new content in namespace team because it is being terminated";
  assert.deepEqual([isNamespaceTerminating(text), isNamespaceTerminating("exceeded quota")], [true, false]);
});

test("the password is removed from messages", () => {
  const credentials = { username: "ada", password: "hush" };
  const encoded = Buffer.from("ada:hush").toString("base64");
  assert.equal(withoutPassword(`bad ${encoded} hush`, credentials), "bad *** ***");
  assert.equal(withoutPassword("a pod", { username: "u", password: "p" }), "a pod");
});

test("the last written status counts until the watch has received it", () => {
  const cache = new StatusWriteCache();
  const at = (resourceVersion: string) =>
    mcpServer({}, { metadata: { ...server.metadata, resourceVersion } });
  assert.equal(cache.latest(server), server);
  cache.store(server, at("11"));
  assert.equal(cache.latest(server).metadata.resourceVersion, "11");
  cache.store(at("11"), at("12"));
  assert.equal(cache.latest(server).metadata.resourceVersion, "12");
  assert.equal(cache.latest(at("12")).metadata.resourceVersion, "12");
  assert.equal(cache.latest(server), server);
});

test("the operator may read only its own Secrets and may not write any MCPServer", () => {
  const rules = clusterRules({ group, pullSecretName: "login" });
  const readRules = rules.filter(
    ({ resources, verbs }) => resources.includes("secrets") && verbs.some((verb) => verb !== "create"),
  );
  assert.deepEqual(
    readRules.map(({ resourceNames }) => resourceNames),
    [["login"]],
  );
  const own = rules.find(({ resources }) => resources.includes("mcpservers"));
  assert.deepEqual(own?.verbs, ["list", "watch"]);
});

test("a port is opened at the given address, and an invalid address is refused", async () => {
  const endpoint = await openEndpoint("127.0.0.1:0", { "/a": () => ({ status: 200, text: "here" }) });
  assert.equal(await (await fetch(`${endpoint.url}/a?x=1`)).text(), "here");
  assert.equal((await fetch(`${endpoint.url}/b`)).status, 404);
  await assert.rejects(openEndpoint(endpoint.url.replace("http://", ""), {}), {
    code: "cluster-failed",
    message: /EADDRINUSE/,
  });
  await endpoint.close();
  await assert.rejects(openEndpoint("8080", {}), { message: /'8080' is not an address: use :8080/ });
});

test("the operator reads its settings from its environment", () => {
  const nothing = { group, pullSecretName: "mcp-runtime-registry-creds", ingressAnnotations: [] };
  assert.deepEqual(operatorSettings({}), nothing);
  const env = {
    MCP_API_GROUP: "other.example",
    MCP_DEFAULT_INGRESS_HOST: "mcp.example.com",
    MCP_INGRESS_ANNOTATIONS: " a.example/one, b.example/*",
    MCP_NODE_REGISTRY: "127.0.0.1:32000",
    MCP_NODE_REGISTRY_PASSWORD: "hush",
    PROVISIONED_REGISTRY_URL: "https://r.example/",
    PROVISIONED_REGISTRY_USERNAME: "ada",
    PROVISIONED_REGISTRY_SECRET_NAME: "login",
  };
  assert.deepEqual(operatorSettings(env), {
    group: "other.example",
    defaultHost: "mcp.example.com",
    ingressAnnotations: ["a.example/one", "b.example/*"],
    nodeRegistry: "127.0.0.1:32000",
    nodeCredentials: { username: "pull", password: "hush" },
    pullSecretName: "login",
    // Incomplete credentials are ignored.
    registry: { url: "r.example" },
  });
});
