/**
 * Runs an entry as a child process that exchanges JSON-RPC over stdin and stdout (gateway.md, *local-process*), without
 * a shell. All processes of an instance are in one group and carry its marker. They are ended in process-tree.ts.
 */

import type { ChildProcess, ChildProcessWithoutNullStreams } from "node:child_process";
import spawn from "cross-spawn";
import type { ChannelEvents } from "../../backend/channel.ts";
import { GatewayError } from "../../base/errors.ts";
import { thisHost } from "../../catalog/checks/host-checks.ts";
import type { RuntimeConfig } from "../../catalog/entry.ts";
import type { DownloadReader, Instance, Launch, Runtime } from "../runtime.ts";
import { StartAbortedError } from "../start-aborted.ts";
import { LocalInstance } from "./local-instance.ts";
import { checkFolder, environmentOf, folderOf, startFailure } from "./local-launch.ts";
import { downloadReaderOf, packageRunnerOf, runnerEnvironment } from "./package-runner.ts";
import type { ProcessTracker } from "./process-tracker.ts";
import { windowsProgram } from "./windows-program.ts";

export type LocalProcessConfig = Extract<RuntimeConfig, { type: "local-process" }>;

export class LocalProcessRuntime implements Runtime {
  readonly #processes: ProcessTracker;
  readonly #graceMs: number;

  /** `graceMs`: time between the request to end and the kill. */
  constructor(processes: ProcessTracker, graceMs = 5000) {
    this.#processes = processes;
    this.#graceMs = graceMs;
  }

  downloads(config: RuntimeConfig): DownloadReader | undefined {
    if (config.type !== "local-process") return undefined;
    const { command, args } = config as LocalProcessConfig;
    const runner = packageRunnerOf(command, args);
    return runner && downloadReaderOf(runner);
  }

  async start(launch: Launch, events: ChannelEvents, signal: AbortSignal): Promise<Instance> {
    const config = configOf(launch);
    const folder = folderOf(config.working_dir, launch.baseDir);
    await checkFolder(folder);
    const marker = this.#processes.nextMarker();
    const { withheld } = this.#processes;
    const given = environmentOf({ inherited: process.env, entry: launch.env, withheld, marker });
    const env = { ...runnerEnvironment(packageRunnerOf(config.command, config.args), given), ...given };
    const program = await programOf(config.command, env, folder);
    refuseAborted(signal);
    const child = this.#spawn(config, program, env, folder);
    const begun = spawned(child, config.command);
    // When the system cannot open more files, the child has no streams and never starts.
    if (!hasStreams(child)) {
      await begun;
      throw new GatewayError("start-failed", `command '${config.command}' was started without streams`);
    }
    const instance = new LocalInstance(child, {
      marker,
      graceMs: this.#graceMs,
      processes: this.#processes,
      launch,
      events,
    });
    await begun;
    if (!signal.aborted) return instance;
    await instance.stop();
    throw new StartAbortedError();
  }

  #spawn(config: LocalProcessConfig, program: string, env: NodeJS.ProcessEnv, cwd: string): ChildProcess {
    const detached = process.platform !== "win32";
    try {
      return spawn(program, config.args ?? [], {
        cwd,
        env,
        detached,
        windowsHide: true,
        stdio: "pipe",
      });
    } catch (error) {
      throw startFailure(config.command, error);
    }
  }
}

async function programOf(command: string, env: NodeJS.ProcessEnv, folder: string): Promise<string> {
  if (process.platform !== "win32") return command;
  return windowsProgram(command, env, folder, (file) => thisHost.isExecutable(file));
}

function configOf({ runtime }: Launch): LocalProcessConfig {
  if (runtime.type === "local-process") return runtime;
  throw new Error(`an entry of type ${runtime.type} is not a local process`);
}

function hasStreams(child: ChildProcess): child is ChildProcessWithoutNullStreams {
  return Boolean(child.stdin && child.stdout && child.stderr);
}

function spawned(child: ChildProcess, command: string): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once("spawn", resolve);
    child.once("error", (error) => reject(startFailure(command, error)));
  });
}

function refuseAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new StartAbortedError();
}
