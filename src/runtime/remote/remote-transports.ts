/** The SDK's two client transports, set up our way. Sends nothing by itself. */

import type { JSONRPCMessage, SSEClientTransport } from "@modelcontextprotocol/client";

export type Sdk = typeof import("@modelcontextprotocol/client");

/** What both have in common. */
export interface Transport {
  onmessage?: ((message: JSONRPCMessage) => void) | undefined;
  onerror?: ((error: Error) => void) | undefined;
  start(): Promise<void>;
  /**
   * `onRequestStreamEnd`: the stream of a request ended for good, with or without an answer. `requestSignal` gives up
   * the answer.
   */
  send(
    message: JSONRPCMessage,
    options: { onRequestStreamEnd(): void; requestSignal: AbortSignal },
  ): Promise<void>;
  close(): Promise<void>;
  setProtocolVersion?(version: string): void;
  terminateSession?(): Promise<void>;
}

export interface Remote {
  readonly url: URL;
  readonly headers: Headers;
  readonly sdk: Sdk;
}

/** How long HTTP+SSE may take to name its endpoint: a server that has no such transport may hold the stream open. */
const endpointMs = 10_000;

/** A dropped stream is taken up again for as long as the session lives; a lost session shows by its status. */
const reconnectionOptions = {
  initialReconnectionDelay: 1000,
  maxReconnectionDelay: 30_000,
  reconnectionDelayGrowFactor: 1.5,
  maxRetries: Number.MAX_SAFE_INTEGER,
};

export function streamableTransport(
  remote: Remote,
  fetch: typeof globalThis.fetch,
  schedule: Schedule,
): Transport {
  return new remote.sdk.StreamableHTTPClientTransport(remote.url, {
    fetch,
    requestInit: { headers: remote.headers },
    reconnectionOptions,
    reconnectionScheduler: schedule,
  });
}

/** `dropped` is called when the event stream ends: its session is gone with it, reconnecting would open another. */
export function legacyTransport(
  remote: Remote,
  fetch: typeof globalThis.fetch,
  dropped: () => void,
): Transport {
  const { SSEClientTransport, SseError } = remote.sdk;
  const sse = new SSEClientTransport(remote.url, { fetch, requestInit: { headers: remote.headers } });
  const transport: Transport = {
    start: () => startInTime(sse),
    send: (message) => sse.send(message),
    close: () => sse.close(),
    setProtocolVersion: (version) => sse.setProtocolVersion(version),
  };
  sse.onmessage = (message) => transport.onmessage?.(message);
  sse.onerror = (error) => {
    if (error instanceof SseError) dropped();
  };
  return transport;
}

async function startInTime(sse: SSEClientTransport): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("no endpoint event came")), endpointMs);
  });
  try {
    await Promise.race([sse.start(), late]);
  } finally {
    clearTimeout(timer);
  }
}

type Schedule = (reconnect: () => void, delayMs: number) => () => void;

/** The timers of reconnecting. The SDK itself remembers only the last of several. */
export class ReconnectTimers {
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #pauseMs: (delayMs: number) => number;

  /** `pauseMs`: what the delay becomes, asked when a stream has ended. */
  constructor(pauseMs: (delayMs: number) => number = (delayMs) => delayMs) {
    this.#pauseMs = pauseMs;
  }

  readonly schedule: Schedule = (reconnect, delayMs) => {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      reconnect();
    }, this.#pauseMs(delayMs));
    this.#timers.add(timer);
    return () => {
      clearTimeout(timer);
      this.#timers.delete(timer);
    };
  };

  clear(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }
}
