/** The ways to describe a server that *Add Server…* knows: what is asked, and the entry that comes of it. Pure. */
/* biome-ignore-all lint/suspicious/noTemplateCurlyInString: the catalog's own variables */

import type { Entry } from "../../catalog/entry.ts";

type Runtime = Entry["runtime"];

export interface Recipe {
  readonly id: string;
  readonly icon: string;
  /** The `runtime.type` it makes. */
  readonly type: string;
  /** An example of the answer. */
  readonly example: string;
  runtime(answer: string): Runtime;
  /** A name for the server, taken from the answer. */
  nameOf(answer: string): string;
}

export const recipes: readonly Recipe[] = [
  {
    id: "npm",
    icon: "package",
    type: "local-process",
    example: "@modelcontextprotocol/server-filesystem ${workspaceFolder}",
    runtime: (answer) => ({ type: "local-process", command: "npx", args: ["-y", ...words(answer)] }),
    nameOf: packageName,
  },
  {
    id: "python",
    icon: "snake",
    type: "local-process",
    example: "mcp-server-git --repository ${workspaceFolder}",
    runtime: (answer) => ({ type: "local-process", command: "uvx", args: words(answer) }),
    nameOf: packageName,
  },
  {
    id: "program",
    icon: "terminal",
    type: "local-process",
    example: "node server.js --stdio",
    runtime(answer) {
      const [command = "", ...args] = words(answer);
      return { type: "local-process", command, ...(args.length > 0 && { args }) };
    },
    nameOf: (answer) => words(answer)[0]?.split(/[\\/]/).at(-1) ?? "",
  },
  {
    id: "container",
    icon: "server-environment",
    type: "docker",
    example: "mcp/fetch:latest",
    runtime(answer) {
      const [image = "", ...args] = words(answer);
      return { type: "docker", image, ...(args.length > 0 && { args }) };
    },
    nameOf: (answer) => packageName(answer.replace(/(?<=\w):[^/\s]*/, "")),
  },
  {
    id: "remote",
    icon: "globe",
    type: "remote-sse",
    example: "https://mcp.example.com/mcp",
    runtime: (answer) => ({ type: "remote-sse", url: answer.trim() }),
    nameOf: (answer) =>
      URL.parse(answer.trim())
        ?.hostname.replace(/^(?:mcp|www|api)\./, "")
        .split(".")[0] ?? "",
  },
];

/** What is wrong with an answer, for people who are still typing. */
export function flawOf(recipe: Recipe, answer: string): "empty" | "quote" | "url" | undefined {
  if (answer.trim() === "") return "empty";
  if (recipe.type === "remote-sse") return /^https?:\/\/[^\s]+$/.test(answer.trim()) ? undefined : "url";
  return (answer.match(/(?<!\\)"/g) ?? []).length % 2 === 1 ? "quote" : undefined;
}

/** A command line as its words: quotes hold one together. */
export function words(line: string): string[] {
  const found = line.match(/(?:"(?:[^"\\]|\\.)*"|'[^']*'|[^\s"'])+/g) ?? [];
  return found.map((word) =>
    word.replaceAll(
      /"((?:[^"\\]|\\.)*)"|'([^']*)'/g,
      (_, double?: string, single?: string) => single ?? (double ?? "").replaceAll(/\\(["\\])/g, "$1"),
    ),
  );
}

/** `server-git` of `@scope/mcp-server-git@1.2 --flag`. */
function packageName(answer: string): string {
  const name = words(answer).find((word) => !word.startsWith("-")) ?? "";
  return (
    name
      .replace(/(?<=.)@[^@/]*$/, "")
      .split("/")
      .at(-1) ?? ""
  ).replace(/^(?:mcp-)?server-|-mcp(?:-server)?$/g, "");
}
