/** Table of all errors with their HTTP and JSON-RPC codes. */

interface ErrorFacts {
  /** HTTP status of the REST surface. */
  readonly status: number;
  /** JSON-RPC error code of the MCP surface. */
  readonly rpc: number;
  /** For the table in http.md. */
  readonly meaning: string;
}

export const errorFacts = {
  "api-key-required": {
    status: 401,
    rpc: -32600,
    meaning: "a key is configured, the request has none",
  },
  "api-key-invalid": {
    status: 403,
    rpc: -32600,
    meaning: "the gateway does not have the key of the request",
  },
  "origin-refused": {
    status: 403,
    rpc: -32600,
    meaning: "`Origin` or `Host` is not one that the gateway serves",
  },
  "invalid-json": { status: 400, rpc: -32700, meaning: "the body is not JSON" },
  "invalid-request": {
    status: 400,
    rpc: -32600,
    meaning: "the body is JSON but not a request that the gateway can serve",
  },
  ambiguous: {
    status: 400,
    rpc: -32600,
    meaning: "two parsers could read the message in two ways, or it is nested too deep",
  },
  "invalid-params": {
    status: 400,
    rpc: -32602,
    meaning: "a parameter of the request is missing or not valid",
  },
  "header-mismatch": {
    status: 400,
    rpc: -32020,
    meaning: "a header of a stateless request is missing or differs from its body",
  },
  "capability-missing": {
    status: 400,
    rpc: -32021,
    meaning: "the server needs a capability that the client does not offer",
  },
  "version-unsupported": {
    status: 400,
    rpc: -32022,
    meaning: "the gateway does not support the protocol version of the stateless request",
  },
  "not-found": { status: 404, rpc: -32601, meaning: "no such path" },
  "server-not-found": {
    status: 404,
    rpc: -32001,
    meaning: "the catalog has no server with that id",
  },
  "session-not-found": {
    status: 404,
    rpc: -32001,
    meaning: "the client session ended or never existed: initialize again",
  },
  "method-not-allowed": {
    status: 405,
    rpc: -32600,
    meaning: "the path exists, but not with this HTTP method",
  },
  "not-acceptable": {
    status: 406,
    rpc: -32600,
    meaning: "the client does not accept any of the types that this path can return",
  },
  "too-large": { status: 413, rpc: -32600, meaning: "the body is over the limit" },
  "unsupported-media-type": {
    status: 415,
    rpc: -32600,
    meaning: "the body is not `application/json`, or it is compressed",
  },
  "reload-failed": {
    status: 500,
    rpc: -32603,
    meaning: "the catalog has problems: the previous one stays in use",
  },
  internal: { status: 500, rpc: -32603, meaning: "a bug in the gateway" },
  "invalid-metadata": {
    status: 500,
    rpc: -32603,
    meaning: "the metadata of the platform has problems",
  },
  "cluster-failed": {
    status: 502,
    rpc: -32603,
    meaning: "a request of the platform to the cluster or a registry failed",
  },
  "start-failed": {
    status: 502,
    rpc: -32002,
    meaning: "the server could not be started or reached",
  },
  "server-ended": {
    status: 502,
    rpc: -32003,
    meaning: "the server ended before it answered the request",
  },
  "not-delivered": {
    status: 502,
    rpc: -32003,
    meaning: "the request did not reach the server",
  },
  "too-many": {
    status: 503,
    rpc: -32005,
    meaning: "the limit on sessions or instances is reached",
  },
  "shutting-down": { status: 503, rpc: -32005, meaning: "the gateway is stopping" },
  "request-timeout": {
    status: 504,
    rpc: -32004,
    meaning: "no answer and no progress within the request timeout",
  },
} as const satisfies Record<string, ErrorFacts>;

export type ErrorCode = keyof typeof errorFacts;

/** An expected failure. A plain `Error` means a bug. Its message is shown to users: one line, never a secret. */
export class GatewayError extends Error {
  readonly code: ErrorCode;
  /** `data` of the JSON-RPC error, for programs. */
  readonly data: unknown;

  constructor(code: ErrorCode, message: string, options: { cause?: unknown; data?: unknown } = {}) {
    super(message, options);
    this.name = "GatewayError";
    this.code = code;
    this.data = options.data;
  }

  get status(): number {
    return errorFacts[this.code].status;
  }

  get rpc(): number {
    return errorFacts[this.code].rpc;
  }
}

/** Any thrown value as an expected failure. A value that is not a `GatewayError` becomes `internal`. */
export function asGatewayError(error: unknown): GatewayError {
  if (error instanceof GatewayError) return error;
  return new GatewayError("internal", messageOf(error), { cause: error });
}

/** Prefix of the message of a `start-failed` error for HTTP clients. The reason after it need not mention the server. */
export const startFailedPrefix = "Failed to start server: ";

/** Message of any thrown value, in one line. */
export function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message || error.name : String(error);
  return text.replace(/\s*\n\s*/g, " ").trim();
}
