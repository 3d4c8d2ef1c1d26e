/** `mcp-runtime registry`: the registry of the platform's images. */

import type { Command } from "commander";
import type { ProvisionedRegistry } from "../../platform/image-registry/registry-settings.ts";
import { UsageError } from "../command-line.ts";
import { Context, untilInterrupted } from "./context.ts";

export function addRegistryCommands(program: Command): void {
  const registry = program.command("registry").description("the registry of the platform's images");
  registry
    .command("status")
    .description("check the registry")
    .action(async (_: object, command: Command) => {
      process.exitCode = await status(Context.of(command));
    });
  registry
    .command("info")
    .description("show the addresses of the registry")
    .action(async (_: object, command: Command) => info(Context.of(command)));
  registry
    .command("provision")
    .description("use your own registry (its password is stored in a Secret of the cluster)")
    .option(
      "--url <registry>",
      "the registry, with http:// if it does not use TLS (env PROVISIONED_REGISTRY_URL)",
    )
    .option("--username <name>", "user name (env PROVISIONED_REGISTRY_USERNAME)")
    .option("--password-stdin", "read the password from stdin (env PROVISIONED_REGISTRY_PASSWORD)")
    .option("--operator-image <image>", "image of the operator in this registry")
    .action(async (flags: ProvisionFlags, command: Command) => provision(flags, Context.of(command)));
  registry
    .command("push")
    .description("push a local image")
    .requiredOption("--image <image>", "the image")
    .option("--mode <mode>", "in-cluster (by a helper Pod) or direct (from this machine)", "in-cluster")
    .option("--registry <registry>", "registry to use instead of the platform's")
    .option("--name <name>", "name of the image in the registry")
    .option(
      "--namespace <name>",
      "namespace of the helper Pod (the platform's own registry only accepts mcp-runtime)",
    )
    .option("--helper-image <image>", "image of the helper Pod (default: the operator's)")
    .action(async (flags: PushFlags, command: Command) => push(flags, Context.of(command)));
  registry
    .command("receive", { hidden: true })
    .description("receive an image from stdin, in a helper Pod")
    .action(async () => {
      const { receiveImage } = await import("../../platform/images/receive-image.ts");
      process.exitCode = await receiveImage(process.stdin, (line) =>
        process.stdout.write(`${JSON.stringify(line)}\n`),
      );
      // The stdin of an attached Pod never ends.
      process.stdin.destroy();
    });
}

interface ProvisionFlags {
  readonly url?: string;
  readonly username?: string;
  readonly passwordStdin?: boolean;
  readonly operatorImage?: string;
}

interface PushFlags {
  readonly image: string;
  readonly mode: string;
  readonly registry?: string;
  readonly name?: string;
  readonly namespace?: string;
  readonly helperImage?: string;
}

async function status(context: Context): Promise<number> {
  const { registryStatus } = await import("../../platform/install/platform-status.ts");
  const found = await registryStatus(await context.cluster());
  await context.output.show(
    ["COMPONENT", "STATE", "DETAIL"],
    [[found.component, found.state, found.detail]],
    found,
  );
  return found.state === "down" ? 1 : 0;
}

async function info(context: Context): Promise<void> {
  const { internalRegistry } = await import("../../platform/identity.ts");
  const { nodeRegistry } = await import("../../platform/install/registry-manifests.ts");
  const saved = await configuredRegistry(context);
  const rows = saved
    ? { kind: "provisioned", images: saved.url, username: saved.username ?? "" }
    : { kind: "internal", images: internalRegistry, nodes: nodeRegistry };
  await context.output.show(["FIELD", "VALUE"], Object.entries(rows), rows);
}

/** The registry of the environment, or else the one saved in the cluster. */
async function configuredRegistry(context: Context): Promise<ProvisionedRegistry | undefined> {
  const { provisionedRegistry, registryInEnv } = await import(
    "../../platform/image-registry/registry-settings.ts"
  );
  const { savedRegistry } = await import("../../platform/image-registry/saved-registry.ts");
  const saved = await savedRegistry(await context.cluster());
  return provisionedRegistry(registryInEnv(process.env), saved?.registry);
}

async function provision(flags: ProvisionFlags, context: Context): Promise<void> {
  const { requiredRegistry, registryInEnv } = await import(
    "../../platform/image-registry/registry-settings.ts"
  );
  const { provisionRegistry } = await import("../../platform/image-registry/provision-registry.ts");
  const password = flags.passwordStdin ? await textOfStdin() : undefined;
  const { url, username, operatorImage } = flags;
  const options = {
    ...(url !== undefined && { url }),
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(operatorImage !== undefined && { operatorImage }),
  };
  const env = registryInEnv(process.env);
  // Without flags or environment variables there is nothing to save.
  if (Object.keys({ ...options, ...env }).length === 0) requiredRegistry();
  const registry = await provisionRegistry(await context.cluster(), options, env);
  context.output.done([`External registry configured: ${registry.url}`], {
    url: registry.url,
    username: registry.username,
  });
}

async function textOfStdin(): Promise<string> {
  if (process.stdin.isTTY) process.stderr.write("password: ");
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) {
    chunks.push(chunk as Buffer);
    if (process.stdin.isTTY && (chunk as Buffer).includes(10)) break;
  }
  const text = Buffer.concat(chunks)
    .toString("utf8")
    .replace(/\r?\n$/, "");
  if (text === "") throw new UsageError("--password-stdin: stdin is empty");
  return text;
}

async function push(flags: PushFlags, context: Context): Promise<void> {
  const { pushMode, pushTarget } = await import("../../platform/images/push-target.ts");
  const { pushImage } = await import("../../platform/images/push-image.ts");
  const mode = pushMode(flags.mode);
  const { provisionedRegistry, registryInEnv } = await import(
    "../../platform/image-registry/registry-settings.ts"
  );
  // A direct push to a given registry does not require a cluster.
  const provisioned =
    mode === "direct" && flags.registry !== undefined
      ? provisionedRegistry(registryInEnv(process.env))
      : await configuredRegistry(context);
  const { image, name, registry, namespace, helperImage } = flags;
  const target = pushTarget({ image, name, registry }, provisioned);
  const request = {
    image,
    target,
    mode,
    provisioned,
    namespace,
    helperImage,
  };
  await context.withProgress((progress) =>
    pushImage(request, () => context.cluster(), progress, untilInterrupted()),
  );
  const { reference } = target;
  const how = mode === "in-cluster" ? " via in-cluster helper" : "";
  context.output.done([`Pushed ${reference}${how}`], { image: reference, mode });
}
