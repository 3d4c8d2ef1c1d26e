/** State that clients and faults share: the oracle, the gateway, and whether a fault is going on. */

import { setTimeout as wait } from "node:timers/promises";
import type { RpcMessage } from "../support/mcp-client.ts";
import type { GatewayProcess } from "./gateway-process.ts";
import type { Ledger } from "./ledger.ts";

/** Longest time without an answer, above all timeouts of the gateway together. */
export const answerMs = 45_000;
const aheadMs = 25;

/** When a request was sent. */
export interface Moment {
  readonly epoch: number;
  readonly phase: number;
}

export interface Call {
  readonly token: number;
  readonly id: number;
  readonly tool: string;
  readonly params: Readonly<Record<string, unknown>>;
}

export class World {
  readonly ledger: Ledger;
  readonly gateway: GatewayProcess;
  readonly random: (below: number) => number;
  /** Increases when a fault begins, and when all clients have recovered from it. An even number means: no fault. */
  phase = 1;
  isOver = false;
  /** Name of the current fault, for reports. */
  fault = "start";
  /** Clients pause while the number of requests is above this. */
  quota = 0;

  constructor(ledger: Ledger, gateway: GatewayProcess, random: (below: number) => number) {
    this.ledger = ledger;
    this.gateway = gateway;
    this.random = random;
  }

  moment(): Moment {
    return { epoch: this.gateway.epoch, phase: this.phase };
  }

  /** Whether the gateway was up all the time since then. */
  wasUpSince({ epoch }: Moment): boolean {
    return this.gateway.isUp && this.gateway.epoch === epoch;
  }

  /** Whether there was no fault since then. */
  wasCalmSince({ phase }: Moment): boolean {
    return this.phase === phase && phase % 2 === 0;
  }

  async pace(): Promise<void> {
    if (this.ledger.opened > this.quota) await wait(aheadMs);
    await this.gateway.up();
  }

  /** A new call of one of the tools. Ids and progress tokens are the same for all clients on purpose. */
  call(id: number, who: string): Call {
    const token = this.ledger.open(`${who}, last fault ${this.fault}`);
    const kind = this.random(100);
    const call = (tool: string, args: object = {}, more: object = {}) => ({
      token,
      id,
      tool,
      params: { name: tool, arguments: { token, ...args }, ...more },
    });
    if (kind < 80) return call("echo");
    if (kind < 90) return call("slow", { ms: this.random(30) });
    if (kind < 98) return call("steps", {}, { _meta: { progressToken: id } });
    return call("large", { bytes: this.random(300_000) });
  }

  /** Judges all messages that came back for a call. */
  judge(call: Call, began: Moment, messages: readonly RpcMessage[], who: string): boolean {
    const { ledger } = this;
    const answers = messages.filter(({ method }) => method === undefined);
    for (const { method, params } of messages)
      if (method === "notifications/progress" && params?.message !== String(call.token))
        ledger.violate(`${who}: call ${call.token} got the progress of call ${params?.message}`);
    const [answer] = answers;
    if (answers.length > 1) ledger.violate(`${who}: call ${call.token} got ${answers.length} answers`);
    if (!answer) return this.#lost(call, began, who, "an end without an answer");
    if (answer.id !== call.id) ledger.violate(`${who}: call ${call.token} got the id ${answer.id}`);
    if (answer.error) {
      this.failed(call, began, who, `${answer.error.code} ${answer.error.message}`);
      return false;
    }
    const text: string = answer.result?.content?.[0]?.text ?? "";
    const token = /^\{"token":(\d+)\}/.exec(text)?.[1];
    if (Number(token) !== call.token)
      ledger.violate(`${who}: call ${call.token} got the answer ${text.slice(0, 50)}`);
    ledger.close(call.token, "answered");
    return true;
  }

  /** The call was answered with an error. This is allowed only if there was a fault since it began. */
  failed({ token }: Call, began: Moment, who: string, error: string): void {
    this.ledger.noteError(error);
    if (this.wasCalmSince(began))
      this.ledger.violate(`${who}: call ${token} failed without a fault, after '${this.fault}': ${error}`);
    this.ledger.close(token, "error");
  }

  /** The connection ended without an answer. Only the end of the gateway excuses this. */
  cut(call: Call, began: Moment, who: string, error: unknown): void {
    this.#lost(call, began, who, error instanceof Error ? error.message : String(error));
  }

  #lost({ token, tool }: Call, began: Moment, who: string, why: string): false {
    if (this.wasUpSince(began))
      this.ledger.violate(`${who}: call ${token} (${tool}) was lost during '${this.fault}': ${why}`);
    this.ledger.close(token, "excused");
    return false;
  }
}
