/** What travels with every message of a client, from its front end to the backend's answer. */

import type { Reply } from "./reply.ts";

/**
 * On whose behalf a client speaks. Clients of one principal are one person's as far as the gateway can tell: one may be
 * asked what a server needs for another. Never a secret.
 */
export type Principal = string;

/** Clients on this machine where no key tells them apart. */
export const localPrincipal: Principal = "local";

export interface RequestContext {
  readonly principal: Principal;
  /** What the client says of itself (`clientInfo`), as far as it has said so. */
  readonly client: unknown;
  /** Trace context of the request (W3C `traceparent`), where it came with one. */
  readonly trace: string | undefined;
  /** What a header of the request says; absent where it did not come with headers. */
  readonly header: ((name: string) => string | undefined) | undefined;
  /** Aborts once nobody waits for the answer any more. */
  readonly signal: AbortSignal;
  readonly reply: Reply;
  /** The client has given it up. */
  abort(): void;
}

/** What a front end knows of a request. */
export interface RequestFacts {
  readonly principal?: Principal;
  readonly client?: unknown;
  readonly header?: (name: string) => string | undefined;
  readonly reply: Reply;
}

/** A request as its front end opens it. The signal costs nothing until somebody asks for it. */
export class OpenRequest implements RequestContext {
  readonly principal: Principal;
  readonly client: unknown;
  readonly header: ((name: string) => string | undefined) | undefined;
  readonly reply: Reply;
  #abort: AbortController | undefined;
  #isGone = false;

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
    if (this.#isGone) this.#abort.abort();
    return this.#abort.signal;
  }

  abort(): void {
    this.#isGone = true;
    this.#abort?.abort();
  }
}
