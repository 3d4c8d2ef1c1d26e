/** Opens the gateway and the HTTP front end, prints their address, and closes both on a signal. */

import { GatewayError } from "../base/errors.ts";
import { Log } from "../base/log.ts";
import { Scope } from "../base/scope.ts";
import type { Config, ConfigFlags } from "../config/config-values.ts";
import { formatListenAddress, isLoopback, isWildcard } from "../config/listen-address.ts";
import { loadConfig } from "../config/load-config.ts";
import { HttpFrontEnd } from "../frontend/http/http-front-end.ts";
import { removeStaleSocket } from "../frontend/http/unix-socket.ts";
import { Gateway, serverCount } from "../gateway/gateway.ts";
import { keepLoaded } from "./keep-loaded.ts";
import { prepareGateway } from "./prepare-gateway.ts";
import { closeOnSignal, toStderr } from "./program.ts";
import { printError, printLine } from "./terminal.ts";

/** Resolves with an exit code when it cannot start, and with `undefined` once it serves. */
export async function serveHttp(flags: ConfigFlags): Promise<number | undefined> {
  const loaded = await loadConfig({ flags });
  if (loaded.kind === "invalid") return refuse(loaded.lines);
  const { config } = loaded;
  const log = new Log(config.logLevel, toStderr);
  for (const warning of loaded.warnings) log.warn(warning);
  const catalog = await prepareGateway(loaded, log);
  if (catalog.kind === "invalid") return refuse(catalog.problems);
  const scope = new Scope();
  const gateway = new Gateway(catalog.options, catalog.entries);
  scope.add(() => gateway.close());
  try {
    const url = await listen(config, gateway, scope);
    announce(gateway, config, url);
    scope.add(keepLoaded(gateway));
  } catch (error) {
    await scope.close();
    throw listenFailure(config, error);
  }
  closeOnSignal(log, () => scope.close());
  return undefined;
}

async function listen(config: Config, gateway: Gateway, scope: Scope): Promise<string> {
  const { listen: address } = config;
  if (address.kind === "unix") {
    await removeStaleSocket(address.path);
  }
  const open = !isLoopback(address) || address.kind === "unix";
  const frontEnd = new HttpFrontEnd(gateway, {
    host: open || address.kind !== "tcp" ? undefined : address.host,
    origins: config.corsEnabled ? config.corsOrigins : [],
    keys: config.apiKeys,
    maxBodyBytes: config.maxBodyBytes,
  });
  scope.add(() => frontEnd.close());
  return frontEnd.listen(address);
}

function announce(gateway: Gateway, config: Config, url: string): void {
  const servers = gateway.servers();
  const others = isWildcard(config.listen) ? " and on all other network interfaces" : "";
  process.stdout.write(`Open MCP Gateway ${gateway.version} listening on ${url}${others}\n`);
  printLine(`${serverCount(servers.length)} from ${config.catalogPath}`);
  const first = servers.find((server) => server.isEnabled);
  if (!first || config.listen.kind === "unix") return;
  const key = config.apiKeys.length > 0 ? " -H 'Authorization: Bearer <your api_key>'" : "";
  process.stdout.write(`
A first call (it starts '${first.id}' by itself):
  curl -s ${url}/mcp -H 'Content-Type: application/json'${key} -d '{"server_id":"${first.id}","method":"tools/list"}'
For MCP clients: ${url}/${first.id}/mcp
`);
}

function listenFailure(config: Config, error: unknown): unknown {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  const where = formatListenAddress(config.listen);
  const why = {
    EADDRINUSE: `${where} is already in use, possibly by another gateway: choose another address with --listen-addr`,
    EACCES: `no permission to listen on ${where}`,
    EADDRNOTAVAIL: `${where} is not an address of this machine`,
    ENOTFOUND: `${where}: the host name does not exist`,
    ENOENT: `${where}: the directory does not exist`,
  }[String(code)];
  return why === undefined ? error : new GatewayError("internal", why, { cause: error });
}

function refuse(lines: readonly string[]): number {
  for (const line of lines) printError(line);
  return 1;
}
