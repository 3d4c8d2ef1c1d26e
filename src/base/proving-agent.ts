/**
 * Connections over plain HTTP to a gateway that has a key. On each new connection the listener must first prove that it
 * knows the key. Requests use the connection only after that. A listener that took over the port of a stopped gateway
 * therefore never receives the key, even when the client reconnects.
 */

import { Agent, type AgentOptions, type ClientRequestArgs } from "node:http";
import { connect, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { GatewayError } from "./errors.ts";
import {
  challengeHeader,
  deriveMacKey,
  type KeyProof,
  newChallenge,
  proofIn,
  proves,
  routeOfClient,
} from "./key-proof.ts";

/** As long as a server may take to start, because a busy gateway answers late. */
const answerMs = 30_000;
const mostBytes = 16 * 1024;

/** A gateway and the key it has to know. */
export interface GatewayWithKey {
  /** An `http:` URL. Its path is the prefix of the gateway's own paths. */
  readonly url: string;
  readonly key: string;
  /**
   * Whether a port forward may be in between, so that the listener sees another address. Only for an address that the user
   * gave, because at any other address a listener could relay the challenge.
   */
  readonly mayBeForwarded: boolean;
}

/** The listener did not prove that it knows the key. No key was sent. */
export class UnverifiedListenerError extends GatewayError {
  constructor(message: string) {
    super("start-failed", message);
  }
}

/** Checks listeners for one key. Caches the MAC key for the latest salt. */
export class ListenerVerification {
  readonly #gateway: GatewayWithKey;
  readonly #answerMs: number;
  #derived: { readonly salt: string; readonly macKey: Promise<Buffer> } | undefined;

  constructor(gateway: GatewayWithKey, withinMs = answerMs) {
    this.#gateway = gateway;
    this.#answerMs = withinMs;
  }

  /** Resolves once the listener proved that it knows the key. Rejects with `UnverifiedListenerError` or a network error. */
  async check(socket: Socket): Promise<void> {
    const challenge = newChallenge();
    const body = await requestHealth(socket, this.#gateway.url, challenge, this.#answerMs);
    await this.#checkProof(proofIn(body), challenge, socket);
    if (socket.destroyed || socket.readableEnded) throw closed();
  }

  async #checkProof(proof: KeyProof | undefined, challenge: string, socket: Socket): Promise<void> {
    const { host } = new URL(this.#gateway.url);
    if (!proof) throw unproven(host);
    if (proof.macs.length === 0) throw keyless(host);
    if (!proves(await this.#macKey(proof.salt), challenge, proof)) throw unproven(host);
    if (this.#gateway.mayBeForwarded) return;
    const route = routeOfClient(socket);
    if (proof.local !== route.local || proof.peer !== route.peer) throw relayed(host);
  }

  #macKey(salt: string): Promise<Buffer> {
    if (this.#derived?.salt !== salt) this.#derived = { salt, macKey: deriveMacKey(this.#gateway.key, salt) };
    return this.#derived.macKey;
  }
}

/** An agent whose connections are verified to lead to the gateway. `destroy` also ends connections being verified. */
export class ProvingAgent extends Agent {
  readonly #check: ListenerVerification;
  readonly #unproven = new Set<Socket>();

  constructor(check: ListenerVerification, options: AgentOptions = {}) {
    super(options);
    this.#check = check;
  }

  override createConnection(
    options: ClientRequestArgs,
    created: (error: Error | null, stream: Duplex) => void = () => undefined,
  ): undefined {
    const socket = connect({ host: options.host ?? "localhost", port: Number(options.port ?? 80) });
    // The user of the connection handles its errors. Before and after that, an unhandled error must not end the process.
    socket.on("error", () => undefined);
    this.#unproven.add(socket);
    this.#check
      .check(socket)
      .then(
        () => created(null, socket),
        (error: Error) => {
          socket.destroy();
          created(error, socket);
        },
      )
      .finally(() => this.#unproven.delete(socket));
  }

  override destroy(): void {
    for (const socket of this.#unproven) socket.destroy();
    super.destroy();
  }
}

/** Resolves with the JSON body of `/health`. Rejects with `UnverifiedListenerError` for any other response. */
async function requestHealth(
  socket: Socket,
  url: string,
  challenge: string,
  withinMs: number,
): Promise<unknown> {
  const { host, pathname } = new URL(url);
  const path = `${pathname.replace(/\/+$/, "")}/health`;
  const lines = [
    `GET ${path} HTTP/1.1`,
    `Host: ${host}`,
    "Accept: application/json",
    `${challengeHeader}: ${challenge}`,
  ];
  socket.write(`${lines.join("\r\n")}\r\n\r\n`);
  const timer = setTimeout(() => socket.destroy(late(host, withinMs)), withinMs);
  try {
    return await answerOn(socket, host);
  } finally {
    clearTimeout(timer);
  }
}

/** Reads one response and nothing after it. Removes its own listeners from the socket. */
function answerOn(socket: Socket, host: string): Promise<unknown> {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  let bytes = Buffer.alloc(0);
  const onData = (chunk: Buffer) => {
    bytes = Buffer.concat([bytes, chunk]);
    const answer = answerIn(bytes);
    if (answer.kind === "whole") resolve(answer.body);
    else if (answer.kind === "unavailable") reject(unavailable(host, answer.status));
    else if (answer.kind === "foreign" || bytes.length > mostBytes) reject(unproven(host));
  };
  const onClose = () => reject(closed());
  socket.on("data", onData).on("error", reject).on("end", onClose).on("close", onClose);
  return promise.finally(() => {
    socket.off("data", onData).off("error", reject).off("end", onClose).off("close", onClose);
  });
}

/** State of a `/health` response: incomplete, complete, an error of an unavailable gateway, or not from a gateway. */
export type HealthAnswer =
  | { readonly kind: "partial" }
  | { readonly kind: "whole"; readonly body: unknown }
  /** The gateway is stopping, or a proxy does not reach it. */
  | { readonly kind: "unavailable"; readonly status: number }
  | { readonly kind: "foreign" };

/** Pure. Accepts only the form of a gateway's response: 200, a length, JSON, and a connection that stays open. */
export function answerIn(bytes: Buffer): HealthAnswer {
  const end = bytes.indexOf("\r\n\r\n");
  if (end < 0) return { kind: "partial" };
  const head = bytes.subarray(0, end).toString("latin1");
  const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(head)?.[1] ?? 0);
  if (status >= 500) return { kind: "unavailable", status };
  const length = Number(/^content-length: *(\d{1,5})\r?$/im.exec(head)?.[1] ?? Number.NaN);
  if (status !== 200 || /^connection: *close/im.test(head) || Number.isNaN(length))
    return { kind: "foreign" };
  const body = bytes.subarray(end + 4);
  if (body.length > length) return { kind: "foreign" };
  return body.length < length ? { kind: "partial" } : jsonAnswer(body.toString("utf8"));
}

function jsonAnswer(text: string): HealthAnswer {
  try {
    return { kind: "whole", body: JSON.parse(text) as unknown };
  } catch {
    return { kind: "foreign" };
  }
}

function unproven(host: string): UnverifiedListenerError {
  return new UnverifiedListenerError(
    `the listener at ${host} did not prove that it knows the API key, so the key was not sent. Another program may be listening there, the key may be wrong, or the gateway may be an older version: check the address and the key`,
  );
}

function keyless(host: string): UnverifiedListenerError {
  return new UnverifiedListenerError(
    `the listener at ${host} does not require an API key, so the key was not sent: check the address, or connect without a key`,
  );
}

function relayed(host: string): UnverifiedListenerError {
  return new UnverifiedListenerError(
    `the listener at ${host} is not the gateway but forwards connections to it, so the key was not sent: use the gateway's own address, or name a port forward with --gateway`,
  );
}

function unavailable(host: string, status: number): Error {
  const message = `the gateway at ${host} answered HTTP ${status}: it may be stopping or starting, so try again`;
  return new GatewayError("start-failed", message);
}

function late(host: string, withinMs: number): Error {
  const message = `the gateway at ${host} did not answer within ${withinMs / 1000} s: it may be busy, so try again or restart it`;
  return new GatewayError("start-failed", message);
}

function closed(): Error {
  return Object.assign(new Error("the listener closed the connection"), { code: "ECONNRESET" });
}
