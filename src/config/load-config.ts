/** Finds and reads the config of a headless gateway (gateway.md, *Config*). Does not interpret the values. */

import { lstat } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { leavesThisMachine } from "../catalog/checks/network-path.ts";
import type { ConfigFile } from "../catalog/generated/config-types.ts";
import { configDefaults } from "../catalog/generated/schema-facts.ts";
import { validateConfig } from "../catalog/generated/validate.js";
import { schemaProblems } from "../catalog/schema-problems.ts";
import type { Path, Problem } from "../catalog/text/problem.ts";
import { inOrder, problemLine } from "../catalog/text/problem.ts";
import { readTextFile } from "../catalog/text/read-text-file.ts";
import type { YamlText } from "../catalog/text/yaml-text.ts";
import { readYaml } from "../catalog/text/yaml-text.ts";
import { headlessSources } from "../catalog/variables/headless-sources.ts";
import { fullPath } from "../catalog/variables/user-paths.ts";
import type { Config, ConfigContext, ConfigFinding, ConfigFlags } from "./config-values.ts";
import { configValues } from "./config-values.ts";

/**
 * Where to look for a config without `--config`. `everywhere`: in the working folder, the user's and the system's
 * folder. `user`: only in the latter two, because another program may own a file in the working folder. `nowhere`: the
 * defaults apply.
 */
export type ConfigSearch = "everywhere" | "user" | "nowhere";

export interface ConfigOptions {
  /** Default: everywhere. */
  readonly search?: ConfigSearch;
  readonly flags?: ConfigFlags;
  /** Working folder, absolute. */
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly userHome?: string;
  /** Folder of the system's config. Windows has none, because any user may create `\etc` on the current drive. */
  readonly systemDir?: string;
}

export type LoadedConfig =
  | {
      readonly kind: "loaded";
      readonly config: Config;
      /** Warnings for the user, one line each. */
      readonly warnings: readonly string[];
      /** A line with the position of an error in a value that is found only when the value is used. */
      readonly lineOf: (path: Path, message: string) => string;
    }
  | {
      readonly kind: "invalid";
      /** The file that was read or not found. */
      readonly file?: string;
      /** The problems with a position in `file`. */
      readonly problems: readonly Problem[];
      /** All problems, one line each, ready to print: `problems` first, then flags and environment. */
      readonly lines: readonly string[];
      /** The catalog of this config, if it is certain and can be checked without the rest of the config. */
      readonly catalog?: NamedCatalog;
    };

export interface NamedCatalog {
  readonly path: string;
  /** Unset: the default folder. */
  readonly secretsDir?: string;
}

/**
 * Loads the first existing config of `--config`, ./config.yaml, ~/.config/mcp-gateway/config.yaml and, except on
 * Windows, /etc/mcp-gateway/config.yaml; otherwise the defaults. When flags set both catalog and address, ./config.yaml
 * is ignored, because another program may own it. Flags win over the environment, which wins over the file. Never
 * rejects.
 */
export async function loadConfig(options: ConfigOptions = {}): Promise<LoadedConfig> {
  const { flags = {}, cwd = process.cwd(), env = process.env, userHome = homedir() } = options;
  const search = effectiveSearch(options);
  const found = await findConfig(searchedFiles({ ...options, search }, cwd, userHome));
  if (found.kind === "failed") return invalid(found.file, [found.problem], []);
  const defaultDir = options.search === "user" ? userDir(userHome) : cwd;
  const read = await readConfig(found.text, { file: found.file, defaultDir, flags, cwd, env, userHome });
  const isPassedOver = search !== (options.search ?? "everywhere");
  return isPassedOver ? withPassedOver(read, join(cwd, "config.yaml")) : read;
}

/** Pure. */
function effectiveSearch({ search = "everywhere", flags }: ConfigOptions): ConfigSearch {
  const isComplete = flags?.catalog !== undefined && flags.listenAddr !== undefined;
  return search === "everywhere" && isComplete && flags.config === undefined ? "user" : search;
}

