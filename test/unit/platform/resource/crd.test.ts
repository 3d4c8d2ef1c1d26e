/** The definition of MCPServer follows the schema of the metadata. */
import assert from "node:assert/strict";
import { test } from "node:test";
import metadataSchema from "../../../../schemas/metadata.schema.json" with { type: "json" };
import { mcpServerDefinition } from "../../../../src/platform/resource/crd.ts";
import { completeSpec, type McpServer } from "../../../../src/platform/resource/mcp-server.ts";

interface Definition {
  readonly spec: {
    readonly versions: readonly [
      { readonly schema: { readonly openAPIV3Schema: { readonly properties: Record<string, Properties> } } },
    ];
  };
}
type Properties = {
  readonly properties: Record<string, Record<string, unknown>>;
  readonly required: string[];
};

const definition = mcpServerDefinition("mcp.agent-hellboy.io");
const { spec } = (definition as unknown as Definition).spec.versions[0].schema.openAPIV3Schema.properties;

test("every field of the metadata but name, namespace and route is in the spec, with its default", () => {
  const { name, namespace, route, ...fields } = metadataSchema.definitions.PlatformServer.properties;
  assert.deepEqual(Object.keys(spec?.properties ?? {}), [...Object.keys(fields), "ingressPath"]);
  assert.equal(spec?.properties["port"]?.["default"], 8088);
  assert.equal(spec?.properties["imageTag"]?.["default"], "latest");
  assert.deepEqual(spec?.required, ["image"]);
});

test("every field in it is known to the API server", () => {
  const text = JSON.stringify(definition);
  for (const word of ["$ref", "examples", "patternErrorMessage", '"title"', '"additionalProperties":false'])
    assert.ok(!text.includes(word), word);
});

test("the group is configurable", () => {
  assert.equal(mcpServerDefinition("mcp.example.com").metadata.name, "mcpservers.mcp.example.com");
});

test("the operator uses the same defaults, and a separate path for each name", () => {
  const server: McpServer = {
    apiVersion: "mcp.agent-hellboy.io/v1alpha1",
    kind: "MCPServer",
    metadata: { name: "app", namespace: "team" },
    spec: { image: "team/app", replicas: 0 },
  };
  assert.deepEqual(completeSpec(server), {
    image: "team/app",
    imageTag: "latest",
    port: 8088,
    servicePort: 80,
    replicas: 0,
    ingressPath: "/app/mcp",
    ingressClass: "traefik",
    allowAnyHost: false,
    useProvisionedRegistry: false,
  });
});
