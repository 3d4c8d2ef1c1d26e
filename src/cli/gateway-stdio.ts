/** `gateway-stdio`: serves a catalog, or the servers of a running gateway, to a client over stdio. */

import { readFlags, UsageError } from "./flags.ts";
import { run } from "./program.ts";

const usage = `Serve MCP servers on stdin and stdout, for clients that start their servers themselves.

Usage: gateway-stdio [options]

  --server ID          serve one server, by its id in the catalog (default: all servers)
  --catalog FILE       run the servers of this catalog
  --config FILE        the config to use (with --catalog, no other config is searched)
  --gateway URL        use the servers of the running gateway at this URL
                       (without --catalog and --gateway: the gateway at the configured
                       address if it answers, else the configured catalog; the config is
                       searched in ~/.config/mcp-gateway/ and, except on Windows,
                       /etc/mcp-gateway/)
  --direct             the gateway listens at exactly this address, without a port forward
  --api-key-file FILE  the gateway's API key (or environment variable MCP_GATEWAY_API_KEY);
                       over http it is sent only to a listener that proves that it knows it
  --log-level LEVEL    trace, debug, info, warn or error (default: warn); the log goes to stderr
  --version            print the version
  --help               print this help
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
    if (value === "") throw new UsageError(`--${name} requires a value`);
  }
  if (catalog !== undefined && gateway !== undefined) {
    throw new UsageError("--catalog and --gateway exclude each other: use one of them");
  }
  const { serveStdio } = await import("./serve-stdio.ts");
  return serveStdio({ server, catalog, config, gateway, direct, apiKeyFile, logLevel });
});

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}
