/** `gateway-http`: serves the catalog over HTTP until a signal stops it (gateway.md, *Config*). */

import { readFlags, UsageError } from "./flags.ts";
import { run } from "./program.ts";

const usage = `Serve all MCP servers of a catalog at one address.

Usage: gateway-http [options]

  --config FILE        config.yaml (default: searched in ./, ~/.config/mcp-gateway/
                       and, except on Windows, /etc/mcp-gateway/)
  --catalog FILE       the catalog (default: catalog.yaml next to the config)
  --listen-addr ADDR   host:port or unix:/path.sock (default: 127.0.0.1:4444)
  --log-level LEVEL    trace, debug, info, warn or error (default: info)
  --validate           check config and catalog and print all problems, without starting
  --version            print the version
  --help               print this help
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
    if (value === "") throw new UsageError(`--${name} requires a value`);
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
