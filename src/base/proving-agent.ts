/**
 * Connections over plain HTTP to a gateway that has a key. Each new connection first asks the listener to prove that it
 * knows the key, on that same connection; only then may a request use it. So a listener that took over the port of a
 * gateway that is gone receives no key, however the client reconnects.
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

/** A busy gateway answers late: as long as a server may take to start. */
const answerMs = 30_000;
const mostBytes = 16 * 1024;

/** A gateway and the key it has to know. */
export interface GatewayWithKey {
  /** `http:`; its path is where the gateway's own paths begin. */
  readonly url: string;
  readonly key: string;
  /**
   * Whether the listener may be reached through a port forward, whose other end has another address. Only for an address
   * the user named: for others a listener could relay the challenge.
   */
  readonly mayBeForwarded: boolean;
}

/** The listener did not prove that it knows the key. No key was sent. */
export class UnverifiedListenerError extends GatewayError {
  constructor(message: string) {
    super("start-failed", message);
  }
}

/** Checks listeners for one key. Remembers what it derived from the key for the listener's salt. */
export class ListenerVerification {
  readonly #gateway: GatewayWithKey;
  readonly #answerMs: number;
  #derived: { readonly salt: string; readonly macKey: Promise<Buffer> } | undefined;

  constructor(gateway: GatewayWithKey, withinMs = answerMs) {
    this.#gateway = gateway;
    this.#answerMs = withinMs;
  }

  /** Resolves once the listener has proved it; rejects with `UnprovenListener` or the network's error. */
  async check(socket: Socket): Promise<void> {
    const challenge = newChallenge();
    const body = await askHealth(socket, this.#gateway.url, challenge, this.#answerMs);
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

/** An agent whose connections have proved that they lead to the gateway. `destroy` ends those under way too. */
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
    // Whoever gets the connection hears of its errors; until then, and after, nobody else must fall over one.
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

/** Resolves with the JSON body of `/health`; rejects with `UnprovenListener` when that is not what was answered. */
async function askHealth(socket: Socket, url: string, challenge: string, withinMs: number): Promise<unknown> {
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

/** Reads one answer and nothing after it. Leaves no listener of its own on the socket. */
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

/** What came on a connection: not all of the answer yet, all of it, that the gateway is away, or something foreign. */
export type HealthAnswer =
  | { readonly kind: "partial" }
  | { readonly kind: "whole"; readonly body: unknown }
  /** It is stopping, or what stands before it does not reach it. */
  | { readonly kind: "unavailable"; readonly status: number }
  | { readonly kind: "foreign" };

/** Pure. Takes only the form a gateway answers in: 200, a length, JSON, and a connection that stays open. */
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
    `the listener at ${host} did not prove that it knows the API key, so the key was not sent: another program may listen there, the key may be wrong, or the gateway is of an older version; check the address and the key`,
  );
}

function keyless(host: string): UnverifiedListenerError {
  return new UnverifiedListenerError(
    `the listener at ${host} takes no API key, so the key was not sent: check the address, or connect without a key`,
  );
}

function relayed(host: string): UnverifiedListenerError {
  return new UnverifiedListenerError(
    `the listener at ${host} is not the gateway but passes connections on to it, so the key was not sent: use the gateway's own address, or name a port forward with --gateway`,
  );
}

function unavailable(host: string, status: number): Error {
  const message = `the gateway at ${host} answers HTTP ${status}: it may be stopping or starting; try again`;
  return new GatewayError("start-failed", message);
}

function late(host: string, withinMs: number): Error {
  const message = `the gateway at ${host} did not answer within ${withinMs / 1000} s: it may be busy; try again, or restart it`;
  return new GatewayError("start-failed", message);
}

function closed(): Error {
  return Object.assign(new Error("the listener closed the connection"), { code: "ECONNRESET" });
}
