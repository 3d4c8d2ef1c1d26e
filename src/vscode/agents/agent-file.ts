/** Reads and writes the gateway's entries in one agent's configuration file. */

import { readFile, realpath, stat } from "node:fs/promises";
import { writeFileAtomic } from "../../base/write-file-atomic.ts";
import type { UserFolders } from "./agent-config-paths.ts";
import type { Agent } from "./agents.ts";
import { type EditPlan, ourNames } from "./config-edits.ts";
import { editJson, jsonServers } from "./json-edits.ts";
import { editToml, tomlServers } from "./toml-edits.ts";

/** Path of the agent's configuration file, or `undefined` if the agent has no file here. */
export async function fileOf(agent: Agent, around: UserFolders): Promise<string | undefined> {
  const files = agent.files(around);
  for (const file of files) if ((await stat(file).catch(() => undefined))?.isFile()) return file;
  return files[0];
}

/** Names of the gateway's entries in the file. Rejects if the file is not valid. */
export async function configured(agent: Agent, file: string, isOurs: EditPlan["isOurs"]): Promise<string[]> {
  const text = await textOf(file);
  const servers = agent.format === "json" ? jsonServers(text, agent.path) : tomlServers(text, agent.path);
  return ourNames(servers, isOurs);
}

/** Writes the planned entries. Resolves with the previous text. Rejects if the file is not valid. */
export async function editAgentFile(agent: Agent, file: string, plan: EditPlan): Promise<string> {
  const before = await textOf(file);
  const edit = agent.format === "json" ? editJson : editToml;
  const after = edit(before, agent.path, plan);
  if (after !== before) await write(file, after);
  return before;
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return "";
    throw error;
  }
}

/** Keeps symbolic links and the permissions of the file. */
async function write(file: string, text: string): Promise<void> {
  const target = await realpath(file).catch(() => file);
  const mode = (await stat(target).catch(() => undefined))?.mode ?? 0o600;
  await writeFileAtomic(target, text, { mode });
}
