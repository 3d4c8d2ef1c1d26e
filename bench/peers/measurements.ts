/** The measurements. Each returns rows with one figure for each subject, and `undefined` where a subject cannot do it. */

import { spawn } from "node:child_process";
import { Agent } from "node:http";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as wait } from "node:timers/promises";
import type { BenchClient } from "./clients.ts";
import { cpuMs, percentile, residentKb } from "./process-figures.ts";
import {
  firstAnswer,
  freePort,
  type RunningSubject,
  root,
  runGateway,
  runHub,
  type Subject,
  server,
  startSubject,
  stopProcess,
  writeCatalog,
  writeHubConfig,
} from "./subjects.ts";

export type Unit = "µs" | "ms" | "MB" | "KB";

export interface Row {
  readonly what: string;
  readonly unit: Unit;
  /** In the order of the subjects. */
  readonly figures: readonly (number | undefined)[];
}

export interface Bench {
  readonly folder: string;
  readonly programs: string | undefined;
  readonly subjects: readonly Subject[];
  readonly rounds: number;
  readonly callsPerRound: number;
  note(text: string): void;
}

export type Measurement = (bench: Bench) => Promise<Row[]>;

const settleMs = 3_000;

/** Runs a function for each subject. A failure is noted and leaves the figure open. */
async function forEach<T>(
  bench: Bench,
  what: string,
  measure: (subject: Subject) => Promise<T | undefined>,
): Promise<(T | undefined)[]> {
  const figures: (T | undefined)[] = [];
  for (const subject of bench.subjects)
    figures.push(
      await measure(subject).catch((error: unknown) => {
        bench.note(`${what}, ${subject.name}: ${error instanceof Error ? error.message : error}`);
        return undefined;
      }),
    );
  return figures;
}

async function withSubject<T>(subject: Subject, use: (running: RunningSubject) => Promise<T>): Promise<T> {
  const running = await startSubject(subject);
  try {
    return await use(running);
  } finally {
    await running.stop();
  }
}