/** Warns about the ignored file. */
async function withPassedOver(loaded: LoadedConfig, file: string): Promise<LoadedConfig> {
  if (loaded.kind === "invalid" || loaded.config.file === file || !(await isThere(file))) return loaded;
  const warning = `${file} is not read, because --catalog and --listen-addr are given: pass it with --config to use it`;
  return { ...loaded, warnings: [warning] };
}

function isThere(file: string): Promise<boolean> {
  return lstat(file).then(
    () => true,
    () => false,
  );
}

/** All problems of the text of a config, saved or not. `file` is its absolute path. Never rejects. */
export async function checkConfigText(text: string, file: string): Promise<readonly Problem[]> {
  const read = await readConfig(text, {
    file,
    defaultDir: dirname(file),
    flags: {},
    cwd: dirname(file),
    env: process.env,
    userHome: homedir(),
    isLocal: true,
  });
  return read.kind === "invalid" ? read.problems : [];
}

type InvalidConfig = Extract<LoadedConfig, { kind: "invalid" }>;
type Reading = Omit<ConfigContext, "baseDir" | "variables"> & {
  readonly file: string | undefined;
  /** Base of relative paths without a file. */
  readonly defaultDir: string;
  /** Other machines are not contacted. Secrets in a folder there count as set. */
  readonly isLocal?: boolean;
};

async function readConfig(text: string, around: Reading): Promise<LoadedConfig> {
  const { file, defaultDir, env, userHome } = around;
  const yaml = readYaml(text);
  const checked = checkShape(yaml);
  const baseDir = file === undefined ? defaultDir : dirname(file);
  const withCatalog = (found: InvalidConfig) => ({ ...found, ...namedCatalog(yaml.value, around, baseDir) });
  if (checked.problems.length > 0) return withCatalog(invalid(file, checked.problems, []));
  const { secretsDir } = secretsDirOf(checked.value, env, userHome, baseDir);
  const found = headlessSources({ baseDir, processEnv: env, userHome, ...(secretsDir && { secretsDir }) });
  const isElsewhere =
    around.isLocal && secretsDir !== undefined && leavesThisMachine(secretsDir, baseDir, userHome);
  const variables = isElsewhere ? { ...found, secret: async () => "a-secret" } : found;
  const values = await configValues(checked.value, { ...around, baseDir, variables });
  if (values.kind === "wrong") return withCatalog(wrong(file, yaml, values.findings));
  const lineOf = (path: Path, what: string) => {
    const message = `The config: ${what}`;
    const problem: Problem = {
      severity: "error",
      code: "unusable",
      message,
      path,
      ...yaml.placeOf(path, "value"),
    };
    return file === undefined ? message : problemLine(file, problem);
  };
  const config = { ...values.config, ...(file !== undefined && { file }) };
  return { kind: "loaded", config, warnings: [], lineOf };
}

type FoundConfig =
  | { readonly kind: "found"; readonly file?: string; readonly text: string }
  | { readonly kind: "failed"; readonly file: string; readonly problem: Problem };

const usualSystemDir = process.platform === "win32" ? undefined : "/etc/mcp-gateway";

interface Searched {
  readonly file: string;
  /** Whether a missing file is an error. */
  readonly mustExist: boolean;
}

function searchedFiles(options: ConfigOptions, cwd: string, userHome: string): Searched[] {
  const { flags, systemDir = usualSystemDir, search } = options;
  if (flags?.config !== undefined) return [{ file: fullPath(flags.config, userHome, cwd), mustExist: true }];
  if (search === "nowhere") return [];
  const folders = [...(search === "user" ? [] : [cwd]), userDir(userHome), systemDir];
  return folders
    .filter((folder) => folder !== undefined)
    .map((folder) => ({ file: resolve(folder, "config.yaml"), mustExist: false }));
}

