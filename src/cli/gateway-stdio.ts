/** `gateway-stdio`: the servers of a catalog, or of a running gateway, for an agent that speaks stdio. */

import { readFlags, UsageError } from "./flags.ts";
import { run } from "./program.ts";

const usage = `Serves MCP servers on stdin and stdout, for clients that start their servers themselves.

Usage: gateway-stdio [options]

  --server ID          one server, by its id in the catalog (default: all servers as one)
  --catalog FILE       run them from this catalog
  --config FILE        the config to go by (with --catalog: none but this one)
  --gateway URL        reach them through the gateway that runs at this address
                       (with neither: the gateway at the configured address if one answers,
                       else the configured catalog; the config is looked for in
                       ~/.config/mcp-gateway/ and, except on Windows, /etc/mcp-gateway/)
  --direct             the gateway listens at that very address, not behind a port forward
  --api-key-file FILE  the gateway's API key (or environment variable MCP_GATEWAY_API_KEY);
                       over http it is sent only to a listener that proves that it knows it
  --log-level LEVEL    trace, debug, info, warn or error (default: warn); the log goes to stderr
  --version            print the version
  --help               print this text
`;

await run("gateway-stdio", async () => {
  const flags = readFlags({
    server: { type: "string" },
    catalog: { type: "string" },
    config: { type: "string" },
    gateway: { type: "string" },
    direct: { type: "boolean" },
    "api-key-file": { type: "string" },
    "log-level": { type: "string" },
    version: { type: "boolean" },
    help: { type: "boolean" },
  });
  if (flags.help) return print(usage);
  if (flags.version) return print(`${(await import("../gateway/version.ts")).version}\n`);
  const {
    server,
    catalog,
    config,
    gateway,
    direct = false,
    "api-key-file": apiKeyFile,
    "log-level": logLevel = process.env["MCP_GATEWAY_LOG"] || "warn",
  } = flags;
  for (const [name, value] of Object.entries(flags)) {
    if (value === "") throw new UsageError(`--${name} needs a value`);
  }
  if (catalog !== undefined && gateway !== undefined) {
    throw new UsageError("--catalog and --gateway exclude each other");
  }
  const { serveStdio } = await import("./serve-stdio.ts");
  return serveStdio({ server, catalog, config, gateway, direct, apiKeyFile, logLevel });
});

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}
