/** `mcp-runtime catalog`: prints the servers of the cluster as a catalog for the gateway. */

import type { Command } from "commander";
import { Context } from "./context.ts";

interface CatalogFlags {
  readonly namespace?: string;
  readonly ingress?: boolean;
}

export function addCatalogCommand(program: Command): void {
  program
    .command("catalog")
    .description("print the servers of the cluster as catalog entries")
    .option("--namespace <name>", "only servers of this namespace")
    .option("--ingress", "use the public host of servers that have one")
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
