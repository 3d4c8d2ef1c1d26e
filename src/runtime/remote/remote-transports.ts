/** The SDK's two client transports with the gateway's settings. Sends nothing by itself. */

import type { JSONRPCMessage, SSEClientTransport } from "@modelcontextprotocol/client";

export type Sdk = typeof import("@modelcontextprotocol/client");

/** The common interface of both. */
export interface Transport {
  onmessage?: ((message: JSONRPCMessage) => void) | undefined;
  onerror?: ((error: Error) => void) | undefined;
  start(): Promise<void>;
  /**
   * `onRequestStreamEnd`: the stream of a request ended for good, with or without an answer. `requestSignal` aborts the
   * wait for the answer.
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

/** How long HTTP+SSE may take to name its endpoint. A server without that transport may hold the stream open. */
const endpointMs = 10_000;

/** A dropped stream is resumed for as long as the session lives. The status of an answer shows a lost session. */
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

/**
 * `dropped` is called when the event stream ends. The session ends with the stream, and reconnecting would open another
 * one.
 */
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
    timer = setTimeout(() => reject(new Error("the server sent no 'endpoint' event in time")), endpointMs);
  });
  try {
    await Promise.race([sse.start(), late]);
  } finally {
    clearTimeout(timer);
  }
}

type Schedule = (reconnect: () => void, delayMs: number) => () => void;

/** The timers of reconnecting. The SDK itself keeps only the last one. */
export class ReconnectTimers {
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #pauseMs: (delayMs: number) => number;

  /** `pauseMs`: returns the delay to use, called when a stream has ended. */
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
