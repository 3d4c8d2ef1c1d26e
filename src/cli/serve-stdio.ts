/** Opens a gateway, or connects to a running one, and serves one or all of its servers on stdin and stdout. */

import { readFile } from "node:fs/promises";
import { GatewayError, messageOf } from "../base/errors.ts";
import { Log } from "../base/log.ts";
import { Scope } from "../base/scope.ts";
import type { Config } from "../config/config-values.ts";
import { formatListenAddress } from "../config/listen-address.ts";
import { loadConfig } from "../config/load-config.ts";
import { refuseAll, StdioFrontEnd } from "../frontend/stdio/stdio-front-end.ts";
import { Gateway } from "../gateway/gateway.ts";
import { UsageError } from "./command-line.ts";
import { keepLoaded } from "./keep-loaded.ts";
import { openCatalog } from "./open-catalog.ts";
import { closeOnSignal, toStderr } from "./program.ts";
import { answersAt, type RunningGateway, relayTo } from "./running-gateway.ts";
import { printError } from "./terminal.ts";

export interface StdioFlags {
  /** Absent: all servers. */
  readonly server?: string;
  readonly catalog?: string;
  readonly config?: string;
  readonly gateway?: string;
  /** Whether the gateway listens at exactly this address, without a port forward. */
  readonly direct?: boolean;
  readonly apiKeyFile?: string;
  /** Absent: the environment variable `MCP_GATEWAY_LOG`, or `warn`. */
  readonly logLevel?: string;
}

/** Less than the 3 s after which common clients give up (protocol.md, *What clients do*). */
const initializeGraceMs = 1_000;

/** Resolves with the exit code once the client has disconnected and all requests are answered. */
export async function serveStdio(flags: StdioFlags): Promise<number> {
  const scope = new Scope();
  const opened = await open(flags);
  if (opened.kind === "invalid") {
    for (const line of opened.lines) printError(line);
    return 1;
  }
  const { gateway, log } = opened;
  scope.add(() => gateway.close());
  closeOnSignal(log, () => scope.close());
  const target = opened.target === "all" ? "all" : gateway.server(opened.target.id);
  if (!target) {
    const error = new GatewayError("server-not-found", `Server '${flags.server}' not found in catalog`);
    await refuseAll(process.stdin, process.stdout, error);
    await scope.close();
    return 1;
  }
  const { stdin: input, stdout: output } = process;
  const frontEnd = new StdioFrontEnd(gateway, target, { input, output, initializeGraceMs });
  scope.add(() => frontEnd.close());
  scope.add(keepLoaded(gateway));
  await frontEnd.serve();
  await scope.close();
  return 0;
}

type Opened =
  | {
      readonly kind: "open";
      readonly gateway: Gateway;
      readonly log: Log;
      readonly target: "all" | { id: string };
    }
  | { readonly kind: "invalid"; readonly lines: readonly string[] };

async function open(flags: StdioFlags): Promise<Opened> {
  const { catalog, config: file, logLevel = process.env["MCP_GATEWAY_LOG"] || "warn" } = flags;
  const isNamed = catalog !== undefined || flags.gateway !== undefined;
  const loaded = await loadConfig({
    // A client starts the program in the folder that is open in an editor. A config there is not trusted.
    search: isNamed ? "nowhere" : "user",
    flags: {
      logLevel,
      ...(catalog !== undefined && { catalog }),
      ...(file !== undefined && { config: file }),
    },
  });
  if (loaded.kind === "invalid") return loaded;
  const { config } = loaded;
  const log = new Log(config.logLevel, toStderr);
  const running = await runningGateway(flags, config);
  if (running) {
    const relay = relayTo(running, flags.server, log);
    return { kind: "open", log, gateway: relay.gateway, target: { id: relay.id } };
  }
  const read = await openCatalog(loaded, log);
  if (read.kind === "invalid") return { kind: "invalid", lines: withHint(read.problems, isNamed) };
  const target = flags.server === undefined ? "all" : { id: flags.server };
  return { kind: "open", log, target, gateway: new Gateway(read.options, read.entries) };
}

/** Adds a hint where neither a catalog nor a gateway was given. */
function withHint(problems: readonly string[], isNamed: boolean): readonly string[] {
  const hint =
    "set the servers with --catalog FILE or --gateway URL, or in ~/.config/mcp-gateway/config.yaml";
  return isNamed ? problems : [...problems, hint];
}

/** The given gateway, or else the gateway at the configured address if it answers. */
async function runningGateway(flags: StdioFlags, config: Config): Promise<RunningGateway | undefined> {
  if (flags.gateway !== undefined) {
    const url = gatewayUrl(flags.gateway);
    return { url, key: await apiKey(flags, config), mayBeForwarded: !flags.direct };
  }
  const { listen } = config;
  if (flags.catalog !== undefined || listen.kind === "unix" || listen.port === 0) return undefined;
  const url = `http://${formatListenAddress(listen)}`;
  if (!(await answersAt(url))) return undefined;
  return { url, key: await apiKey(flags, config), mayBeForwarded: false };
}

function gatewayUrl(text: string): string {
  const url = URL.parse(text);
  if (!url || !["http:", "https:"].includes(url.protocol)) {
    throw new UsageError(`--gateway must be an http or https URL, not '${text}'`);
  }
  return url.href.replace(/\/+$/, "");
}

async function apiKey({ apiKeyFile }: StdioFlags, config: Config): Promise<string | undefined> {
  if (apiKeyFile === undefined) return process.env["MCP_GATEWAY_API_KEY"] || config.apiKeys[0];
  try {
    const key = (await readFile(apiKeyFile, "utf8")).trim();
    if (key !== "") return key;
  } catch (error) {
    throw new UsageError(`--api-key-file: ${messageOf(error)}`);
  }
  throw new UsageError(`--api-key-file: ${apiKeyFile} is empty`);
}
