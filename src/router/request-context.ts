/** Context of a client's message, from the front end to the backend's response. */

import type { Reply } from "./reply.ts";

/**
 * User of a client. Clients with the same principal count as clients of one user, so one may get a server's
 * request for another. Never a secret.
 */
export type Principal = string;

/** Principal of local clients that no key identifies. */
export const localPrincipal: Principal = "local";

export interface RequestContext {
  readonly principal: Principal;
  /** `clientInfo` of the client, where it sent one. */
  readonly client: unknown;
  /** Trace context of the request (W3C `traceparent`), if it has one. */
  readonly trace: string | undefined;
  /** Returns the value of a header of the request. Absent for transports without headers. */
  readonly header: ((name: string) => string | undefined) | undefined;
  /** Aborts once the client does not wait for the response any more. */
  readonly signal: AbortSignal;
  readonly reply: Reply;
  /** Aborts the signal, because the client gave up the request. */
  abort(): void;
}

/** Data of a request that the front end provides. */
export interface RequestFacts {
  readonly principal?: Principal;
  readonly client?: unknown;
  readonly header?: (name: string) => string | undefined;
  readonly reply: Reply;
}

/** A request context that a front end creates. The signal is created on first use. */
export class FrontEndRequest implements RequestContext {
  readonly principal: Principal;
  readonly client: unknown;
  readonly header: ((name: string) => string | undefined) | undefined;
  readonly reply: Reply;
  #abort: AbortController | undefined;
  #isAborted = false;

  constructor({ principal = localPrincipal, client, header, reply }: RequestFacts) {
    this.principal = principal;
    this.client = client;
    this.reply = reply;
    this.header = header;
  }

  get trace(): string | undefined {
    return this.header?.("traceparent");
  }

  get signal(): AbortSignal {
    this.#abort ??= new AbortController();
    if (this.#isAborted) this.#abort.abort();
    return this.#abort.signal;
  }

  abort(): void {
    this.#isAborted = true;
    this.#abort?.abort();
  }
}
