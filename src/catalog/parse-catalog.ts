/** Parses the text of a catalog to entries and problems. Pure: reads no file. */

import type { ErrorObject } from "ajv";
import type { Entry } from "./entry.ts";
import { entryKeys, requiredFields, runtimeKeys, runtimeTypes } from "./generated/schema-facts.ts";
import { validateCatalog } from "./generated/validate.js";
import type { PluginTypes } from "./plugin-types.ts";
import { errorsAsWritten, isBuiltIn, noPluginTypes } from "./plugin-types.ts";
import type { SchemaProblem, Subject, Wording } from "./schema-problems.ts";
import { schemaProblems } from "./schema-problems.ts";
import type { Path, Problem, TextRange, Within } from "./text/problem.ts";
import { dotted, inOrder, quoted } from "./text/problem.ts";
import { stringsIn } from "./text/strings-in.ts";
import { malformedParts, malformedWithin, parseVariables } from "./text/variable-syntax.ts";
import type { YamlText } from "./text/yaml-text.ts";
import { readYaml } from "./text/yaml-text.ts";

/** Runtimes that start no process, so that `env` has no effect (gateway.md, *Catalog*). */
const withoutEnv: readonly string[] = ["remote-sse"];

export interface ParsedCatalog {
  /** The entries without errors, in the order of the file. All entries when `problems` has no error. */
  readonly entries: readonly Entry[];
  /** In the order of the text. */
  readonly problems: readonly Problem[];
  /** The subset of `problems` about the form. A server with such a problem is not checked further. */
  readonly formProblems: readonly Problem[];
  /** The text as values with positions, also for an invalid text. */
  readonly yaml: YamlText;
  /** Range of a field of one of `entries`: `path` starts at the entry, `within` is a part of its text. */
  placeOf(entry: Entry, path: Path, within?: Within): TextRange;
  /** The path of a field of one of `entries`, from the root of the file. */
  pathOf(entry: Entry, path: Path): Path;
}

export interface ParseOptions {
  /** Index of the first server in messages, for a text that is a part of a catalog. */
  readonly firstIndex?: number;
  /** Runtime types in addition to those of the schema. */
  readonly types?: PluginTypes;
}

/** Never throws. Checks the syntax of variables, but not their values (gateway.md, *Variables*). */
export function parseCatalog(text: string, options: ParseOptions = {}): ParsedCatalog {
  const { firstIndex = 0, types = noPluginTypes } = options;
  const yaml = readYaml(text);
  const servers = serversIn(yaml.value);
  const ids = servers.map(idOf);
  const found =
    yaml.value === undefined
      ? nothingFound(yaml)
      : [
          ...schemaFindings(yaml.value, types, wordingFor({ servers, ids, types, firstIndex })),
          ...duplicates(ids),
        ];
  const structural = [
    ...yaml.problems,
    ...found.filter(unlessIn(yaml)).map((problem) => placed(yaml, problem)),
  ];
  const indexes = new Map<Entry, number>(withoutProblems(servers, structural));
  const ofTexts = [...indexes].flatMap(([entry, index]) => textFindings(entry, index));
  const ofEnv = [...indexes].flatMap(([entry, index]) => envFinding(yaml, entry, index));
  const broken = new Set(ofTexts.map(({ path }) => path[1]));
  const pathOf = (entry: Entry, path: Path): Path => ["servers", indexes.get(entry) ?? -1, ...path];
  const withIds = (problems: readonly Problem[]) => problems.map((problem) => named(problem, ids));
  return {
    entries: [...indexes].filter(([, index]) => !broken.has(index)).map(([entry]) => entry),
    problems: inOrder(withIds([...structural, ...ofTexts.map((problem) => placed(yaml, problem)), ...ofEnv])),
    formProblems: inOrder(withIds(structural)),
    yaml,
    placeOf: (entry, path, within) => yaml.placeOf(pathOf(entry, path), "value", within),
    pathOf,
  };
}

/** A problem, and the part of the text to show it at. */
type Finding = Omit<SchemaProblem, "origin"> & { readonly origin?: Path; readonly within?: Within };

/** Filters out findings about values that could not be read. */
function unlessIn({ problems }: YamlText): (finding: Finding) => boolean {
  const unread = new Set(problems.map(({ path }) => JSON.stringify(path)));
  return ({ origin }) => origin === undefined || !unread.has(JSON.stringify(origin));
}

function placed(yaml: YamlText, { code, message, path, part, within, meant }: Finding): Problem {
  const place = yaml.placeOf(path, part, within);
  return { severity: "error", code, message, path, ...place, ...(meant !== undefined && { meant }) };
}

function named(problem: Problem, ids: readonly (string | undefined)[]): Problem {
  const index = problem.path[0] === "servers" ? problem.path[1] : undefined;
  const serverId = typeof index === "number" ? ids[index] : undefined;
  return serverId === undefined ? problem : { ...problem, serverId };
}

function serversIn(root: unknown): readonly unknown[] {
  const servers = isMapping(root) ? root["servers"] : undefined;
  return Array.isArray(servers) ? servers : [];
}

