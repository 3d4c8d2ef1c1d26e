/**
 * The CustomResourceDefinition of `MCPServer`, generated from schemas/metadata.schema.json (platform.md, *Identity*).
 * Pure.
 */

import metadataSchema from "../../../schemas/metadata.schema.json" with { type: "json" };
import type { Manifest } from "../../kube/objects.ts";
import { kind, managedByLabel, plural, version } from "../identity.ts";

interface Schema {
  readonly [keyword: string]: unknown;
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly additionalProperties?: boolean | Schema;
}

/** In the form for the API server (OpenAPI v3, structural). */
type ClusterSchema = Readonly<Record<string, unknown>>;

const definitions: Readonly<Record<string, Schema>> = metadataSchema.definitions;

/** Fields of a server in the metadata that are not part of its spec. */
const besidesSpec: readonly string[] = ["name", "namespace", "route"];
/** Keywords of the schemas that the API server supports. */
const kept = ["description", "type", "default", "enum", "pattern", "minimum", "maximum", "required"] as const;

export function mcpServerDefinition(group: string): Manifest {
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.${group}`, labels: { ...managedByLabel } },
    spec: {
      group,
      scope: "Namespaced",
      names: { kind, listKind: `${kind}List`, plural, singular: "mcpserver" },
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          subresources: { status: {} },
          additionalPrinterColumns: [
            { name: "Phase", type: "string", jsonPath: ".status.phase" },
            { name: "Image", type: "string", jsonPath: ".spec.image" },
            { name: "Ready", type: "boolean", jsonPath: ".status.deploymentReady" },
            { name: "Age", type: "date", jsonPath: ".metadata.creationTimestamp" },
          ],
          schema: { openAPIV3Schema: objectSchema() },
        },
      ],
    },
  };
}

function objectSchema(): ClusterSchema {
  return {
    description: "An MCP server of the platform.",
    type: "object",
    required: ["spec"],
    properties: { spec: specSchema(), status: statusSchema() },
  };
}

function specSchema(): ClusterSchema {
  const { properties = {} } = definitions["PlatformServer"] ?? {};
  const fields = Object.entries(properties).filter(([name]) => !besidesSpec.includes(name));
  const ingressPath = {
    ...forCluster(properties["route"] ?? {}),
    description: "Path at which clients reach it.",
  };
  return {
    type: "object",
    required: ["image"],
    properties: {
      ...Object.fromEntries(fields.map(([name, schema]) => [name, forCluster(schema)])),
      ingressPath,
    },
  };
}

/** A schema in the form for the API server: without references and without keywords for editors. */
function forCluster(schema: Schema): ClusterSchema {
  const { $ref, type, properties, items, additionalProperties, ...rest } = schema;
  if ($ref !== undefined) return forCluster(definitions[$ref.replace("#/definitions/", "")] ?? {});
  const supported = Object.fromEntries(kept.flatMap((key) => (key in rest ? [[key, rest[key]]] : [])));
  // Fractional numbers must be quoted there, because the Kubernetes type is a whole number or a text.
  if (typeof type === "object") return withoutLimits({ ...supported, "x-kubernetes-int-or-string": true });
  return {
    ...supported,
    ...(type !== undefined && { type }),
    ...(properties && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, property]) => [name, forCluster(property)]),
      ),
    }),
    ...(items && { items: forCluster(items) }),
    ...(typeof additionalProperties === "object" && {
      additionalProperties: forCluster(additionalProperties),
    }),
  };
}

function withoutLimits({ minimum: _, ...schema }: ClusterSchema): ClusterSchema {
  return { ...schema, anyOf: [{ type: "integer" }, { type: "string" }] };
}

function statusSchema(): ClusterSchema {
  const text = { type: "string" };
  const flag = { type: "boolean" };
  return {
    type: "object",
    properties: {
      phase: { type: "string", enum: ["Pending", "PartiallyReady", "Ready", "Error"] },
      message: text,
      observedGeneration: { type: "integer", format: "int64" },
      deploymentReady: flag,
      serviceReady: flag,
      ingressReady: flag,
      conditions: {
        type: "array",
        "x-kubernetes-list-type": "map",
        "x-kubernetes-list-map-keys": ["type"],
        items: {
          type: "object",
          required: ["type", "status", "lastTransitionTime", "reason", "message"],
          properties: {
            type: text,
            status: { type: "string", enum: ["True", "False", "Unknown"] },
            reason: text,
            message: text,
            lastTransitionTime: { type: "string", format: "date-time" },
            observedGeneration: { type: "integer", format: "int64" },
          },
        },
      },
    },
  };
}