function userDir(userHome: string): string {
  return join(userHome, ".config", "mcp-gateway");
}

async function findConfig(searched: readonly Searched[]): Promise<FoundConfig> {
  for (const { file, mustExist } of searched) {
    const read = await readTextFile(file);
    if (read.kind === "text") return { kind: "found", file, text: read.text };
    // A file that exists but cannot be read is an error, because ignoring it would run another config.
    if (mustExist || read.problem.code !== "missing-file")
      return { kind: "failed", file, problem: read.problem };
  }
  return { kind: "found", text: "" };
}

/** An empty config has only defaults. */
function checkShape(yaml: YamlText): { value: ConfigFile; problems: Problem[] } {
  const value = yaml.value ?? {};
  if (yaml.problems.length > 0) return { value: {}, problems: inOrder(yaml.problems) };
  if (validateConfig(value)) return { value: value as ConfigFile, problems: [] };
  const found = schemaProblems(validateConfig.errors ?? [], value, {
    subjectOf: (path) => ({ name: "The config", field: path }),
    elsewhere: () => undefined,
    required: [],
  });
  const problems = found.map(
    ({ code, message, path, part, meant }): Problem => ({
      severity: "error",
      code,
      message,
      path,
      ...yaml.placeOf(path, part),
      ...(meant !== undefined && { meant }),
    }),
  );
  return { value: {}, problems: inOrder(problems) };
}

/**
 * Keys may be secrets in the folder that the same file names, so the folder itself is resolved first and cannot be a
 * secret.
 */
function secretsDirOf(
  { secrets_dir }: ConfigFile,
  env: Readonly<Record<string, string | undefined>>,
  userHome: string,
  baseDir: string,
): { secretsDir?: string } {
  if (env["MCP_GATEWAY_SECRETS_DIR"] || secrets_dir === undefined || secrets_dir.includes("${")) return {};
  return { secretsDir: fullPath(secrets_dir, userHome, baseDir) };
}

/**
 * The catalog of a config with errors. `undefined` when the config has plugins, because they are not loaded and their
 * types are unknown.
 */
function namedCatalog(
  value: unknown,
  { flags, cwd, env, userHome }: Reading,
  baseDir: string,
): { catalog?: NamedCatalog } {
  if (typeof value !== "object" || value === null || "runtime_plugins" in value) return {};
  const written: { readonly catalog_path?: unknown; readonly secrets_dir?: unknown } = value;
  const { catalog_path: named = configDefaults.catalog_path, secrets_dir: secrets } = written;
  const secretsDir =
    typeof secrets === "string" ? secretsDirOf({ secrets_dir: secrets }, env, userHome, baseDir) : {};
  if (flags.catalog) return { catalog: { path: fullPath(flags.catalog, userHome, cwd), ...secretsDir } };
  if (typeof named !== "string" || named === "" || named.includes("${")) return {};
  return { catalog: { path: fullPath(named, userHome, baseDir), ...secretsDir } };
}

function wrong(file: string | undefined, yaml: YamlText, findings: readonly ConfigFinding[]): InvalidConfig {
  const problems: Problem[] = [];
  const lines: string[] = [];
  for (const finding of findings) {
    if ("origin" in finding) {
      lines.push(`${finding.origin}: ${finding.message}`);
      continue;
    }
    const { within, ...found } = finding;
    problems.push({ severity: "error", ...found, ...yaml.placeOf(found.path, "value", within) });
  }
  return invalid(file, inOrder(problems), lines);
}

function invalid(
  file: string | undefined,
  problems: readonly Problem[],
  others: readonly string[],
): InvalidConfig {
  const ofFile = problems.map((problem) =>
    file === undefined ? problem.message : problemLine(file, problem),
  );
  return { kind: "invalid", ...(file !== undefined && { file }), problems, lines: [...ofFile, ...others] };
}
