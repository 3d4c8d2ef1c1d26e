/** `mcp-runtime server`: the servers of the cluster and their images. */

import type { Command } from "commander";
import { GatewayError } from "../../base/errors.ts";
import { serverDefaults } from "../../metadata/generated/server-defaults.ts";
import { withTag } from "../../metadata/image-reference.ts";
import { completeSpec, type McpServer } from "../../platform/resource/mcp-server.ts";
import { UsageError } from "../command-line.ts";
import { printError } from "../terminal.ts";
import { addBuildCommand } from "./build-command.ts";
import { Context, untilInterrupted, wholeNumber } from "./context.ts";
import { ageOf } from "./output.ts";

const namespaceFlag = ["--namespace <name>", "namespace of the server", serverDefaults.namespace] as const;

export function addServerCommands(program: Command): void {
  const server = program.command("server").description("manage the servers of the cluster");
  server
    .command("list")
    .description("list all servers")
    .option("--namespace <name>", "only servers of this namespace")
    .action(async (flags: { namespace?: string }, command: Command) =>
      list(flags.namespace, Context.of(command)),
    );
  server
    .command("get <name>")
    .description("show a server with all fields")
    .option(...namespaceFlag)
    .action(async (name: string, flags: Namespaced, command: Command) =>
      get(name, flags, Context.of(command)),
    );
  server
    .command("status [name]")
    .description("show the Pods of a server or of all servers")
    .option(
      "--namespace <name>",
      `namespace of the server (default: ${serverDefaults.namespace}; without a name: all namespaces)`,
    )
    .action(async (name: string | undefined, flags: Partial<Namespaced>, command: Command) =>
      status(name, flags.namespace, Context.of(command)),
    );
  server
    .command("create [name]")
    .description("create a server from an image or a manifest")
    .option("--image <image>", "image of the server")
    .option("--tag <tag>", "tag, if the image does not have one (default: latest)")
    .option("--file <file>", "manifest file instead of name and image")
    .option(
      "--namespace <name>",
      `namespace of the server (default: that of the manifest, else ${serverDefaults.namespace})`,
    )
    .action(async (name: string | undefined, flags: CreateFlags, command: Command) => {
      process.exitCode = await create(name, flags, Context.of(command));
    });
  server
    .command("delete <name>")
    .description("delete a server and everything it owns")
    .option(...namespaceFlag)
    .action(async (name: string, flags: Namespaced, command: Command) =>
      remove(name, flags, Context.of(command)),
    );
  server
    .command("logs <name>")
    .description("print the logs of all replicas")
    .option("-f, --follow", "follow the logs until interrupted")
    .option("--tail <lines>", "number of last lines of each replica", wholeNumber("--tail"))
    .option(...namespaceFlag)
    .action(async (name: string, flags: LogFlags, command: Command) =>
      logs(name, flags, Context.of(command)),
    );
  addBuildCommand(server);
}

interface Namespaced {
  readonly namespace: string;
}

interface CreateFlags {
  readonly namespace?: string;
  readonly image?: string;
  readonly tag?: string;
  readonly file?: string;
}

interface LogFlags extends Namespaced {
  readonly follow?: boolean;
  readonly tail?: number;
}

async function serversOf(context: Context) {
  const { PlatformServers } = await import("../../platform/servers/platform-servers.ts");
  const cluster = await context.cluster();
  return { cluster, servers: new PlatformServers(cluster, context.group) };
}

async function list(namespace: string | undefined, context: Context): Promise<void> {
  const { servers } = await serversOf(context);
  const all = await servers.list(namespace);
  const head = ["NAMESPACE", "NAME", "PHASE", "IMAGE", "PATH", "AGE", "MESSAGE"];
  await context.output.show(head, all.map(rowOf), all);
}

function rowOf(server: McpServer): string[] {
  const { metadata, spec, status } = server;
  const image = spec.imageTag === undefined ? spec.image : withTag(spec.image, spec.imageTag);
  const { namespace = "", name, creationTimestamp } = metadata;
  const phase = status?.phase ?? "Pending";
  return [
    namespace,
    name,
    phase,
    image,
    completeSpec(server).ingressPath,
    ageOf(creationTimestamp),
    status?.message ?? "",
  ];
}

async function get(name: string, { namespace }: Namespaced, context: Context): Promise<void> {
  const { readable } = await import("../../platform/servers/platform-servers.ts");
  const { servers } = await serversOf(context);
  context.output.value(readable(await servers.get(name, namespace)));
}

