/** Opens a gateway, or connects to a running one, and serves one or all of its servers on stdin and stdout. */

import { readFile } from "node:fs/promises";
import { asGatewayError, GatewayError, messageOf } from "../base/errors.ts";
import { Log } from "../base/log.ts";
import { Scope } from "../base/scope.ts";
import { withTimeout } from "../base/timeout.ts";
import type { Config } from "../config/config-values.ts";
import { formatListenAddress, localAddress } from "../config/listen-address.ts";
import { loadConfig } from "../config/load-config.ts";
import { refuseAll, StdioFrontEnd } from "../frontend/stdio/stdio-front-end.ts";
import { Gateway } from "../gateway/gateway.ts";
import type { SessionTarget } from "../router/client-handler.ts";
import { UsageError } from "./command-line.ts";
import { keepLoaded } from "./keep-loaded.ts";
import { prepareGateway } from "./prepare-gateway.ts";
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
/** Time for the answer of a running gateway. A busy one gets more time later, when a client session is opened. */
const firstAnswerMs = 500;

/** Resolves with the exit code once the client has disconnected and all requests are answered. */
export async function serveStdio(flags: StdioFlags): Promise<number> {
  const { stdin: input, stdout: output } = process;
  const opened = await open(flags);
  if (opened.kind === "invalid") {
    for (const line of opened.lines) printError(line);
    return 1;
  }
  if (opened.kind === "refused") {
    printError(`gateway-stdio: ${opened.error.message}`);
    // A client shows the error of its request rather than stderr. A terminal sends no request.
    if (!input.isTTY) await refuseAll(input, output, opened.error);
    return 1;
  }
  const { gateway, log, target } = opened;
  const scope = new Scope();
  scope.add(() => gateway.close());
  closeOnSignal(log, () => scope.close());
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
      readonly target: SessionTarget;
    }
  | { readonly kind: "invalid"; readonly lines: readonly string[] }
  /** The requests of the client get this error. */
  | { readonly kind: "refused"; readonly error: GatewayError };

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
    const { gateway, id, admit } = relayTo(running, flags.server, log);
    const error = await withTimeout(
      admit().then(() => undefined, asGatewayError),
      firstAnswerMs,
    );
    return withTarget(gateway, id, log, error);
  }
  const read = await prepareGateway(loaded, log);
  if (read.kind === "invalid") return { kind: "invalid", lines: withHint(read.problems, isNamed) };
  return withTarget(new Gateway(read.options, read.entries), flags.server, log);
}

/** `id`: the server to serve; all servers without it. `refusal`: the error that was already found. */
async function withTarget(
  gateway: Gateway,
  id: string | undefined,
  log: Log,
  refusal?: GatewayError,
): Promise<Opened> {
  const target = id === undefined ? "all" : gateway.server(id);
  if (target && !refusal) return { kind: "open", gateway, log, target };
  await gateway.close();
  const error = refusal ?? new GatewayError("server-not-found", `Server '${id}' not found in catalog`);
  return { kind: "refused", error };
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
  const url = `http://${formatListenAddress(localAddress(listen))}`;
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
