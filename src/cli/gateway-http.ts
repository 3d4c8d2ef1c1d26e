/** `gateway-http`: serves the catalog over HTTP until it is told to stop (gateway.md, *Config*). */

import { readFlags, UsageError } from "./flags.ts";
import { run } from "./program.ts";

const usage = `Serves all MCP servers of a catalog at one address.

Usage: gateway-http [options]

  --config FILE        config.yaml (searched: ./, ~/.config/mcp-gateway/, /etc/mcp-gateway/;
                       on Windows not the last one)
  --catalog FILE       the catalog (default: catalog.yaml beside the config)
  --listen-addr ADDR   host:port or unix:/path.sock (default: 127.0.0.1:4444)
  --log-level LEVEL    trace, debug, info, warn or error (default: info)
  --validate           check config and catalog, print every problem, start nothing
  --version            print the version
  --help               print this text
`;

await run("gateway-http", async () => {
  const flags = readFlags({
    config: { type: "string" },
    catalog: { type: "string" },
    "listen-addr": { type: "string" },
    "log-level": { type: "string" },
    validate: { type: "boolean" },
    version: { type: "boolean" },
    help: { type: "boolean" },
  });
  if (flags.help) return print(usage);
  if (flags.version) return print(`${(await import("../gateway/version.ts")).version}\n`);
  for (const [name, value] of Object.entries(flags)) {
    if (value === "") throw new UsageError(`--${name} needs a value`);
  }
  const { config, catalog, "listen-addr": listenAddr, "log-level": logLevel } = flags;
  const configFlags = {
    ...(config !== undefined && { config }),
    ...(catalog !== undefined && { catalog }),
    ...(listenAddr !== undefined && { listenAddr }),
    ...(logLevel !== undefined && { logLevel }),
  };
  if (flags.validate) return (await import("./validate.ts")).validate(configFlags);
  return (await import("./serve-http.ts")).serveHttp(configFlags);
});

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}
