/** `mcp-runtime cluster`: what the platform needs of a cluster, and a cluster to try it on. */

import type { Command } from "commander";
import { printError } from "../terminal.ts";
import { Context, wholeNumber } from "./context.ts";

export function addClusterCommands(program: Command): void {
  const cluster = program.command("cluster").description("what the platform needs of a cluster");
  cluster
    .command("init")
    .description("install the definition of MCPServer and the namespaces")
    .action(async (_: object, command: Command) => init(Context.of(command)));
  cluster
    .command("status")
    .description("whether the cluster answers and knows MCPServers")
    .action(async (_: object, command: Command) => {
      process.exitCode = await status(Context.of(command));
    });
  cluster
    .command("config")
    .description("install an ingress controller where the cluster has none")
    .option("--ingress <controller>", "traefik or none", "traefik")
    .option("--ingress-manifest <file>", "manifests of another ingress controller")
    .option("--force-ingress-install", "also where the cluster has a controller")
    .action(async (flags: IngressFlags, command: Command) => configure(flags, Context.of(command)));
  cluster
    .command("provision")
    .description("make a cluster to try the platform on")
    .option("--provider <name>", "kind; for gke, eks and aks the command to run is told", "kind")
    .option("--nodes <count>", "how many nodes", wholeNumber("--nodes"), 3)
    .option("--name <name>", "name of the cluster", "mcp-runtime")
    .option("--region <region>", "region, where the provider has any")
    .action(async (flags: ProvisionFlags) => {
      const { provisionCluster } = await import("../../platform/install/provision-cluster.ts");
      await provisionCluster(flags, printError);
    });
}

interface IngressFlags {
  readonly ingress: string;
  readonly ingressManifest?: string;
  readonly forceIngressInstall?: boolean;
}

interface ProvisionFlags {
  readonly provider: string;
  readonly nodes: number;
  readonly name: string;
  readonly region?: string;
}

async function init(context: Context): Promise<void> {
  const { baseManifests } = await import("../../platform/install/base-manifests.ts");
  const { applyAll, stricterSecurity } = await import("../../platform/install/setup.ts");
  const cluster = await context.cluster();
  const manifests = baseManifests(context.group, await stricterSecurity(cluster));
  await context.withProgress((progress) => applyAll(cluster, manifests, progress));
  context.output.done(["cluster initialized"], { cluster: cluster.server, initialized: true });
}

async function status(context: Context): Promise<number> {
  const { clusterStatus } = await import("../../platform/install/platform-status.ts");
  const found = await clusterStatus(await context.cluster(), context.group);
  await context.output.show(
    ["COMPONENT", "STATE", "DETAIL"],
    [[found.component, found.state, found.detail]],
    found,
  );
  return found.state === "down" ? 1 : 0;
}

async function configure(flags: IngressFlags, context: Context): Promise<void> {
  const { checkIngress, ingressStep } = await import("../../platform/install/setup-plan.ts");
  const { ingressClasses, setUp } = await import("../../platform/install/setup.ts");
  const { readManifests } = await import("../../platform/pipeline/read-manifests.ts");
  const { ingress, ingressManifest: file, forceIngressInstall: forceIngress = false } = flags;
  checkIngress(ingress);
  const ingressObjects =
    file === undefined ? undefined : (await readManifests(file)).map((object) => ({ ...object }));
  const cluster = await context.cluster();
  const step = ingressStep(
    { ingress, ingressObjects, forceIngress },
    { ingressClasses: await ingressClasses(cluster) },
  );
  await context.withProgress((progress) => setUp(cluster, [{ ...step, title: "Ingress" }], progress));
}
