/** `gateway-http`: serves the catalog over HTTP until a signal stops it (gateway.md, *Config*). */

import type { ConfigFlags } from "../config/config-values.ts";
import { newProgram } from "./command-line.ts";
import { run } from "./program.ts";

interface HttpFlags extends ConfigFlags {
  readonly validate?: boolean;
}

await run("gateway-http", async () => {
  const { validate: isCheck, ...flags } = newProgram(
    "gateway-http",
    "Serve all MCP servers of a catalog at one address.",
  )
    .valueOption(
      "--config <file>",
      "config.yaml (default: the first in ./, ~/.config/mcp-gateway/ and, except on Windows, /etc/mcp-gateway/)",
    )
    .valueOption("--catalog <file>", "the catalog (default: catalog.yaml next to the config)")
    .valueOption("--listen-addr <address>", "host:port or unix:/path.sock (default: 127.0.0.1:4444)")
    .valueOption("--log-level <level>", "trace, debug, info, warn or error (default: info)")
    .option("--validate", "check config and catalog and print all problems, without starting")
    .parse()
    .opts<HttpFlags>();
  if (isCheck) return (await import("./validate.ts")).validate(flags);
  return (await import("./serve-http.ts")).serveHttp(flags);
});
