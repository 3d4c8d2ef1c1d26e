/**
 * Runs an entry that runs elsewhere already: a session with a remote server over the SDK's raw transports, Streamable
 * HTTP first, HTTP+SSE of 2024-11-05 as fallback (gateway.md, *Runtimes*). The SDK is loaded with the first such entry.
 */

import { codeOnDemand } from "../../base/code-on-demand.ts";
import { GatewayError } from "../../base/errors.ts";
import type { RuntimeConfig } from "../../catalog/entry.ts";
import type { ChannelEvents } from "../../connection/channel.ts";
import { CalledOff } from "../called-off.ts";
import type { Instance, Launch, Runtime } from "../runtime.ts";
import { Connections, directAgents, type NewAgent } from "./remote-fetch.ts";
import { RemoteInstance, type RemoteParts } from "./remote-instance.ts";

export type RemoteConfig = Extract<RuntimeConfig, { type: "remote-sse" }>;

export const remoteSdk = codeOnDemand(() => import("@modelcontextprotocol/client"));

export class RemoteRuntime implements Runtime {
  readonly #idleConnectionMs: number;
  readonly #newAgent: NewAgent | undefined;

  /**
   * `idleConnectionMs`: by default below the 5 s after which many servers drop an idle connection without a word.
   * `newAgent`: as `Connections`.
   */
  constructor(idleConnectionMs = 4000, newAgent?: NewAgent) {
    this.#idleConnectionMs = idleConnectionMs;
    this.#newAgent = newAgent;
  }

  async load(): Promise<void> {
    await remoteSdk();
  }

  /**
   * Resolves without asking the server: the first message, `initialize`, opens the session. When that fails, the
   * instance ends as crashed with the reason. Rejects with `start-failed` for a URL or header that cannot be used.
   * `worded`: see `RemoteHttpEvents`.
   */
  async start(
    launch: Launch,
    events: ChannelEvents,
    signal: AbortSignal,
    worded?: RemoteParts["worded"],
  ): Promise<Instance> {
    const config = configOf(launch);
    const url = urlOf(config);
    const headers = headersOf(config);
    const sdk = await remoteSdk();
    if (signal.aborted) throw new CalledOff(signal.reason);
    const redact = (text: string) => launch.redact(text);
    return new RemoteInstance({
      url,
      headers,
      sdk,
      connections: new Connections(directAgents(this.#idleConnectionMs, this.#newAgent)),
      events,
      redact,
      worded,
    });
  }
}

function configOf({ runtime }: Launch): RemoteConfig {
  if (runtime.type === "remote-sse") return runtime;
  throw new Error(`an entry of type ${runtime.type} is none for remote-sse`);
}

/** The URL is not quoted in the error: a key may stand in it. */
function urlOf(config: RemoteConfig): URL {
  const url = URL.parse(config.url);
  if (!url) throw new GatewayError("start-failed", "url is no valid URL");
  if (url.protocol === "http:" || url.protocol === "https:") return url;
  throw new GatewayError("start-failed", `url must begin with http:// or https://, not ${url.protocol}`);
}

function headersOf({ headers = {} }: RemoteConfig): Headers {
  const checked = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    try {
      checked.set(name, value);
    } catch {
      throw new GatewayError(
        "start-failed",
        `header '${name}' cannot be sent: its name or value has characters HTTP forbids`,
      );
    }
  }
  return checked;
}
