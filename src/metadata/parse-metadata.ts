/** Parses the text of a `.mcp/metadata.yaml` to servers and problems. Pure: reads no file. */

import { type Subject, schemaProblems, type Wording } from "../catalog/schema-problems.ts";
import { inOrder, type Path, type Problem, quoted, type TextRange } from "../catalog/text/problem.ts";
import { readYaml, type YamlText } from "../catalog/text/yaml-text.ts";
import type { MetadataFile, PlatformServer } from "./generated/metadata-types.ts";
import { validateMetadata } from "./generated/validate.js";

export interface ParsedMetadata {
  /** In the order of the file. Empty when there is a problem. */
  readonly servers: readonly PlatformServer[];
  /** In the order of the text. */
  readonly problems: readonly Problem[];
  /** Range of the name of a server, by its index. */
  placeOfName(index: number): TextRange;
}

/** Never throws (platform.md, *metadata.yaml*). */
export function parseMetadata(text: string): ParsedMetadata {
  const yaml = readYaml(text);
  const problems = inOrder([...yaml.problems, ...formProblems(yaml)]);
  const servers = problems.length > 0 ? [] : (yaml.value as MetadataFile).servers;
  return {
    servers,
    problems,
    placeOfName: (index) => yaml.placeOf(["servers", index, "name"], "value"),
  };
}

function formProblems(yaml: YamlText): Problem[] {
  if (yaml.value === undefined) return yaml.problems.length > 0 ? [] : [emptyFile(yaml)];
  const names = namesIn(yaml.value);
  const found = validateMetadata(yaml.value)
    ? []
    : schemaProblems(validateMetadata.errors ?? [], yaml.value, wordingFor(names));
  return [
    ...found.map(({ code, message, path, part, meant }) => ({
      severity: "error" as const,
      code,
      message,
      path,
      ...yaml.placeOf(path, part),
      ...(meant !== undefined && { meant }),
    })),
    ...repeatedNames(names).map(({ name, index }) => {
      const path = ["servers", index, "name"];
      return { severity: "error" as const, ...duplicateName(name), path, ...yaml.placeOf(path, "value") };
    }),
  ];
}

function emptyFile(yaml: YamlText): Problem {
  const message = "The metadata is empty: write 'version: v1' and 'servers:'";
  return { severity: "error", code: "empty-file", message, path: [], ...yaml.placeOf([], "value") };
}

/** The problem of each server with a repeated name. */
export function duplicateName(name: string): Pick<Problem, "code" | "message"> {
  return { code: "duplicate-name", message: `Duplicate server name: ${quoted(name).slice(1, -1)}` };
}

/** Every index of a name that occurs more than once. */
export function repeatedNames(names: readonly (string | undefined)[]): { name: string; index: number }[] {
  const uses = new Map<string | undefined, number>();
  for (const name of names) uses.set(name, (uses.get(name) ?? 0) + 1);
  return names.flatMap((name, index) =>
    name !== undefined && (uses.get(name) ?? 0) > 1 ? [{ name, index }] : [],
  );
}

function namesIn(root: unknown): (string | undefined)[] {
  const servers = isMapping(root) ? root["servers"] : undefined;
  if (!Array.isArray(servers)) return [];
  return servers.map((server: unknown) => {
    const name = isMapping(server) ? server["name"] : undefined;
    return typeof name === "string" ? name : undefined;
  });
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function wordingFor(names: readonly (string | undefined)[]): Wording {
  return {
    required: ["version", "servers", "name"],
    subjectOf: (path) => subjectOf(path, names),
    elsewhere: (path, key) =>
      path.length === 2 && key === "ingressPath" ? "the path of a server is its 'route'" : undefined,
  };
}

function subjectOf(path: Path, names: readonly (string | undefined)[]): Subject {
  const [root, index, ...field] = path;
  if (root !== "servers" || typeof index !== "number") return { name: "The metadata", field: path };
  const name = names[index];
  return { name: name ? `Server ${quoted(name)}` : `Server at index ${index}`, field };
}
