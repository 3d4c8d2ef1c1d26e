/**
 * The oracle of the load with faults. It knows every request by its token, and counts how each one ended. Five bytes are
 * kept for each request, and a bounded number of texts, so that a run of any length fits in memory.
 */

import { createReadStream } from "node:fs";

/** How a request ended. `excused`: the gateway was down meanwhile, or the client left on purpose. */
export type Outcome = "answered" | "error" | "excused";

const open = 1;
const codes: Readonly<Record<Outcome, number>> = { answered: 2, error: 3, excused: 4 };
const mostTexts = 50;

export class Ledger {
  #states = new Uint8Array(1 << 16);
  /** Index of the text about the sender of each request. */
  #origins = new Uint32Array(1 << 16);
  readonly #originTexts: string[] = [];
  readonly #originIndexes = new Map<string, number>();
  #last = 0;
  readonly counts: Record<Outcome, number> = { answered: 0, error: 0, excused: 0 };
  /** Kinds of error answers, and how often each occurred. */
  readonly errors = new Map<string, number>();
  /** Broken promises of the gateway: the first ones as texts, and the number of all. */
  readonly violations: string[] = [];
  violationCount = 0;

  /** Number of requests so far. */
  get opened(): number {
    return this.#last;
  }

  /** The token of a new request. Tokens count from 1. There are few different texts for `origin`. */
  open(origin: string): number {
    const token = ++this.#last;
    if (token >= this.#states.length) {
      const [states, origins] = [this.#states, this.#origins];
      this.#states = new Uint8Array(states.length * 2);
      this.#states.set(states);
      this.#origins = new Uint32Array(origins.length * 2);
      this.#origins.set(origins);
    }
    let index = this.#originIndexes.get(origin);
    if (index === undefined) {
      index = this.#originTexts.push(origin) - 1;
      this.#originIndexes.set(origin, index);
    }
    this.#states[token] = open;
    this.#origins[token] = index;
    return token;
  }

  #shown(token: number): string {
    return `${token} of ${this.#originTexts[this.#origins[token] ?? 0]}`;
  }

  close(token: number, outcome: Outcome): void {
    if (this.#states[token] !== open) return this.violate(`request ${token} ended twice`);
    this.#states[token] = codes[outcome];
    this.counts[outcome]++;
  }

  /** Counts the kind of an error answer. Numbers and quoted names in it do not make a kind of their own. */
  noteError(text: string): void {
    const kind = text
      .replaceAll(/\d+/g, "N")
      .replaceAll(/'[^']*'/g, "'…'")
      .slice(0, 120);
    const isKnown = this.errors.has(kind) || this.errors.size < mostTexts;
    const key = isKnown ? kind : "other errors";
    this.errors.set(key, (this.errors.get(key) ?? 0) + 1);
  }

  violate(text: string): void {
    this.violationCount++;
    if (this.violations.length < mostTexts) this.violations.push(text);
  }

  /** Reports requests that never ended. */
  checkAllEnded(): void {
    for (let token = 1; token <= this.#last; token++)
      if (this.#states[token] === open) this.violate(`request ${this.#shown(token)} never ended`);
  }

  /**
   * Compares with the record of the servers, four bytes for each executed call: no call was executed twice, and each
   * answered call was executed. Returns the number of executions.
   */
  async checkExecutions(file: string): Promise<number> {
    const seen = new Uint8Array(this.#last + 1);
    let executions = 0;
    let rest = Buffer.alloc(0);
    for await (const chunk of createReadStream(file)) {
      const bytes = Buffer.concat([rest, chunk as Buffer]);
      const whole = bytes.length - (bytes.length % 4);
      for (let at = 0; at < whole; at += 4) {
        const token = bytes.readUInt32LE(at);
        executions++;
        if (token === 0 || token > this.#last) this.violate(`a server executed an unknown call ${token}`);
        else if (seen[token]) this.violate(`call ${this.#shown(token)} was executed twice`);
        else seen[token] = 1;
      }
      rest = bytes.subarray(whole);
    }
    for (let token = 1; token <= this.#last; token++)
      if (this.#states[token] === codes.answered && !seen[token])
        this.violate(`call ${this.#shown(token)} was answered but not executed`);
    return executions;
  }
}
