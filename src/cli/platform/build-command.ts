/** `mcp-runtime server build`: builds the image of a server, and writes its name to the metadata. */

import { readFile, writeFile } from "node:fs/promises";
import type { Command } from "commander";
import { GatewayError } from "../../base/errors.ts";
import type { DefinedServer } from "../../metadata/load-metadata.ts";
import type { BuiltImage } from "../../metadata/update-image.ts";
import { UsageError } from "../command-line.ts";
import { Context, untilInterrupted } from "./context.ts";

interface BuildFlags {
  readonly dockerfile: string;
  readonly context: string;
  readonly metadataFile?: string;
  readonly metadataDir: string;
  readonly registry?: string;
  readonly tag?: string;
  readonly platform?: string;
  readonly push?: boolean;
}

export function addBuildCommand(server: Command): void {
  server
    .command("build <name...>")
    .usage("[image] <name> [options]")
    .description("build the image of a server and write its name to the metadata")
    .option("--dockerfile <file>", "Dockerfile, relative to the context", "Dockerfile")
    .option("--context <folder>", "build context", ".")
    .option("--metadata-file <file>", "metadata file with the server")
    .option("--metadata-dir <folder>", "directory of metadata files", ".mcp")
    .option("--registry <registry>", "registry to use instead of the platform's")
    .option("--tag <tag>", "tag (default: the short hash of the commit, else latest)")
    .option("--platform <platform>", "platform of the image, such as linux/amd64")
    .option("--push", "also push the image")
    .action(async (args: string[], flags: BuildFlags, command: Command) => {
      const [name, ...more] = args[0] === "image" && args.length > 1 ? args.slice(1) : args;
      if (name === undefined || more.length > 0) throw new UsageError("give the name of exactly one server");
      return build(name, flags, Context.of(command));
    });
}

async function build(name: string, flags: BuildFlags, context: Context): Promise<void> {
  const { buildImage, gitShortHash } = await import("../../platform/images/build-image.ts");
  const { openContainerEngine, pushImage } = await import("../../platform/images/push-image.ts");
  const { provisionedRegistry, registryInEnv } = await import(
    "../../platform/image-registry/registry-settings.ts"
  );
  const { pushTarget } = await import("../../platform/images/push-target.ts");
  const { splitTag } = await import("../../metadata/image-reference.ts");
  const { internalRegistry } = await import("../../platform/identity.ts");
  const { server, file } = await definedServer(name, flags);
  const tag = flags.tag ?? (await gitShortHash(flags.context)) ?? "latest";
  const provisioned = provisionedRegistry(registryInEnv(process.env), await savedInCluster(context, flags));
  const image = splitTag(server.image ?? name).image;
  const target = pushTarget({ image: `${image}:${tag}`, registry: flags.registry }, provisioned);
  const id = await context.withProgress(async (progress) => {
    const { docker } = await openContainerEngine();
    const { dockerfile, context: folder, platform } = flags;
    const options = { context: folder, dockerfile, image: target.reference, platform };
    await buildImage(docker, options, (line) => progress.update(line));
    if (!flags.push) return undefined;
    const mode = target.registry === internalRegistry ? ("in-cluster" as const) : ("direct" as const);
    const push = { image: target.reference, target, mode, provisioned };
    await pushImage(push, () => context.cluster(), progress, untilInterrupted());
    progress.line(`Pushed ${target.reference}${mode === "in-cluster" ? " via in-cluster helper" : ""}`);
    return (await docker.getImage(target.reference).inspect()).Id;
  });
  await writeImage(file, name, { image: splitTag(target.reference).image, tag, id });
  const { reference } = target;
  context.output.done([`Built ${reference}`, `Updated ${file}`], { image: reference, id, metadata: file });
}

async function definedServer(name: string, flags: BuildFlags): Promise<DefinedServer> {
  const { loadMetadataFile, loadMetadataFolder } = await import("../../metadata/load-metadata.ts");
  const { metadataFile, metadataDir } = flags;
  const servers =
    metadataFile === undefined ? await loadMetadataFolder(metadataDir) : await loadMetadataFile(metadataFile);
  const found = servers.find(({ server }) => server.name === name);
  if (found) return found;
  throw new GatewayError("invalid-metadata", `server '${name}' not found in metadata`);
}

/** The registry of the cluster. `undefined` without a cluster, because building does not require one. */
async function savedInCluster(context: Context, { registry, push }: BuildFlags) {
  if (registry !== undefined) return undefined;
  const { savedRegistry } = await import("../../platform/image-registry/saved-registry.ts");
  try {
    return (await savedRegistry(await context.cluster()))?.registry;
  } catch (error) {
    if (push) throw error;
    return undefined;
  }
}

async function writeImage(file: string, name: string, built: BuiltImage): Promise<void> {
  const { updateImage } = await import("../../metadata/update-image.ts");
  const before = await readFile(file, "utf8");
  const after = updateImage(before, name, built);
  if (after !== before) await writeFile(file, after);
}