function idOf(server: unknown): string | undefined {
  const id = isMapping(server) ? server["id"] : undefined;
  return typeof id === "string" ? id : undefined;
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function nothingFound(yaml: YamlText): Finding[] {
  if (yaml.problems.length > 0) return [];
  const message = "The catalog is empty: write 'servers: []' for one without servers";
  return [{ code: "empty-file", message, path: [], part: "value" }];
}

function schemaFindings(root: unknown, types: PluginTypes, wording: Wording): Finding[] {
  if (validateCatalog(root)) return [];
  const errors = (validateCatalog.errors ?? []).flatMap((error) => ofPlugins(error, types));
  return schemaProblems(errors, root, wording).map(ofServers);
}

/**
 * A type that the schema does not know may be a plugin's. Then the errors of the plugin's schema replace this error.
 */
function ofPlugins(error: ErrorObject, types: PluginTypes): readonly ErrorObject[] {
  const type = error.keyword === "discriminator" && types.get(String(error.params["tagValue"]));
  if (!type) return [error];
  return errorsAsWritten(type, error.data).map((found) => ({
    ...found,
    instancePath: error.instancePath + found.instancePath,
  }));
}

/** The only field of the file itself gets a message of its own. */
function ofServers(finding: Finding): Finding {
  const isOfFile = finding.path.length === 0 && finding.code === "missing-field";
  const isEmpty =
    finding.path.length === 1 && finding.path[0] === "servers" && finding.code === "empty-value";
  if (!isOfFile && !isEmpty) return finding;
  const what = isEmpty ? "'servers' is empty" : "The catalog has no 'servers'";
  return { ...finding, message: `${what}: write 'servers: []' for a catalog without servers` };
}

interface Named {
  readonly servers: readonly unknown[];
  /** Id of each server. */
  readonly ids: readonly (string | undefined)[];
  readonly types: PluginTypes;
  readonly firstIndex: number;
}

function wordingFor({ servers, ids, types, firstIndex }: Named): Wording {
  return {
    required: requiredFields,
    runtimeTypes: [...runtimeTypes, ...types.keys()],
    subjectOf: (path) => subjectOf(path, ids, firstIndex),
    elsewhere(path, key) {
      const within = dotted(path.slice(2));
      if (path.length === 2 && keysOfRuntime(servers[Number(path[1])], types).includes(key))
        return "it belongs in runtime";
      if (within === "runtime" && entryKeys.some((known) => known === key))
        return "it belongs beside runtime, not in it";
      return undefined;
    },
  };
}

/** Keys of its runtime type. For an unknown type, the keys of all types. */
function keysOfRuntime(server: unknown, types: PluginTypes): readonly string[] {
  const runtime = isMapping(server) ? server["runtime"] : undefined;
  const type = isMapping(runtime) ? String(runtime["type"]) : "";
  const plugin = types.get(type);
  if (plugin) return Object.keys(plugin.schema["properties"] ?? {});
  const ofType = Object.entries(runtimeKeys).filter(([known]) => known === type);
  return (ofType.length > 0 ? ofType : Object.entries(runtimeKeys)).flatMap(([, keys]) => keys);
}

function subjectOf(path: Path, ids: readonly (string | undefined)[], firstIndex: number): Subject {
  const [root, index, ...field] = path;
  if (root !== "servers" || typeof index !== "number") return { name: "The catalog", field: path };
  const id = ids[index];
  return { name: id ? `Server ${quoted(id)}` : `Server at index ${firstIndex + index}`, field };
}

function duplicates(ids: readonly (string | undefined)[]): Finding[] {
  const places = new Map<string, number[]>();
  for (const [index, id] of ids.entries()) {
    if (id !== undefined) places.set(id, [...(places.get(id) ?? []), index]);
  }
  return [...places]
    .filter(([, indexes]) => indexes.length > 1)
    .flatMap(([id, indexes]) =>
      indexes.map((index) => ({
        ...duplicateId(id),
        path: ["servers", index, "id"],
        part: "value" as const,
      })),
    );
}

/** The problem of each server with a repeated id. */
export function duplicateId(id: string): Pick<Problem, "code" | "message"> {
  return { code: "duplicate-id", message: `Duplicate server ID: ${quoted(id).slice(1, -1)}` };
}

/** The servers without problems. Only these are valid entries. */
function withoutProblems(servers: readonly unknown[], problems: readonly Problem[]): [Entry, number][] {
  const broken = new Set(problems.filter(({ path }) => path[0] === "servers").map(({ path }) => path[1]));
  if (problems.some(({ path }) => path[0] === "servers" && path.length === 1)) return [];
  return servers.flatMap((server, index) =>
    broken.has(index) ? [] : [[server as Entry, index] as [Entry, number]],
  );
}

function textFindings(entry: Entry, index: number): Finding[] {
  return stringsIn(entry).flatMap(({ path, text }) => {
    const field = `Server '${entry.id}': ${dotted(path)}`;
    const at = { path: ["servers", index, ...path], part: "value" as const };
    const findings: Finding[] = malformedParts(parseVariables(text)).map((part) => ({
      code: "malformed-variable",
      message: `${field}: ${quoted(variableShown(part.source))} ${part.because}`,
      within: malformedWithin(part),
      ...at,
    }));
    if (text.includes("\0"))
      findings.push({ code: "nul-character", message: `${field} contains a NUL character`, ...at });
    if (path[1] === "url" && isBuiltIn(entry.runtime) && !text.includes("${") && !URL.canParse(text)) {
      findings.push({ code: "invalid-url", message: `${field} is not a valid URL`, ...at });
    }
    return findings;
  });
}

/** Only the name is shown, because a default, or the text after a missing brace, may be a secret. */
function variableShown(source: string): string {
  const name = /^\$\{[\w.:]{0,40}(?<!:)/.exec(source)?.[0] ?? "${";
  const whole = source.endsWith("}") && !source.includes(":-") && source.length <= 60;
  return whole ? source : `${name}…`;
}

function envFinding(yaml: YamlText, { id, env, runtime }: Entry, index: number): Problem[] {
  if (env === undefined || !withoutEnv.includes(runtime.type)) return [];
  const path = ["servers", index, "env"];
  const message = `Server '${id}': env has no effect with runtime type ${runtime.type}`;
  return [{ severity: "warning", code: "unused-env", message, path, ...yaml.placeOf(path, "key") }];
}
