/** What is said of a deployment: what will be deployed, what came of it, and where something is wrong. Pure. */

import { serverDefaults } from "../../metadata/generated/server-defaults.ts";
import type { DefinedServer } from "../../metadata/load-metadata.ts";
import type { Change, Deployed } from "../../platform/pipeline/deploy-manifests.ts";

/** A place in a file that somebody can be taken to; line and column count from 1. */
export interface FilePlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export interface PlacedProblem {
  readonly words: string;
  readonly place?: FilePlace;
}

/** The problems in the message of an `invalid-metadata` error, each with its place where it has one. */
export function placedProblems(message: string): PlacedProblem[] {
  const lines = message.replace(/^failed to load metadata: /, "").split("\n");
  return lines.map((text) => {
    const [, file, line, column, words] = /^(.+?):(\d+):(\d+): (.*)$/.exec(text) ?? [];
    if (file === undefined || words === undefined) return { words: text };
    return { words, place: { file, line: Number(line), column: Number(column) } };
  });
}

/** `namespace/name`, one line each. */
export function plannedLines(servers: readonly DefinedServer[]): string {
  return servers
    .map(({ server: { name, namespace = serverDefaults.namespace } }) => `${namespace}/${name}`)
    .join("\n");
}

/** How many of each change, those that happened only. */
export function changeCounts(deployed: readonly Deployed[]): { change: Change; count: number }[] {
  const changes: readonly Change[] = ["created", "configured", "unchanged"];
  return changes
    .map((change) => ({
      change,
      count: deployed.filter((one) => one.kind === "applied" && one.change === change).length,
    }))
    .filter(({ count }) => count > 0);
}
