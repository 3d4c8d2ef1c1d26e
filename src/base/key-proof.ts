/**
 * Proof of a listener that it knows a key, without sending the key. The client sends a random challenge. The listener
 * answers with a MAC over the challenge and the connection it arrived on. A listener that relays the challenge to the real
 * gateway gets a proof for another connection. The MAC key is derived with scrypt and a salt of the listener, because any
 * program can request a proof, and a proof must not make weak keys cheap to guess. Opens no connection.
 */

import { createHmac, randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import type { Socket } from "node:net";

/** Request header of `GET /health` that carries the challenge. */
export const challengeHeader = "x-mcp-gateway-challenge";

const label = "open-mcp-gateway key proof 1";
/** One guess costs about 20 ms and 16 MiB. */
const cost = { N: 16_384, r: 8, p: 1 };
const macBytes = 32;

/** Number of keys that a listener proves at most, because each one costs a derivation. */
export const mostKeys = 64;
const longestText = 200;

/** One connection as the listener sees it. */
export interface Route {
  /** Address and port the client connected to. */
  readonly local: string;
  /** Address and port of the client. */
  readonly peer: string;
}

/** The answer to a challenge. */
export interface KeyProof extends Route {
  readonly salt: string;
  /** One MAC for each key the listener knows. Empty if the listener requires no key. */
  readonly macs: readonly string[];
}

export function newChallenge(): string {
  return randomBytes(32).toString("base64url");
}

export function isChallenge(text: string): boolean {
  return /^[\w-]{22,128}$/.test(text);
}

/** The route of an accepted connection. */
export function routeOfListener(socket: Socket): Route {
  return {
    local: endpointText(socket.localAddress, socket.localPort),
    peer: endpointText(socket.remoteAddress, socket.remotePort),
  };
}

/** The route of a connection that this process opened, as the listener at the other end sees it. */
export function routeOfClient(socket: Socket): Route {
  return {
    local: endpointText(socket.remoteAddress, socket.remotePort),
    peer: endpointText(socket.localAddress, socket.localPort),
  };
}

/** IPv4 addresses get the same form on IPv4 and IPv6 sockets. */
function endpointText(address = "", port = 0): string {
  return `${address.replace(/^::ffff:(?=\d+\.)/i, "").replace(/%.*$/, "")} ${port}`;
}

export function deriveMacKey(key: string, salt: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const done = (error: Error | null, derived: Buffer) => (error ? reject(error) : resolve(derived));
    scrypt(key, `${label}\n${salt}`, macBytes, cost, done);
  });
}

export function macOf(macKey: Buffer, challenge: string, { local, peer }: Route): string {
  const text = [label, challenge, local, peer].join("\n");
  return createHmac("sha256", macKey).update(text).digest("base64url");
}

/** Whether one of the MACs is the one of this key. */
export function proves(macKey: Buffer, challenge: string, proof: KeyProof): boolean {
  const wanted = Buffer.from(macOf(macKey, challenge, proof));
  return proof.macs.some((mac) => isSame(Buffer.from(mac), wanted));
}

function isSame(one: Buffer, other: Buffer): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}

/** The proof in the body of a `/health` response; `undefined` if it is missing or malformed. */
export function proofIn(body: unknown): KeyProof | undefined {
  const { proof } = (body ?? {}) as { proof?: unknown };
  const { salt, local, peer, macs } = (proof ?? {}) as Partial<Record<keyof KeyProof, unknown>>;
  if (!isText(salt) || !isText(local) || !isText(peer) || !isListOfTexts(macs)) return undefined;
  return { salt, local, peer, macs };
}

function isListOfTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.length <= mostKeys && value.every(isText);
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value.length <= longestText;
}
