/**
 * Hashes a password as `htpasswd -B` does (bcrypt, `$2y$`). The image registry accepts no other kind of hash, and Node.js has
 * no bcrypt. Pure.
 */

import { randomBytes } from "node:crypto";

/**
 * More rounds slow down guessing, but also every request to the registry. The platform's passwords have 192 random
 * bits.
 */
const cost = 5;
const subkeys = 18;
const boxes = 1024;
const maxKeyBytes = 72;
const alphabet = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const plainText = "OrpheanBeholderScryDoubt";

/** Returns a hash such as `$2y$05$…`. Throws for a password that bcrypt would truncate. */
export function bcrypt(password: string, salt: Buffer = randomBytes(16), rounds = cost): string {
  const key = Buffer.from(`${password}\0`);
  if (key.length > maxKeyBytes) throw new RangeError(`a password has at most ${maxKeyBytes - 1} bytes`);
  const cipher = new Blowfish();
  cipher.expand(key, salt);
  for (let left = 2 ** rounds; left > 0; left--) {
    cipher.expand(key);
    cipher.expand(salt);
  }
  const words = wordsOf(Buffer.from(plainText));
  for (let at = 0; at < words.length; at += 2)
    for (let left = 64; left > 0; left--) cipher.encrypt(words, at);
  // The last byte is not part of the hash.
  const hash = bytesOf(words).subarray(0, -1);
  return `$2y$${String(rounds).padStart(2, "0")}$${encoded(salt)}${encoded(hash)}`;
}

/** Base64 with bcrypt's own alphabet and without padding. */
function encoded(bytes: Buffer): string {
  const standard = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  return bytes
    .toString("base64")
    .replace(/=+$/, "")
    .replace(/./g, (character) => alphabet[standard.indexOf(character)] ?? "");
}

class Blowfish {
  readonly #p: Uint32Array;
  readonly #s: Uint32Array;

  constructor() {
    digitsOfPi ??= piWords(subkeys + boxes);
    this.#p = digitsOfPi.slice(0, subkeys);
    this.#s = digitsOfPi.slice(subkeys);
  }

  /** Mixes a key into the state. `salt`: of 16 bytes; unset: zeros. */
  expand(key: Buffer, salt: Buffer = Buffer.alloc(16)): void {
    const keyWord = cycle(key);
    for (let at = 0; at < subkeys; at++) this.#p[at] = word(this.#p, at) ^ keyWord();
    const saltWord = cycle(salt);
    const block = new Uint32Array(2);
    for (const part of [this.#p, this.#s])
      for (let at = 0; at < part.length; at += 2) {
        block[0] = word(block, 0) ^ saltWord();
        block[1] = word(block, 1) ^ saltWord();
        this.encrypt(block, 0);
        part.set(block, at);
      }
  }

  /** Encrypts two words in place. */
  encrypt(block: Uint32Array, at: number): void {
    let left = word(block, at);
    let right = word(block, at + 1);
    for (let round = 0; round < 16; round++) {
      left ^= word(this.#p, round);
      right ^= this.#mix(left);
      [left, right] = [right, left];
    }
    block[at] = right ^ word(this.#p, 17);
    block[at + 1] = left ^ word(this.#p, 16);
  }

  #mix(value: number): number {
    const sum = word(this.#s, value >>> 24) + word(this.#s, 256 + ((value >>> 16) & 255));
    return ((sum ^ word(this.#s, 512 + ((value >>> 8) & 255))) + word(this.#s, 768 + (value & 255))) | 0;
  }
}

function word(words: Uint32Array, at: number): number {
  return words[at] ?? 0;
}

/** The bytes as 32-bit words, repeated endlessly. */
function cycle(bytes: Buffer): () => number {
  let at = 0;
  return () => {
    let value = 0;
    for (let left = 4; left > 0; left--) value = (value << 8) | (bytes[at++ % bytes.length] ?? 0);
    return value;
  };
}

function wordsOf(bytes: Buffer): Uint32Array {
  const next = cycle(bytes);
  return Uint32Array.from({ length: bytes.length / 4 }, next);
}

function bytesOf(words: Uint32Array): Buffer {
  const bytes = Buffer.alloc(words.length * 4);
  words.forEach((value, at) => {
    bytes.writeUInt32BE(value, at * 4);
  });
  return bytes;
}

/** Initial state of Blowfish: the fraction of pi. Computed once, when first needed. */
let digitsOfPi: Uint32Array | undefined;

/** The first words of the fraction of pi (Machin: 16 arctan 1/5 - 4 arctan 1/239). */
function piWords(count: number): Uint32Array {
  const guardBits = 64n;
  const bits = BigInt(count * 32);
  const one = 1n << (bits + guardBits);
  const pi = 16n * arctanOfInverse(5n, one) - 4n * arctanOfInverse(239n, one);
  const fraction = (pi - 3n * one) >> guardBits;
  const digits = fraction.toString(16).padStart(count * 8, "0");
  return Uint32Array.from({ length: count }, (_, at) =>
    Number.parseInt(digits.slice(at * 8, at * 8 + 8), 16),
  );
}

/** arctan 1/x, in units of `one`. */
function arctanOfInverse(x: bigint, one: bigint): bigint {
  let power = one / x;
  let sum = power;
  for (let divisor = 3n, sign = -1n; power > 0n; divisor += 2n, sign = -sign) {
    power /= x * x;
    sum += (sign * power) / divisor;
  }
  return sum;
}
