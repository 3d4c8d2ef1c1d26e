/** Tools that send messages while they run (logs, progress, changed lists), and one that cuts its stream. */

import { setTimeout as wait } from "node:timers/promises";
import type { McpServer, ServerContext } from "@modelcontextprotocol/server";
import { text } from "./samples.ts";
import { addTool } from "./tool.ts";

/** Notifies all listeners that a list has changed. */
export interface Changes {
  toolsChanged(): void;
  promptsChanged(): void;
}

const stepMs = 50;

export function addEventTools(server: McpServer, changes: Changes): void {
  addTool(server, "test_tool_with_logging", "Logs three messages while it runs", async (_, context) => {
    await log(context, "Tool execution started");
    await wait(stepMs);
    await log(context, "Tool processing data");
    await wait(stepMs);
    await log(context, "Tool execution completed");
    return { content: [text("Tool with logging executed successfully")] };
  });
  addTool(server, "test_logging_tool", "Logs one message, if the client wants any", async (_, context) => {
    await log(context, "Logged by test_logging_tool");
    return { content: [text("Logged")] };
  });
  addTool(server, "test_tool_with_progress", "Reports progress while it runs", async (_, context) => {
    await progress(context, 0);
    await wait(stepMs);
    await progress(context, 50);
    await wait(stepMs);
    await progress(context, 100);
    return { content: [text("Tool with progress executed successfully")] };
  });
  addTool(server, "test_reconnection", "Closes its event stream before it answers", async (_, context) => {
    context.http?.closeSSE?.();
    await wait(2 * stepMs);
    return { content: [text("Reconnection test completed successfully")] };
  });
  addTool(server, "test_trigger_tool_change", "Announces that the tools have changed", () => {
    changes.toolsChanged();
    return { content: [text("Announced")] };
  });
  addTool(server, "test_trigger_prompt_change", "Announces that the prompts have changed", () => {
    changes.promptsChanged();
    return { content: [text("Announced")] };
  });
}

function log(context: ServerContext, data: string): Promise<void> {
  return context.mcpReq.log("info", data, "reference-server");
}

async function progress(context: ServerContext, done: number): Promise<void> {
  const progressToken = context.mcpReq._meta?.progressToken;
  if (progressToken === undefined) return;
  const params = { progressToken, progress: done, total: 100, message: `Completed ${done} of 100` };
  await context.mcpReq.notify({ method: "notifications/progress", params });
}
