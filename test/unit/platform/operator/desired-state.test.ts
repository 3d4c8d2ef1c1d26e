/** The plan for an MCPServer, compared with files that were reviewed by people. */

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { desiredImage } from "../../../../src/platform/operator/desired-image.ts";
import { desiredState } from "../../../../src/platform/operator/desired-state.ts";
import { isPullSecret, pullSecret } from "../../../../src/platform/operator/pull-secret.ts";
import { resourceRequirements } from "../../../../src/platform/operator/resource-requirements.ts";
import { operatorSettings } from "../../../../src/platform/operator/settings.ts";
import { completeSpec, type McpServerSpec } from "../../../../src/platform/resource/mcp-server.ts";
import { assertGolden } from "../../../support/golden.ts";
import { mcpServer } from "./samples.ts";

const provisioned = {
  PROVISIONED_REGISTRY_URL: "https://registry.team.example/",
  PROVISIONED_REGISTRY_USERNAME: "ada",
  PROVISIONED_REGISTRY_PASSWORD: "hush",
};

const cases = {
  "only-an-image": { spec: {}, env: {} },
  "everything-said": {
    spec: {
      image: "registry.example.com/team/notes",
      imageTag: "v2",
      imageId: `sha256:${"5".repeat(64)}`,
      port: 9000,
      servicePort: 8080,
      replicas: 3,
      ingressPath: "notes",
      ingressHost: "notes.example.com",
      ingressClass: "nginx",
      ingressAnnotations: { "nginx.ingress.kubernetes.io/ssl-redirect": "true", "team.example/owner": "ada" },
      runAsNonRoot: true,
      resources: { requests: { cpu: 1 }, limits: { memory: "1Gi" } },
      envVars: [
        { name: "A", value: "1" },
        { name: "EMPTY", value: "" },
        { name: "A", value: "2" },
        { name: "AS_IT_IS", value: "$$5 and $(A)" },
      ],
      imagePullSecrets: ["mine"],
    },
    env: { ...provisioned, MCP_INGRESS_ANNOTATIONS: "team.example/*" },
  },
  "own-registry": {
    spec: { image: "registry.registry.svc.cluster.local:5000/notes", imagePullSecrets: ["mine"] },
    env: { MCP_NODE_REGISTRY: "127.0.0.1:32000", MCP_NODE_REGISTRY_PASSWORD: "pull-password" },
  },
  "annotation-refused": {
    spec: {
      ingressHost: "notes.example.com",
      ingressAnnotations: { "nginx.ingress.kubernetes.io/configuration-snippet": "return 200;" },
    },
    env: {},
  },
  "default-host-and-provisioned-registry": {
    spec: { useProvisionedRegistry: true, registryOverride: "other.example", replicas: 0 },
    env: { ...provisioned, MCP_DEFAULT_INGRESS_HOST: "mcp.example.com" },
  },
  "registry-missing": { spec: { useProvisionedRegistry: true }, env: {} },
  "any-host": { spec: { allowAnyHost: true, envVars: [{ name: "MCP_PATH", value: "/own" }] }, env: {} },
} satisfies Record<string, { spec: Partial<McpServerSpec>; env: Record<string, string> }>;

for (const [name, { spec, env }] of Object.entries(cases))
  test(`the plan: ${name}`, () => {
    const server = mcpServer(spec);
    const settings = operatorSettings(env);
    const plan = { ...desiredState(server, settings), pullSecret: pullSecret("team", [server], settings) };
    assertGolden(plan, join(import.meta.dirname, "golden", `plan-${name}.yaml`));
  });

test("an image that only runs as root is the one exception, and the Deployment records it", () => {
  const image = "registry.example.com/notes:latest";
  const asRoot = JSON.stringify(desiredState(mcpServer(), operatorSettings({}), image).deployment);
  assert.ok(!asRoot.includes("runAsNonRoot"));
  assert.ok(asRoot.includes(`"mcp.agent-hellboy.io/runs-as-root":"${image}"`));
  const other = desiredState(mcpServer({ imageTag: "v2" }), operatorSettings({}), image);
  assert.ok(JSON.stringify(other.deployment).includes('"runAsNonRoot":true'));
});

test("the pulled image follows from the image, the tag and the registry", () => {
  const internal = "registry.registry.svc.cluster.local:5000/notes";
  const image = (spec: Partial<McpServerSpec>, env: Record<string, string> = {}) =>
    desiredImage(completeSpec(mcpServer(spec)), operatorSettings(env));
  const digest = `notes@sha256:${"0".repeat(64)}`;
  assert.equal(image({ image: "10.0.0.5:5000/app", imageTag: "v1" }), "10.0.0.5:5000/app:v1");
  assert.equal(image({ image: "app:v0", imageTag: "v1" }), "app:v0");
  assert.equal(image({ image: digest }), digest);
  assert.equal(
    image({ image: "a.example/team/app", registryOverride: "b.example" }),
    "b.example/team/app:latest",
  );
  const both = { image: "a.example/app", registryOverride: "b.example", useProvisionedRegistry: true };
  assert.equal(image(both, provisioned), "registry.team.example/app:latest");
  assert.equal(image(both), "b.example/app:latest");
  const node = { MCP_NODE_REGISTRY: "127.0.0.1:32000" };
  assert.equal(image({ image: internal }, node), "127.0.0.1:32000/notes:latest");
  assert.equal(image({ image: internal }), `${internal}:latest`);
  assert.equal(image({ image: "a.example/notes" }, node), "a.example/notes:latest");
});

test("a default never contradicts the resources that are given", () => {
  const of = (resources: McpServerSpec["resources"]) =>
    resourceRequirements(mcpServer({ ...(resources && { resources }) }).spec);
  assert.deepEqual(of(undefined), {
    requests: { cpu: "50m", memory: "64Mi" },
    limits: { cpu: "500m", memory: "256Mi" },
  });
  assert.deepEqual(of({ limits: { cpu: "20m" } }), {
    requests: { memory: "64Mi" },
    limits: { cpu: "20m", memory: "256Mi" },
  });
  assert.deepEqual(of({ requests: { memory: "1Gi", cpu: 0.5 } }), {
    requests: { cpu: "0.5", memory: "1Gi" },
    limits: { cpu: "500m" },
  });
});

test("a pull Secret belongs to all servers that use it, and not to servers that have their own", () => {
  const settings = operatorSettings({ ...provisioned, PROVISIONED_REGISTRY_URL: "docker.io/team" });
  const named = (name: string, spec: Partial<McpServerSpec> = {}) =>
    mcpServer(spec, { metadata: { name, namespace: "team", uid: `uid-${name}` } });
  const secret = pullSecret(
    "team",
    [named("b"), named("a"), named("c", { imagePullSecrets: ["x"] })],
    settings,
  );
  assert.deepEqual(
    secret?.metadata.ownerReferences?.map(({ uid }) => uid),
    ["uid-a", "uid-b"],
  );
  assert.match(
    Buffer.from(secret?.data[".dockerconfigjson"] ?? "", "base64").toString(),
    /index\.docker\.io\/v1/,
  );
  assert.ok(secret && isPullSecret(secret, settings.group));
  assert.equal(pullSecret("team", [named("c", { imagePullSecrets: ["x"] })], settings), undefined);
  assert.equal(
    pullSecret("team", [named("a")], operatorSettings({ PROVISIONED_REGISTRY_URL: "a.example" })),
    undefined,
  );
});