/** Calls `echo`, some at a time, and returns the ms of each call. */
async function callMany(clients: readonly BenchClient[], calls: number, inFlight: number): Promise<number[]> {
  const latencies: number[] = [];
  let next = 0;
  const lane = async () => {
    for (let nth = next++; nth < calls; nth = next++) {
      const message = `m${nth}`;
      const began = performance.now();
      const { text } = (await clients[nth % clients.length]?.call("echo", { message })) ?? { text: "" };
      latencies.push(performance.now() - began);
      if (!text.includes(message)) throw new Error(`a wrong answer: ${text}`);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
  return latencies;
}

interface CallFigures {
  readonly cpuUs: number;
  readonly p50: number;
  readonly p99: number;
}

/** CPU time of the gateway and latency of calls. The rounds alternate, so that a slow phase affects all subjects. */
export const calls: Measurement = async (bench) => {
  const rows: Row[] = [];
  const started = await forEach(bench, "start", startSubject);
  try {
    for (const inFlight of [1, 32, 128]) {
      const figures = await callsInTurn(bench, started, inFlight);
      const column = (pick: (one: CallFigures) => number) => figures.map((one) => one && pick(one));
      rows.push(
        { what: `CPU of a call, ${inFlight} in flight`, unit: "µs", figures: column(({ cpuUs }) => cpuUs) },
        { what: `p50 of a call, ${inFlight} in flight`, unit: "ms", figures: column(({ p50 }) => p50) },
        { what: `p99 of a call, ${inFlight} in flight`, unit: "ms", figures: column(({ p99 }) => p99) },
      );
    }
  } finally {
    for (const one of started) await one?.stop();
  }
  return rows;
};

async function callsInTurn(
  { rounds, callsPerRound, note }: Bench,
  started: readonly (RunningSubject | undefined)[],
  inFlight: number,
): Promise<(CallFigures | undefined)[]> {
  const tries = started.map(
    (one) => one && { running: one, cpu: 0, p50: [] as number[], p99: [] as number[], failed: false },
  );
  for (let round = -1; round < rounds; round++)
    for (const one of tries) {
      if (!one || one.failed) continue;
      const client = await one.running.open(new Agent({ keepAlive: true, maxSockets: inFlight }));
      try {
        // The first round warms up.
        const before = await cpuMs(one.running.pid);
        const latencies = await callMany([client], callsPerRound, inFlight);
        if (round < 0) continue;
        one.cpu += (await cpuMs(one.running.pid)) - before;
        one.p50.push(percentile(latencies, 50));
        one.p99.push(percentile(latencies, 99));
      } catch (error) {
        one.failed = true;
        note(`${inFlight} in flight, ${one.running.subject.name}: ${error}`);
      } finally {
        await client.close();
      }
    }
  return tries.map((one) =>
    one && !one.failed
      ? {
          cpuUs: (one.cpu * 1_000) / (rounds * callsPerRound),
          p50: percentile(one.p50, 50),
          p99: percentile(one.p99, 50),
        }
      : undefined,
  );
}

/** Memory of the gateway after its start and after calls. */
export const memory: Measurement = async (bench) => {
  const figures = await forEach(bench, "memory", (subject) =>
    withSubject(subject, async ({ pid, open }) => {
      await wait(settleMs);
      const idle = (await residentKb(pid)) / 1024;
      const client = await open();
      await callMany([client], bench.callsPerRound * bench.rounds, 32);
      await client.close();
      await wait(settleMs);
      return { idle, loaded: (await residentKb(pid)) / 1024 };
    }),
  );
  return [
    { what: "memory after the start", unit: "MB", figures: figures.map((one) => one?.idle) },
    {
      what: `memory after ${bench.callsPerRound * bench.rounds} calls`,
      unit: "MB",
      figures: figures.map((one) => one?.loaded),
    },
  ];
};

/** Cost of many open sessions. */
export const sessions: Measurement = async (bench) => {
  const rows: Row[] = [];
  for (const count of [32, 500]) {
    const figures = await forEach(bench, `${count} sessions`, async (subject) => {
      if (count > 32 && subject.startsServerPerSession) return undefined;
      return withSubject(subject, (running) => sessionsOf(running, count));
    });
    rows.push(
      { what: `CPU to open a session, of ${count}`, unit: "µs", figures: figures.map((one) => one?.openUs) },
      {
        what: `CPU of a call, over ${count} sessions`,
        unit: "µs",
        figures: figures.map((one) => one?.callUs),
      },
      { what: `memory of a session, of ${count}`, unit: "KB", figures: figures.map((one) => one?.sessionKb) },
    );
  }
  return rows;
};

async function sessionsOf({ pid, open }: RunningSubject, count: number) {
  await wait(settleMs);
  const [cpuBefore, kbBefore] = [await cpuMs(pid), await residentKb(pid)];
  const clients: BenchClient[] = [];
  try {
    for (let opened = 0; opened < count; opened += 32) {
      const group = Array.from({ length: Math.min(32, count - opened) }, () => open());
      clients.push(...(await Promise.all(group)));
    }
    const cpuOpened = await cpuMs(pid);
    const callCount = count * 8;
    await callMany(clients, callCount, 32);
    const cpuCalled = await cpuMs(pid);
    await wait(settleMs);
    return {
      openUs: ((cpuOpened - cpuBefore) * 1_000) / count,
      callUs: ((cpuCalled - cpuOpened) * 1_000) / callCount,
      sessionKb: Math.max(0, (await residentKb(pid)) - kbBefore) / count,
    };
  } finally {
    await Promise.all(clients.map((client) => client.close()));
  }
}

/** From the start of the process to the first answer of a call. */
export const coldStart: Measurement = async (bench) => {
  const figures = await forEach(bench, "cold start", async (subject) => {
    const times: number[] = [];
    for (let round = 0; round < bench.rounds; round++) {
      const port = await freePort();
      const began = performance.now();
      const child = subject.start(port);
      try {
        await firstAnswer(subject, port);
        times.push(performance.now() - began);
      } finally {
        await stopProcess(child);
      }
    }
    return percentile(times, 50);
  });
  return [{ what: "cold start to the first answer", unit: "ms", figures }];
};

/** Start of a stdio program in front of a server, to the first answer of a call. */
export const stdioStart: Measurement = async (bench) => {
  const commands: Readonly<Record<string, (url: string) => string[]>> = {
    "this gateway, per server": () => [
      join(root, "dist/gateway-stdio.js"),
      ...["--server", "bench", "--catalog", writeCatalog(bench.folder)],
    ],
    "bare pipe": () => server,
  };
  const { programs } = bench;
  const isSuper = ({ name }: Subject) => name.startsWith("supergateway");
  // The other project's program connects to a running gateway. The pipe does not answer its GET.
  const remote = bench.subjects[1];
  if (!remote) return [];
  const figures = await withSubject(remote, ({ port }) =>
    forEach(bench, "stdio start", async (subject) => {
      const url = `http://127.0.0.1:${port}/bench/mcp`;
      const command =
        isSuper(subject) && programs !== undefined
          ? [join(programs, "supergateway"), "--streamableHttp", url, "--logLevel", "none"]
          : commands[subject.name]?.(url);
      if (!command) return undefined;
      const times: number[] = [];
      for (let round = 0; round < bench.rounds; round++) times.push(await timeOfStdio(command));
      return percentile(times, 50);
    }),
  );
  return [{ what: "start of the stdio program to the first answer", unit: "ms", figures }];
};

function timeOfStdio(command: readonly string[]): Promise<number> {
  return new Promise((done, failed) => {
    const began = performance.now();
    const child = spawn(process.execPath, command, { stdio: ["pipe", "pipe", "ignore"] });
    const send = (message: object) =>
      child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
    const clientInfo = { name: "bench", version: "1" };
    send({
      id: 0,
      method: "initialize",
      params: { protocolVersion: "2025-06-18", capabilities: {}, clientInfo },
    });
    const late = setTimeout(() => child.kill("SIGKILL"), 30_000);
    createInterface({ input: child.stdout }).on("line", (line) => {
      const { id } = JSON.parse(line) as { id?: unknown };
      if (id === 0) {
        send({ method: "notifications/initialized" });
        send({ id: 1, method: "tools/call", params: { name: "echo", arguments: { message: "first" } } });
      }
      if (id !== 1) return;
      done(performance.now() - began);
      child.stdin.end();
      child.kill();
    });
    child.once("exit", () => {
      clearTimeout(late);
      failed(new Error("it exited without an answer"));
    });
  });
}

/** CPU time of the gateway for answers of all sizes. */
export const payloads: Measurement = async (bench) => {
  const rows: Row[] = [];
  const failed = new Set<Subject>();
  for (const [name, bytes, times] of [
    ["1 KB", 1_024, 500],
    ["100 KB", 102_400, 100],
    ["1 MB", 1_048_576, 30],
    ["10 MB", 10_485_760, 5],
    ["50 MB", 52_428_800, 3],
  ] as const) {
    const figures = await forEach(bench, `an answer of ${name}`, async (subject) => {
      // A larger answer than one that did not arrive is not tried.
      if (failed.has(subject)) return undefined;
      failed.add(subject);
      return withSubject(subject, async ({ pid, open }) => {
        const client = await open();
        try {
          const before = await cpuMs(pid);
          for (let nth = 0; nth < times; nth++) {
            const { text } = await client.call("big", { bytes });
            if (text.length !== bytes) throw new Error(`an answer of ${text.length} characters`);
          }
          failed.delete(subject);
          return ((await cpuMs(pid)) - before) / times;
        } finally {
          await client.close();
        }
      });
    });
    rows.push({ what: `CPU of an answer of ${name}`, unit: "ms", figures });
  }
  return rows;
};

/** A call with 10,000 progress notifications, all of which must arrive. */
export const progress: Measurement = async (bench) => {
  const steps = 10_000;
  const figures = await forEach(bench, "progress", (subject) =>
    withSubject(subject, async ({ pid, open }) => {
      const client = await open();
      try {
        const before = await cpuMs(pid);
        const { notifications } = await client.call("progress", { steps, everyMs: 0 }, true);
        if (notifications < steps) throw new Error(`${notifications} of ${steps} notifications`);
        return (((await cpuMs(pid)) - before) * 1_000) / steps;
      } finally {
        await client.close();
      }
    }),
  );
  return [{ what: "CPU of a progress notification, of 10,000", unit: "µs", figures }];
};

/** A reload of 1,000 entries, by request. */
export const reload: Measurement = async (bench) => {
  const others = 999;
  const times = 5;
  const figures = await forEach(bench, "reload", async ({ name }) => {
    const isHub = name.startsWith("mcp-hub");
    if (!isHub && name !== "this gateway, per server") return undefined;
    const write = isHub ? writeHubConfig : writeCatalog;
    const config = write(bench.folder, others);
    const port = await freePort();
    const child = isHub ? runHub(bench.programs ?? "", config, port) : runGateway(bench.folder, config, port);
    try {
      await reachable(`http://127.0.0.1:${port}${isHub ? "/api/health" : "/health"}`);
      await wait(settleMs);
      const before = await cpuMs(child.pid ?? 0);
      for (let nth = 0; nth < times; nth++) {
        write(bench.folder, others, `changed ${nth}`);
        const path = isHub ? "/api/restart" : "/admin/reload";
        const response = await fetch(`http://127.0.0.1:${port}${path}`, { method: "POST" });
        await response.text();
        if (!response.ok) throw new Error(`HTTP ${response.status}`);
      }
      return ((await cpuMs(child.pid ?? 0)) - before) / times;
    } finally {
      await stopProcess(child);
    }
  });
  return [{ what: "CPU of a reload of 1,000 entries", unit: "ms", figures }];
};

async function reachable(url: string): Promise<void> {
  const deadline = performance.now() + 60_000;
  for (;;) {
    const isOk = await fetch(url).then(
      async (response) => {
        await response.text();
        return response.ok;
      },
      () => false,
    );
    if (isOk) return;
    if (performance.now() > deadline) throw new Error(`${url} does not answer`);
    await wait(20);
  }
}

export const measurements: Readonly<Record<string, Measurement>> = {
  calls,
  sessions,
  memory,
  start: coldStart,
  stdio: stdioStart,
  payloads,
  progress,
  reload,
};
