/** Connects to a running gateway, with a gateway of its own whose only entry is a remote server at the running one. */

import http, { type AgentOptions, type RequestOptions } from "node:http";
import https from "node:https";
import { GatewayError, messageOf } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import { ListenerVerification, ProvingAgent } from "../base/proving-agent.ts";
import type { Entry } from "../catalog/entry.ts";
import { entryDefaults } from "../catalog/generated/schema-facts.ts";
import { headlessSources } from "../catalog/variables/headless-sources.ts";
import { fixedEntries } from "../gateway/catalog-source.ts";
import { Gateway } from "../gateway/gateway.ts";
import { headlessServices } from "../gateway/host-services.ts";
import { RemoteRuntime } from "../runtime/remote/remote-runtime.ts";
import { cacheDir } from "./cache-dir.ts";

const probeMs = 500;
/** As long as a server may take to start, because a gateway under load answers late. */
const admissionMs = entryDefaults.start_timeout_seconds * 1000;

/** A running gateway and the data to connect to it. */
export interface RunningGateway {
  /** Without a slash at the end. */
  readonly url: string;
  /** API key. Over plain HTTP it is sent only to a listener that proved that it knows the key. */
  readonly key: string | undefined;
  /** See `GatewayWithKey`. */
  readonly mayBeForwarded: boolean;
}

/** Whether a gateway answers at this address. Never rejects. */
export async function answersAt(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/health`, {
      redirect: "error",
      signal: AbortSignal.timeout(probeMs),
    });
    const body = (await response.json()) as { status?: unknown };
    return response.ok && body.status === "ok";
  } catch {
    return false;
  }
}

/** A gateway whose only server is the running gateway, or one server of it. */
export interface Relay {
  readonly gateway: Gateway;
  /** Id of the only server. */
  readonly id: string;
  /** Rejects when the running gateway cannot be reached, refuses the key or does not have the server. */
  admit(): Promise<void>;
}

/**
 * A gateway in which each client session is a session at the running gateway, with `server` or all servers. The running
 * gateway starts and stops the servers and sets the timeouts.
 */
export function relayTo(running: RunningGateway, server: string | undefined, log: Log): Relay {
  const { url, key } = running;
  const id = server ?? "gateway";
  const headers = key === undefined ? {} : { Authorization: `Bearer ${literal(key)}` };
  const entry: Entry = {
    id,
    instances: "session",
    runtime: {
      type: "remote-sse",
      url: server === undefined ? `${url}/mcp` : `${url}/${server}/mcp`,
      headers,
    },
    idle_timeout_seconds: 0,
    request_timeout_seconds: 0,
    start_timeout_seconds: 0,
  };
  const newAgent = provingAgents(running);
  const admit = () => checkAdmission(running, newAgent, server);
  const baseDir = process.cwd();
  const services = headlessServices(log, { baseDir, sources: headlessSources({ baseDir, processEnv: {} }) });
  const options = {
    source: fixedEntries([entry], baseDir),
    services: {
      ...services,
      approve: async (asked: Entry) => {
        await admit();
        return services.approve(asked);
      },
    },
    defaults: { idleSeconds: 0, requestSeconds: 0, healthSeconds: 30, maxInstances: 1 },
    hotReload: false,
    cacheDir: cacheDir(),
    remoteRuntime: new RemoteRuntime(undefined, newAgent),
  };
  return { gateway: new Gateway(options, [entry]), id, admit };
}

type NewAgent = (options: AgentOptions) => http.Agent;

/** Creates agents for plain HTTP. With a key, the gateway is verified on each connection. */
function provingAgents({ url, key, mayBeForwarded }: RunningGateway): NewAgent {
  if (key === undefined || !url.startsWith("http:")) return (options) => new http.Agent(options);
  const check = new ListenerVerification({ url, key, mayBeForwarded }, admissionMs);
  return (options) => new ProvingAgent(check, options);
}

/** Rejects with an error for the client when the gateway cannot be reached, refuses the key or does not have the server. */
export async function checkAdmission(
  { url, key }: RunningGateway,
  newAgent: NewAgent,
  id: string | undefined,
  answerMs = admissionMs,
): Promise<void> {
  const agent = url.startsWith("http:") ? newAgent({}) : new https.Agent();
  try {
    const headers = key === undefined ? {} : { Authorization: `Bearer ${key}` };
    const path = id === undefined ? "/servers" : `/servers/${id}`;
    const answer = await answerOf(url, path, { agent, headers }, answerMs);
    const refused = refusalOf(answer, url, id);
    if (refused) throw refused;
  } finally {
    agent.destroy();
  }
}

interface Answer {
  readonly status: number;
  readonly isJson: boolean;
}

function refusalOf(
  { status, isJson }: Answer,
  url: string,
  id: string | undefined,
): GatewayError | undefined {
  // The REST API of a gateway answers everything with JSON.
  if (!isJson) return new GatewayError("start-failed", `${url} is not the URL of a gateway: check the URL`);
  if (status === 404 && id !== undefined)
    return new GatewayError("server-not-found", `Server '${id}' not found in catalog`);
  if (status === 401)
    return new GatewayError(
      "start-failed",
      `the gateway at ${url} requires an API key: set MCP_GATEWAY_API_KEY or use --api-key-file`,
    );
  if (status === 403)
    return new GatewayError("start-failed", `the gateway at ${url} refused the API key: check the key`);
  return undefined;
}

async function answerOf(
  url: string,
  path: string,
  options: RequestOptions,
  answerMs: number,
): Promise<Answer> {
  const signal = AbortSignal.timeout(answerMs);
  try {
    return await get(`${url}${path}`, { ...options, signal });
  } catch (error) {
    if (error instanceof GatewayError) throw error;
    const message = signal.aborted
      ? lateMessage(url, answerMs)
      : `no gateway answers at ${url} (${messageOf(error)}): start it, or check the URL`;
    throw new GatewayError("start-failed", message, { cause: error });
  }
}

function lateMessage(url: string, answerMs: number): string {
  const { origin } = new URL(url);
  return `the gateway at ${origin} did not answer within ${answerMs / 1000} s: it may be busy, so try again or restart it`;
}

/** Requests a URL without following redirects, because the key must not go to another host. */
function get(url: string, options: RequestOptions): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const send = url.startsWith("https:") ? https.get : http.get;
  const request = send(url, options, (response) => {
    response.on("error", reject).resume();
    const isJson = /^application\/json\b/i.test(response.headers["content-type"] ?? "");
    response.once("end", () => resolve({ status: response.statusCode ?? 0, isJson }));
  });
  request.on("error", reject);
  return promise;
}

/** Escapes variables in a key, because a key is not a template. */
function literal(text: string): string {
  return text.replaceAll("${", () => "$${");
}
