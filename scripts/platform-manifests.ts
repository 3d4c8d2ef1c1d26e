/** Writes the manifests of the platform into deploy/platform, for those who install without `mcp-runtime setup`. */

import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { defaultGroup } from "../src/platform/identity.ts";
import { setupSteps } from "../src/platform/install/setup-plan.ts";
import { manifestsText } from "../src/platform/pipeline/server-manifest.ts";

const folder = new URL("../deploy/platform/", import.meta.url);
const banner = "# What `mcp-runtime setup` gives to a cluster, written by `npm run generate`. Do not edit.\n";

/** The files by name, as text. Pure. */
export function platformManifests(): Record<string, string> {
  const options = {
    registryType: "docker",
    registryStorage: "20Gi",
    ingress: "traefik",
    forceIngress: false,
  };
  const steps = setupSteps({ group: defaultGroup, ...options }, { ingressClasses: [] });
  const names = ["cluster.yaml", "ingress.yaml", "registry.yaml", "operator.yaml"];
  return Object.fromEntries(
    names.map((name, at) => [name, banner + manifestsText(steps[at]?.manifests ?? [])]),
  );
}

async function main(): Promise<void> {
  for (const [name, text] of Object.entries(platformManifests()))
    await writeFile(new URL(name, folder), text);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
