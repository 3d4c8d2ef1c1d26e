/** `mcp-runtime catalog`: the servers of the cluster as a catalog for the gateway. */

import type { Command } from "commander";
import { Context } from "./context.ts";

interface CatalogFlags {
  readonly namespace?: string;
  readonly ingress?: boolean;
}

export function addCatalogCommand(program: Command): void {
  program
    .command("catalog")
    .description("print the servers of the cluster as entries of a catalog")
    .option("--namespace <name>", "of one namespace only")
    .option("--ingress", "reach servers by their public host, where they have one")
    .action(async (flags: CatalogFlags, command: Command) => catalog(flags, Context.of(command)));
}

async function catalog({ namespace, ingress }: CatalogFlags, context: Context): Promise<void> {
  const { PlatformServers } = await import("../../platform/servers/platform-servers.ts");
  const { catalogEntries } = await import("../../platform/catalog-entries.ts");
  const servers = await new PlatformServers(await context.cluster(), context.group).list(namespace);
  const { kubeconfig, context: named } = context.flags;
  const options = {
    ...(ingress && { byIngress: true }),
    ...(kubeconfig !== undefined && { kubeconfig }),
    ...(named !== undefined && { context: named }),
  };
  context.output.value({ servers: catalogEntries(servers, options) });
}
