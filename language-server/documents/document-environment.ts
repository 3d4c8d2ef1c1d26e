/**
 * The machine, folder, variables and secrets of one document. Caches the results until `renew`. Returns names and sources
 * of variables, but not values.
 */

import { readdir } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import type { HostEnvironment } from "../../src/catalog/checks/host-checks.ts";
import { thisHost } from "../../src/catalog/checks/host-checks.ts";
import type { PluginTypes } from "../../src/catalog/plugin-types.ts";
import { readTextFile } from "../../src/catalog/text/read-text-file.ts";
import { defaultSecretsDir } from "../../src/catalog/variables/headless-sources.ts";
import { fullPath } from "../../src/catalog/variables/user-paths.ts";
import type { VariableSources } from "../../src/catalog/variables/variable-lookup.ts";
import type { DotenvName } from "./dotenv.ts";
import { dotenvNames } from "./dotenv.ts";
import { editorSources, memoized } from "./editor-sources.ts";
import type { FullCheckRequest } from "./full-check-worker.ts";

export interface DocumentEnvironmentOptions {
  /** The document's folder, absolute. */
  readonly baseDir: string;
  readonly processEnv: Readonly<Record<string, string | undefined>>;
  readonly secretsDir?: string;
  /** `undefined`: the document's folder is used. */
  readonly workspaceFolder: () => string | undefined;
  /** Names of the secrets that the client stores. `undefined`: secrets are files. */
  readonly clientSecrets: () => ReadonlySet<string> | undefined;
  /** The runtime types of plugins. */
  readonly types: () => PluginTypes;
}

export class DocumentEnvironment {
  readonly baseDir: string;
  readonly dotenvFile: string;
  readonly #options: DocumentEnvironmentOptions;
  #sources: VariableSources;
  #machine: HostEnvironment;

  constructor(options: DocumentEnvironmentOptions) {
    this.#options = options;
    this.baseDir = options.baseDir;
    this.dotenvFile = join(options.baseDir, ".env");
    this.#sources = this.#newSources();
    this.#machine = rememberingMachine();
  }

  get sources(): VariableSources {
    return this.#sources;
  }

  get types(): PluginTypes {
    return this.#options.types();
  }

  get machine(): HostEnvironment {
    return this.#machine;
  }

  /** Drops the cached results. */
  renew(): void {
    this.#sources = this.#newSources();
    this.#machine = rememberingMachine();
  }

  /** "" if the file does not exist or cannot be used. */
  async dotenvText(): Promise<string> {
    const read = await readTextFile(this.dotenvFile);
    return read.kind === "text" ? read.text : "";
  }

  hasDotenv(): Promise<boolean> {
    return thisHost.isFile(this.dotenvFile);
  }

  /** The request with which a thread checks a text with the same context. */
  requestFor(text: string): FullCheckRequest {
    const { baseDir, processEnv, clientSecrets, workspaceFolder } = this.#options;
    const names = clientSecrets();
    const folder = workspaceFolder();
    const secretsDir = this.#secretsDir();
    return {
      text,
      baseDir,
      processEnv: { ...processEnv },
      secretsDir,
      types: [...this.types.values()].map(({ type, schema }) => ({ type, schema })),
      ...(names && { clientSecrets: [...names] }),
      ...(folder !== undefined && { workspaceFolder: folder }),
    };
  }

  async dotenvNames(): Promise<DotenvName[]> {
    return dotenvNames(await this.dotenvText());
  }

  isInEnvironment(name: string): boolean {
    return this.#options.processEnv[name] !== undefined;
  }

  environmentNames(): string[] {
    return Object.keys(this.#options.processEnv).filter((name) => /^[A-Za-z_]\w*$/.test(name));
  }

  /** Description of the folder that `${workspaceFolder}` stands for. */
  get workspaceFolderIs(): string {
    return this.#options.workspaceFolder() === undefined ? "the catalog's folder" : "the workspace folder";
  }

  /** Whether the client stores the secrets. */
  get hasClientSecrets(): boolean {
    return this.#options.clientSecrets() !== undefined;
  }

  /** Names of the existing secrets, if they can be listed. */
  async secretNames(): Promise<string[]> {
    const known = this.#options.clientSecrets();
    if (known !== undefined) return [...known];
    const found = await readdir(this.#secretsDir(), { withFileTypes: true }).catch(() => []);
    return found
      .filter((entry) => !entry.isDirectory() && !entry.name.startsWith("."))
      .map(({ name }) => name);
  }

  #secretsDir(): string {
    const { secretsDir, processEnv } = this.#options;
    const folder = secretsDir ?? processEnv["MCP_GATEWAY_SECRETS_DIR"] ?? defaultSecretsDir;
    return fullPath(folder, homedir(), this.baseDir);
  }

  #newSources(): VariableSources {
    const { baseDir, processEnv, clientSecrets, workspaceFolder } = this.#options;
    const secretsDir = this.#secretsDir();
    const folder = workspaceFolder();
    return editorSources({
      baseDir,
      processEnv,
      secretsDir,
      clientSecrets: clientSecrets(),
      ...(folder !== undefined && { workspaceFolder: folder }),
    });
  }
}

function rememberingMachine(): HostEnvironment {
  const isExecutable = memoized((path) => thisHost.isExecutable(path));
  const isFolder = memoized((path) => thisHost.isFolder(path));
  const isFile = memoized((path) => thisHost.isFile(path));
  const exists = memoized((path) => thisHost.exists(path));
  return { platform: thisHost.platform, isExecutable, isFolder, isFile, exists };
}
