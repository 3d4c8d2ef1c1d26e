/**
 * The program. Serves the language server over the transport from the command line: `--stdio`, `--node-ipc`, `--pipe`,
 * `--socket`. stdout is for the protocol.
 */

import { createConnection, ProposedFeatures } from "vscode-languageserver/node";
import { messageOf } from "../src/base/errors.ts";
import { checkNode } from "../src/base/node-version.ts";
import { startServer } from "./server.ts";

const usage = `Usage: language-server --stdio | --node-ipc | --pipe=NAME | --socket=PORT

The language server of Open MCP Gateway, for catalog.yaml, the gateway's config.yaml and .mcp/metadata.yaml.
`;

const channels = ["--stdio", "--node-ipc", "--pipe", "--socket"];

try {
  checkNode(process.versions.node);
} catch (error) {
  process.stderr.write(`language-server: ${messageOf(error)}\n`);
  process.exit(1);
}

if (process.argv.slice(2).some((argument) => channels.some((channel) => argument.startsWith(channel)))) {
  const connection = createConnection(ProposedFeatures.all);
  startServer(connection, {
    processEnv: process.env,
    platform: process.platform,
    cwd: process.cwd(),
    checkThread: new URL("./language-server-thread.js", import.meta.url),
  });
  connection.listen();
} else {
  const isHelp = process.argv.includes("--help");
  (isHelp ? process.stdout : process.stderr).write(usage);
  process.exitCode = isHelp ? 0 : 2;
}
