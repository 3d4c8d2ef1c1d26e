/** `mcp-runtime pipeline`: generates manifests from metadata, and deploys them. */

import type { Command } from "commander";
import { apiGroup } from "../../platform/identity.ts";
import { printError } from "../terminal.ts";
import { Context, wholeNumber } from "./context.ts";

export function addPipelineCommands(program: Command): void {
  const pipeline = program
    .command("pipeline")
    .description("generate manifests from metadata and deploy them");
  pipeline
    .command("generate")
    .description("write a manifest for each server of the metadata")
    .option("--file <file>", "one metadata file instead of a directory")
    .option("--dir <folder>", "directory of metadata files", ".mcp")
    .option("--output <folder>", "directory for the manifests", "manifests")
    .action(async (flags: GenerateFlags, command: Command) => generate(flags, Context.of(command)));
  pipeline
    .command("deploy")
    .description("deploy the manifests of a directory to the cluster")
    .option("--dir <folder>", "directory of manifests", "manifests")
    .option("--namespace <name>", "deploy all of them to this namespace")
    .option("--wait", "wait until every server is ready")
    .option("--timeout <seconds>", "longest time to wait", wholeNumber("--timeout"), 300)
    .action(async (flags: DeployFlags, command: Command) => {
      process.exitCode = await deploy(flags, Context.of(command));
    });
}

interface GenerateFlags {
  readonly file?: string;
  readonly dir: string;
  readonly output: string;
}

async function generate(flags: GenerateFlags, { output }: Context): Promise<void> {
  const { loadMetadataFile, loadMetadataFolder } = await import("../../metadata/load-metadata.ts");
  const { generateManifests } = await import("../../platform/pipeline/generate-manifests.ts");
  const { defaultRegistry } = await import("../../platform/image-registry/registry-settings.ts");
  const servers =
    flags.file === undefined ? await loadMetadataFolder(flags.dir) : await loadMetadataFile(flags.file);
  const { env } = process;
  const options = { group: apiGroup(env), registry: defaultRegistry(env) };
  const { files, stale } = await generateManifests(servers, flags.output, options);
  output.done(
    files.map((file) => `Generated: ${file}`),
    { files, stale },
  );
  for (const file of stale)
    printError(`warning: ${file} does not belong to a server in the metadata: delete it if it is not needed`);
}

interface DeployFlags {
  readonly dir: string;
  readonly namespace?: string;
  readonly wait?: boolean;
  readonly timeout: number;
}

async function deploy(flags: DeployFlags, context: Context): Promise<number> {
  const { manifestFiles } = await import("../../platform/pipeline/read-manifests.ts");
  const { deployManifests, outcomeOf } = await import("../../platform/pipeline/deploy-manifests.ts");
  const files = await manifestFiles(flags.dir);
  const cluster = await context.cluster();
  const deployed = await deployManifests(cluster, files, flags.namespace);
  const isTable = context.output.format === "table";
  for (const one of deployed) {
    if (one.kind === "failed") printError(`${one.file}: ${one.because}`);
    else if (isTable) context.output.print(`${nameOf(one.server.metadata)} ${one.change}`);
  }
  const failed = deployed.filter(({ kind }) => kind === "failed").length;
  if (failed > 0) printError(`mcp-runtime: ${failed} of ${deployed.length} manifests could not be deployed`);
  const { output } = context;
  if (!flags.wait) {
    if (!isTable) output.value(deployed.map((one) => outcomeOf(one)));
    return failed > 0 ? 1 : 0;
  }
  const { waitUntilReady } = await import("../../platform/servers/wait-until-ready.ts");
  const { PlatformServers } = await import("../../platform/servers/platform-servers.ts");
  const servers = deployed.flatMap((one) => (one.kind === "applied" ? [one.server] : []));
  await context.withProgress((progress) =>
    waitUntilReady(new PlatformServers(cluster, context.group), servers, progress, {
      timeoutMs: 1000 * flags.timeout,
    }),
  );
  const lines = servers.map(({ metadata }) => `${nameOf(metadata)} ready`);
  output.done(
    lines,
    deployed.map((one) => ({ ...outcomeOf(one), ...(one.kind === "applied" && { ready: true }) })),
  );
  return failed > 0 ? 1 : 0;
}

function nameOf({ namespace, name }: { readonly namespace?: string; readonly name: string }): string {
  return `${namespace}/${name}`;
}
