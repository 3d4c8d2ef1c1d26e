/** Templates of *Add Server…*: an example of the input, and the entry that results from it. Pure. */
/* biome-ignore-all lint/suspicious/noTemplateCurlyInString: the catalog's own variables */

import type { Entry } from "../../catalog/entry.ts";

type Runtime = Entry["runtime"];

export interface ServerTemplate {
  readonly id: string;
  readonly icon: string;
  /** The `runtime.type` of the entry. */
  readonly type: string;
  /** An example of the input. */
  readonly example: string;
  runtime(answer: string): Runtime;
  /** A name for the server, derived from the input. */
  nameOf(answer: string): string;
}

export const serverTemplates: readonly ServerTemplate[] = [
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
    nameOf: imageName,
  },
  {
    id: "podman",
    icon: "server-environment",
    type: "podman",
    example: "docker.io/mcp/fetch:latest",
    runtime(answer) {
      const [image = "", ...args] = words(answer);
      return { type: "podman", image, ...(args.length > 0 && { args }) };
    },
    nameOf: imageName,
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
  {
    id: "job",
    icon: "server-process",
    type: "k8s-job",
    example: "default mcp/fetch:latest",
    runtime(answer) {
      const [namespace = "", image = "", ...args] = words(answer);
      return { type: "k8s-job", namespace, image, ...(args.length > 0 && { args }) };
    },
    nameOf: (answer) => imageName(words(answer)[1] ?? ""),
  },
  {
    id: "service",
    icon: "server",
    type: "k8s-service",
    example: "default notes-server 8080",
    runtime(answer) {
      const [namespace = "", service_name = "", port] = words(answer);
      return { type: "k8s-service", namespace, service_name, port: Number(port) };
    },
    nameOf: (answer) => words(answer)[1] ?? "",
  },
];

export type FieldError = "empty" | "url" | "quote" | "namespace" | "image" | "service" | "port";

/** The error in an input, checked while the user types. */
export function fieldErrorOf({ type }: ServerTemplate, answer: string): FieldError | undefined {
  if (answer.trim() === "") return "empty";
  if (type === "remote-sse") return /^https?:\/\/[^\s]+$/.test(answer.trim()) ? undefined : "url";
  if ((answer.match(/(?<!\\)"/g) ?? []).length % 2 === 1) return "quote";
  return type === "k8s-job" || type === "k8s-service" ? clusterFieldError(type, words(answer)) : undefined;
}

const clusterName = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

function clusterFieldError(
  type: "k8s-job" | "k8s-service",
  answer: readonly string[],
): FieldError | undefined {
  const [namespace = "", name = "", port = "", ...more] = answer;
  if (!clusterName.test(namespace)) return "namespace";
  if (type === "k8s-job") return /^[a-zA-Z0-9]/.test(name) ? undefined : "image";
  if (!clusterName.test(name)) return "service";
  const isPort = /^\d{1,5}$/.test(port) && Number(port) >= 1 && Number(port) <= 65_535;
  return isPort && more.length === 0 ? undefined : "port";
}

/** Splits a command line into words. Quotes hold a word together. */
export function words(line: string): string[] {
  const found = line.match(/(?:"(?:[^"\\]|\\.)*"|'[^']*'|[^\s"'])+/g) ?? [];
  return found.map((word) =>
    word.replaceAll(
      /"((?:[^"\\]|\\.)*)"|'([^']*)'/g,
      (_, double?: string, single?: string) => single ?? (double ?? "").replaceAll(/\\(["\\])/g, "$1"),
    ),
  );
}

/** Returns `github` for `ghcr.io/github/github-mcp-server:v1 --flag`. */
function imageName(answer: string): string {
  return packageName(answer.replace(/(?<=\w):[^/\s]*/, ""));
}

/** Returns `server-git` for `@scope/mcp-server-git@1.2 --flag`. */
function packageName(answer: string): string {
  const name = words(answer).find((word) => !word.startsWith("-")) ?? "";
  return (
    name
      .replace(/(?<=.)@[^@/]*$/, "")
      .split("/")
      .at(-1) ?? ""
  ).replace(/^(?:mcp-)?server-|-mcp(?:-server)?$/g, "");
}
