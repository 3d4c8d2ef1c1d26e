/** `gateway-stdio`: serves a catalog, or the servers of a running gateway, to a client over stdio. */

import { newProgram } from "./command-line.ts";
import { run } from "./program.ts";
import type { StdioFlags } from "./serve-stdio.ts";

await run("gateway-stdio", async () => {
  const flags = newProgram(
    "gateway-stdio",
    "Serve MCP servers on stdin and stdout, for clients that start their servers themselves.",
  )
    .valueOption("--server <id>", "serve one server, by its id in the catalog (default: all servers)")
    .valueOption("--catalog <file>", "run the servers of this catalog", ["gateway"])
    .valueOption("--config <file>", "the config to use (with --catalog, no other config is read)")
    .valueOption("--gateway <url>", "use the servers of the running gateway at this URL")
    .option("--direct", "the gateway listens at exactly this address, without a port forward")
    .valueOption(
      "--api-key-file <file>",
      "the gateway's API key (or environment variable MCP_GATEWAY_API_KEY); over http it is sent only to a listener that proves that it knows it",
    )
    .valueOption(
      "--log-level <level>",
      "trace, debug, info, warn or error (default: warn); the log goes to stderr",
    )
    .addHelpText(
      "after",
      `
Without --catalog and --gateway, the gateway at the configured address is used
if it answers, or else the configured catalog. The config is read from
~/.config/mcp-gateway/ and, except on Windows, /etc/mcp-gateway/.`,
    )
    .parse()
    .opts<StdioFlags>();
  const { serveStdio } = await import("./serve-stdio.ts");
  return serveStdio(flags);
});
