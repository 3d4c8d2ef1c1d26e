/** The one table of errors: what each code means to HTTP and to JSON-RPC. */

interface ErrorFacts {
  /** HTTP status of the REST surface. */
  readonly status: number;
  /** JSON-RPC error code of the MCP surface. */
  readonly rpc: number;
  /** For the README's table. */
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
    meaning: "the key of the request is not one of ours",
  },
  "origin-refused": {
    status: 403,
    rpc: -32600,
    meaning: "`Origin` or `Host` is none the gateway serves",
  },
  "invalid-json": { status: 400, rpc: -32700, meaning: "the body is no JSON" },
  "invalid-request": {
    status: 400,
    rpc: -32600,
    meaning: "the body is JSON but no request the gateway can serve",
  },
  ambiguous: {
    status: 400,
    rpc: -32600,
    meaning: "two parsers could read the message in two ways, or it is nested too deep",
  },
  "invalid-params": {
    status: 400,
    rpc: -32602,
    meaning: "a parameter of the request is missing or means nothing here",
  },
  "header-mismatch": {
    status: 400,
    rpc: -32020,
    meaning: "a header of a stateless request is missing or differs from its body",
  },
  "capability-missing": {
    status: 400,
    rpc: -32021,
    meaning: "the server needs what the client does not offer",
  },
  "version-unsupported": {
    status: 400,
    rpc: -32022,
    meaning: "the protocol version of a stateless request is none the gateway speaks",
  },
  "not-found": { status: 404, rpc: -32601, meaning: "no such path" },
  "server-not-found": {
    status: 404,
    rpc: -32001,
    meaning: "no server of that id in the catalog",
  },
  "session-not-found": {
    status: 404,
    rpc: -32001,
    meaning: "the client session ended or never was: initialize again",
  },
  "method-not-allowed": {
    status: 405,
    rpc: -32600,
    meaning: "the path exists, not with this HTTP method",
  },
  "not-acceptable": {
    status: 406,
    rpc: -32600,
    meaning: "the client accepts none of the types this path can answer",
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
    meaning: "the catalog has problems; the previous one stays",
  },
  internal: { status: 500, rpc: -32603, meaning: "a defect of the gateway" },
  "invalid-metadata": {
    status: 500,
    rpc: -32603,
    meaning: "the metadata of the platform has problems",
  },
  "cluster-failed": {
    status: 502,
    rpc: -32603,
    meaning: "the cluster or a registry did not do what the platform asked of it",
  },
  "start-failed": {
    status: 502,
    rpc: -32002,
    meaning: "the server could not be started or reached",
  },
  "server-ended": {
    status: 502,
    rpc: -32003,
    meaning: "the server ended while the request was with it",
  },
  "not-delivered": {
    status: 502,
    rpc: -32003,
    meaning: "the request did not reach the server",
  },
  "too-many": {
    status: 503,
    rpc: -32005,
    meaning: "a limit on sessions or instances is reached",
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
  /** What a JSON-RPC error says besides, for programs. */
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

/** Any thrown value as an expected failure; what was none becomes `internal`. */
export function asGatewayError(error: unknown): GatewayError {
  if (error instanceof GatewayError) return error;
  return new GatewayError("internal", messageOf(error), { cause: error });
}

/** What a thrown value says, in one line. */
export function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message || error.name : String(error);
  return text.replace(/\s*\n\s*/g, " ").trim();
}
