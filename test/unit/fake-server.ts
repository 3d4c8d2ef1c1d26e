/** A server of the supervisor in front of a fake runtime, and a client's request as a front end has it. */

import type { TestContext } from "node:test";
import type { GatewayError } from "../../src/base/errors.ts";
import type { Entry } from "../../src/catalog/entry.ts";
import type { JsonRpc } from "../../src/jsonrpc/message.ts";
import { launchKey } from "../../src/supervisor/launch-key.ts";
import { ManagedServer } from "../../src/supervisor/managed-server.ts";
import { FakeRuntime, handTurnedTime, launch } from "./fakes.ts";

export interface ServerFixture {
  readonly server: ManagedServer;
  readonly runtime: FakeRuntime;
  /** Advances the time by a number of milliseconds. */
  readonly pass: (ms: number) => Promise<void>;
}

/** Time is advanced by hand. `more` has further fields of the entry. */
export function serverFixture(t: TestContext, more: Partial<Entry> = {}): ServerFixture {
  return { pass: handTurnedTime(t), ...fakeServer(more) };
}

/** `more` has further fields of the entry. */
export function fakeServer(more: Partial<Entry> = {}): Omit<ServerFixture, "pass"> {
  const entry: Entry = { id: "fake", runtime: { type: "local-process", command: "fake" }, ...more };
  const runtime = new FakeRuntime();
  const host = {
    defaults: { idleSeconds: 0, requestSeconds: 0, healthSeconds: 0, maxInstances: 10 },
    planLaunch: async (now: Entry) => ({
      kind: "ready" as const,
      launch,
      runtime,
      launchKey: launchKey(now),
    }),
    onStateChanged: () => undefined,
    onNotification: () => undefined,
    log: () => undefined,
  };
  return { server: new ManagedServer(entry, host, "1.0.0"), runtime };
}

/** Outcome of one request. */
export class RecordedReply {
  readonly pushed: JsonRpc[] = [];
  readonly ends: JsonRpc[] = [];
  readonly failures: { code: string; id: string }[] = [];
  drops = 0;

  push(text: string): void {
    this.pushed.push(JSON.parse(text));
  }

  end(text: string): void {
    this.ends.push(JSON.parse(text));
  }

  fail({ code }: GatewayError, id: string): void {
    this.failures.push({ code, id });
  }

  drop(): void {
    this.drops++;
  }

  /** How often the request was settled. Never more than once. */
  get settled(): number {
    return this.ends.length + this.failures.length + this.drops;
  }
}