async function status(
  name: string | undefined,
  namespace: string | undefined,
  context: Context,
): Promise<void> {
  const { servers } = await serversOf(context);
  const wanted =
    name === undefined
      ? await servers.list(namespace)
      : [await servers.get(name, namespace ?? serverDefaults.namespace)];
  const placeOf = ({ metadata }: McpServer) => metadata.namespace ?? "";
  const pods = await Promise.all(wanted.map((server) => servers.pods(server.metadata.name, placeOf(server))));
  const rows = wanted.flatMap((server, at) => {
    const { phase = "Pending", message = "" } = server.status ?? {};
    const own = (pods[at] ?? []).map(({ metadata, status: pod }) => {
      const ready = pod?.containerStatuses?.every((container) => container.ready) ?? false;
      const restarts = pod?.containerStatuses?.reduce((sum, { restartCount }) => sum + restartCount, 0) ?? 0;
      return ["", `  ${metadata.name}`, pod?.phase ?? "", ready ? "yes" : "no", String(restarts), ""];
    });
    return [
      [
        placeOf(server),
        server.metadata.name,
        phase,
        server.status?.deploymentReady ? "yes" : "no",
        "",
        message,
      ],
      ...own,
    ];
  });
  const value = wanted.map((server, at) => ({ server, pods: pods[at] }));
  await context.output.show(["NAMESPACE", "NAME", "PHASE", "READY", "RESTARTS", "MESSAGE"], rows, value);
}

async function create(name: string | undefined, flags: CreateFlags, context: Context): Promise<number> {
  if (flags.file !== undefined) {
    if (name !== undefined || flags.image !== undefined || flags.tag !== undefined)
      throw new UsageError("--file already has name and image: remove the other arguments");
    return createFrom(flags.file, flags.namespace, context);
  }
  if (name === undefined || flags.image === undefined)
    throw new UsageError("give a name and --image, or --file");
  const { manifestOf } = await import("../../platform/pipeline/server-manifest.ts");
  const { applyObject } = await import("../../platform/pipeline/deploy-manifests.ts");
  const { withClusterErrors } = await import("../../platform/cluster-error-text.ts");
  const { image, tag, namespace = serverDefaults.namespace } = flags;
  const server = manifestOf(
    { name, namespace, image, ...(tag !== undefined && { imageTag: tag }) },
    { group: context.group, registry: "" },
  );
  const { cluster, servers } = await serversOf(context);
  // The new object would remove other settings of the server.
  if (await servers.find(name, namespace))
    throw new GatewayError(
      "cluster-failed",
      `server '${name}' exists in namespace '${namespace}': delete it first, or change its metadata and deploy it`,
    );
  const { change } = await withClusterErrors(cluster, applyObject(cluster, server));
  context.output.done([lineOf(name, change)], [{ namespace, name, change }]);
  return 0;
}

async function createFrom(file: string, namespace: string | undefined, context: Context): Promise<number> {
  const { deployManifests, outcomeOf } = await import("../../platform/pipeline/deploy-manifests.ts");
  const deployed = await deployManifests(await context.cluster(), [file], namespace);
  if (deployed.length === 0)
    throw new GatewayError("invalid-metadata", `${file}: the file does not contain a manifest`);
  for (const one of deployed)
    if (one.kind === "failed") printError(`mcp-runtime: ${one.file}: ${one.because}`);
  context.output.done(
    deployed.flatMap((one) => (one.kind === "applied" ? [lineOf(one.server.metadata.name, one.change)] : [])),
    deployed.map((one) => outcomeOf(one)),
  );
  return deployed.some(({ kind }) => kind === "failed") ? 1 : 0;
}

function lineOf(name: string, change: string): string {
  return `server '${name}' ${change}`;
}

async function remove(name: string, { namespace }: Namespaced, context: Context): Promise<void> {
  const { servers } = await serversOf(context);
  await servers.delete(name, namespace);
  const change = "deleted";
  context.output.done([lineOf(name, change)], [{ namespace, name, change }]);
}

async function logs(
  name: string,
  { namespace, follow = false, tail }: LogFlags,
  context: Context,
): Promise<void> {
  const { cluster, servers } = await serversOf(context);
  const { serverLogs } = await import("../../platform/servers/server-logs.ts");
  const line = (text: string) => context.output.print(text);
  const signal = untilInterrupted();
  await serverLogs({ cluster, servers, name, namespace, follow, tail, line, signal });
}
