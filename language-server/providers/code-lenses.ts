/** Code lenses above each server: its state and the possible actions. Pure. */

import type { CodeLens, Command } from "vscode-languageserver";
import { visibleText } from "../../src/base/visible-text.ts";
import type { DocumentEntry } from "../documents/document-entry.ts";
import type { ServerState } from "../protocol.ts";
import { commands } from "../protocol.ts";

const titles = { start: "$(play) Start", stop: "$(debug-stop) Stop", restart: "$(debug-restart) Restart" };

/** Entries that the gateway does not have get no lenses. */
export function lensesOf(
  entries: readonly DocumentEntry[],
  stateOf: (id: string) => ServerState | undefined,
): CodeLens[] {
  return entries.flatMap(({ id, line, text, range }) => {
    const state = id === undefined ? undefined : stateOf(id);
    if (state === undefined) return [];
    const start = range?.start ?? { line, character: Math.max(0, text.search(/[^ ]/)) };
    return commandsOf(state).map((command) => ({ range: { start, end: start }, command }));
  });
}

function commandsOf({ id, label, facts = [], actions }: ServerState): Command[] {
  const state = {
    title: visibleText([label, ...facts].join(" · ")).replaceAll("$(", "\\$("),
    command: commands.log,
    arguments: [id],
  };
  const doable = actions.map((action) => ({
    title: titles[action],
    command: commands[action],
    arguments: [id],
  }));
  return [state, ...doable, { title: "$(output) Log", command: commands.log, arguments: [id] }];
}
