/** `mcp-runtime cluster`: prepares a cluster for the platform, or creates a cluster for tests. */

import type { Command } from "commander";
import { printError } from "../terminal.ts";
import { Context, wholeNumber } from "./context.ts";

export function addClusterCommands(program: Command): void {
  const cluster = program.command("cluster").description("prepare a cluster for the platform");
  cluster
    .command("init")
    .description("install the MCPServer resource definition and the namespaces")
    .action(async (_: object, command: Command) => init(Context.of(command)));
  cluster
    .command("status")
    .description("check that the cluster answers and has the MCPServer resource")
    .action(async (_: object, command: Command) => {
      process.exitCode = await status(Context.of(command));
    });
  cluster
    .command("config")
    .description("install an ingress controller if the cluster does not have one")
    .option("--ingress <controller>", "traefik or none", "traefik")
    .option("--ingress-manifest <file>", "manifests of another ingress controller")
    .option("--force-ingress-install", "install even if the cluster has a controller")
    .action(async (flags: IngressFlags, command: Command) => configure(flags, Context.of(command)));
  cluster
    .command("provision")
    .description("create a cluster to try the platform")
    .option("--provider <name>", "kind (for gke, eks and aks the command to run is printed)", "kind")
    .option("--nodes <count>", "number of nodes", wholeNumber("--nodes"), 3)
    .option("--name <name>", "name of the cluster", "mcp-runtime")
    .option("--region <region>", "region, for providers with regions")
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
