/** `mcp-runtime setup`, `status` and `operator`: the whole platform. */

import { type Command, Option } from "commander";
import { messageOf } from "../../base/errors.ts";
import type { Cluster } from "../../kube/cluster.ts";
import type { ProvisionedRegistry } from "../../platform/image-registry/registry-settings.ts";
import { Context } from "./context.ts";
import type { Progress } from "./output.ts";
import { sharedFlags } from "./shared-flags.ts";

export function addSetupCommands(program: Command): void {
  program
    .command("setup")
    .description("set up the platform in a cluster (can be repeated)")
    .option("--registry-type <type>", "type of the platform's own registry", "docker")
    .option("--registry-storage <size>", "size of its volume (default: 20Gi)")
    .option("--registry-image <image>", "its image, if Docker Hub cannot be reached")
    .addOption(new Option("--ingress <controller>", "traefik or none").default("traefik"))
    .option("--ingress-manifest <file>", "manifests of another ingress controller")
    .option("--force-ingress-install", "install even if the cluster has a controller")
    .option("--operator-image <image>", "image of the operator (default: OPERATOR_IMG)")
    .option("--dry-run", "print the manifests without changing the cluster")
    .action(async (flags: SetupFlags, command: Command) => setup(flags, Context.of(command)));
  program
    .command("status")
    .description("show the status of the platform (exit code 1 when a part is down)")
    .action(async (_: object, command: Command) => {
      process.exitCode = await status(Context.of(command));
    });
  program
    .command("operator")
    .description("run the operator (setup runs it in the cluster)")
    .option("--namespace <name>", "namespace of its lease")
    .option("--metrics-addr <address>", "address for metrics", ":8080")
    .option("--probe-addr <address>", "address for health probes", ":8081")
    .option("--no-leader-elect", "run without leader election")
    .action(async (flags: object, command: Command) => {
      const { operatorCommand } = await import("../operator-command.ts");
      await operatorCommand({ ...sharedFlags(command), ...flags });
      // A signal ends the process.
      await new Promise(() => undefined);
    });
}

interface SetupFlags {
  readonly registryType: string;
  readonly registryStorage?: string;
  readonly registryImage?: string;
  readonly ingress: string;
  readonly ingressManifest?: string;
  readonly forceIngressInstall?: boolean;
  readonly operatorImage?: string;
  readonly dryRun?: boolean;
}

async function setup(flags: SetupFlags, context: Context): Promise<void> {
  const { checkOptions, plannedOperator, setupSteps } = await import("../../platform/install/setup-plan.ts");
  const { findPlatform, setUp } = await import("../../platform/install/setup.ts");
  const { defaultHostVariable, ingressAnnotationsVariable, pullSecretVariable } = await import(
    "../../platform/operator/settings.ts"
  );
  const { newRegistryLogins } = await import("../../platform/image-registry/registry-logins.ts");
  const { env } = process;
  const options = {
    group: context.group,
    registryType: flags.registryType,
    registryStorage: flags.registryStorage,
    registryImage: flags.registryImage,
    ingress: flags.ingress,
    ingressObjects: await ingressObjects(flags.ingressManifest),
    forceIngress: flags.forceIngressInstall ?? false,
    operatorImage: flags.operatorImage ?? (env["OPERATOR_IMG"] || undefined),
    defaultHost: env[defaultHostVariable],
    pullSecretName: env[pullSecretVariable] || undefined,
    ingressAnnotations: env[ingressAnnotationsVariable],
  };
  checkOptions(options);
  const cluster = await context.cluster();
  await context.withProgress(async (progress) => {
    const registry = await registryFromEnv(cluster, flags.dryRun ?? false);
    const found = await findPlatform(cluster, context.group, registry);
    if (flags.dryRun) {
      const manifests = setupSteps(options, found).flatMap((step) => step.manifests);
      // Logins must not reach a terminal or a file.
      return printManifests(
        context,
        manifests.filter(({ kind }) => kind !== "Secret"),
      );
    }
    const registryLogins = found.registryLogins ?? newRegistryLogins();
    const isPushed = found.registry && plannedOperator(options, found).isOurs;
    const operatorDigest = isPushed ? await pushOperator(found.registry, cluster, progress) : undefined;
    return setUp(cluster, setupSteps(options, { ...found, registryLogins, operatorDigest }), progress);
  });
  if (flags.dryRun) return;
  process.exitCode = await status(context);
}

/** The registry from the environment variables. It is saved in the cluster, as `registry provision` does. */
async function registryFromEnv(
  cluster: Cluster,
  isDryRun: boolean,
): Promise<ProvisionedRegistry | undefined> {
  const { provisionedRegistry, registryInEnv } = await import(
    "../../platform/image-registry/registry-settings.ts"
  );
  const registry = provisionedRegistry(registryInEnv(process.env));
  if (registry === undefined) return undefined;
  const { savedRegistry } = await import("../../platform/image-registry/saved-registry.ts");
  if (isDryRun) return provisionedRegistry(registry, (await savedRegistry(cluster))?.registry);
  const { provisionRegistry } = await import("../../platform/image-registry/provision-registry.ts");
  return provisionRegistry(cluster, registry);
}

/**
 * Pushes the operator's image to the registry of the nodes, if it exists locally. Otherwise it must be there already.
 * Resolves with its digest, if it was pushed.
 */
async function pushOperator(
  registry: ProvisionedRegistry,
  cluster: Cluster,
  progress: Progress,
): Promise<string | undefined> {
  const { pushImage } = await import("../../platform/images/push-image.ts");
  const { pushTarget } = await import("../../platform/images/push-target.ts");
  const { defaultOperatorImage: image } = await import("../../platform/identity.ts");
  const target = pushTarget({ image }, registry);
  try {
    const push = { image, target, mode: "direct" as const, provisioned: registry };
    const digest = await pushImage(push, async () => cluster, progress, new AbortController().signal);
    progress.line(`Pushed ${target.reference}${digest === undefined ? "" : ` (${digest})`}`);
    return digest;
  } catch (error) {
    progress.line(
      `did not push the operator's image, so it must already be in the registry: ${messageOf(error)}`,
    );
    return undefined;
  }
}

async function printManifests({ output }: Context, manifests: readonly object[]): Promise<void> {
  if (output.format === "json") return output.value(manifests);
  const { manifestsText } = await import("../../platform/pipeline/server-manifest.ts");
  process.stdout.write(manifestsText(manifests));
}

async function ingressObjects(file: string | undefined) {
  if (file === undefined) return undefined;
  const { readManifests } = await import("../../platform/pipeline/read-manifests.ts");
  return (await readManifests(file)).map((object) => ({ ...object }));
}

async function status(context: Context): Promise<number> {
  const { platformStatus } = await import("../../platform/install/platform-status.ts");
  const found = await platformStatus(await context.cluster(), context.group);
  const rows = found.map(({ component, state, detail }) => [component, state, detail]);
  await context.output.show(["COMPONENT", "STATE", "DETAIL"], rows, found);
  return found.some(({ state }) => state === "down") ? 1 : 0;
}
