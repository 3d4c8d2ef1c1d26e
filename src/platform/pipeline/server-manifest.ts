/** The `MCPServer` for a server of the metadata, and its text (platform.md, *metadata.yaml*, *CLI*). Pure. */

import { stringify } from "yaml";
import type { PlatformServer } from "../../metadata/generated/metadata-types.ts";
import { serverDefaults } from "../../metadata/generated/server-defaults.ts";
import { splitTag } from "../../metadata/image-reference.ts";
import { apiVersion, kind } from "../identity.ts";
import { defaultPath, type McpServer, type McpServerSpec, withSlash } from "../resource/mcp-server.ts";

export interface ManifestOptions {
  readonly group: string;
  /** Registry of images without one in the metadata. */
  readonly registry: string;
}

/** With the fields of the contract's sample: the most important defaults, and the values of the metadata. */
export function manifestOf(server: PlatformServer, { group, registry }: ManifestOptions): McpServer {
  const { name, namespace = serverDefaults.namespace, route, image, imageTag, resources, ...rest } = server;
  const { port, replicas, servicePort } = serverDefaults;
  const named = splitTag(image ?? `${registry}/${name}`);
  const spec: McpServerSpec = {
    port,
    replicas,
    servicePort,
    ...rest,
    image: named.image,
    imageTag: named.tag ?? imageTag ?? serverDefaults.imageTag,
    ingressPath: withSlash(route ?? defaultPath(name)),
    ...(resources && { resources: withTexts(resources) }),
  };
  return { apiVersion: apiVersion(group), kind, metadata: { name, namespace }, spec: sorted(spec) };
}

/** A manifest as a file: one YAML document. */
export function manifestText(manifest: McpServer): string {
  return stringify(manifest, { lineWidth: 0 });
}

/** Objects as one text of several YAML documents. */
export function manifestsText(manifests: readonly object[]): string {
  return manifests
    .map((manifest) => stringify(manifest, { lineWidth: 0, aliasDuplicateObjects: false }))
    .join("---\n");
}

type Resources = NonNullable<PlatformServer["resources"]>;

/** The cluster accepts a fractional quantity only as a text. */
function withTexts(resources: Resources): Resources {
  const sides = Object.entries(resources).map(([side, quantities]) => [
    side,
    Object.fromEntries(Object.entries(quantities ?? {}).map(([name, quantity]) => [name, String(quantity)])),
  ]);
  return Object.fromEntries(sides) as Resources;
}

function sorted(spec: McpServerSpec): McpServerSpec {
  const fields = Object.entries(spec).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(fields) as unknown as McpServerSpec;
}
