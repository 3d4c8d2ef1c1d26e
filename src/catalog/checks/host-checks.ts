/**
 * Warnings about commands, folders and files that this machine lacks, and about secrets in plain text (gateway.md,
 * *Catalog*). Accesses files only through `HostEnvironment`.
 */

import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import type { Entry } from "../entry.ts";
import type { ParsedCatalog } from "../parse-catalog.ts";
import { isBuiltIn } from "../plugin-types.ts";
import { secretNameOf } from "../secrets/redacted-entry.ts";
import { looksLikeSecret, maskSecrets } from "../secrets/secret-detector.ts";
import type { Path, Problem } from "../text/problem.ts";
import { dotted, quoted } from "../text/problem.ts";
import { stringsIn } from "../text/strings-in.ts";
import type { ResolvedEntry } from "../variables/resolve-entry.ts";
import { resolveEntry } from "../variables/resolve-entry.ts";
import type { VariableSources } from "../variables/variable-lookup.ts";
import { hostPath, volumeOf } from "../volumes.ts";
import { commandCandidates, isPathLike } from "./command-lookup.ts";
import { leavesThisMachine } from "./network-path.ts";

/** The machine that the servers will run on. */
export interface HostEnvironment {
  readonly platform: NodeJS.Platform;
  /** Whether the file exists and is executable. */
  isExecutable(path: string): Promise<boolean>;
  isFolder(path: string): Promise<boolean>;
  isFile(path: string): Promise<boolean>;
  /** Whether the path exists. A volume may be a file, a folder or a socket. */
  exists(path: string): Promise<boolean>;
}

/** The current machine. */
export const thisHost: HostEnvironment = {
  platform: process.platform,
  async isExecutable(path) {
    try {
      await access(path, constants.X_OK);
      return (await stat(path)).isFile();
    } catch {
      return false;
    }
  },
  async isFolder(path) {
    return stat(path).then(
      (stats) => stats.isDirectory(),
      () => false,
    );
  },
  async exists(path) {
    return stat(path).then(
      () => true,
      () => false,
    );
  },
  async isFile(path) {
    return stat(path).then(
      (stats) => stats.isFile(),
      () => false,
    );
  },
};

/** The same machine, but paths on other machines count as existing and are not accessed. */
function withoutShares(machine: HostEnvironment, ...known: readonly string[]): HostEnvironment {
  const unless = (look: (path: string) => Promise<boolean>) => async (path: string) =>
    leavesThisMachine(path, ...known) || look(path);
  return {
    platform: machine.platform,
    isExecutable: unless((path) => machine.isExecutable(path)),
    isFolder: unless((path) => machine.isFolder(path)),
    isFile: unless((path) => machine.isFile(path)),
    exists: unless((path) => machine.exists(path)),
  };
}

/**
 * Warnings about missing commands, folders and files. Skips disabled entries, entries with unset variables, and paths
 * on other machines.
 */
export async function hostWarnings(
  catalog: ParsedCatalog,
  sources: VariableSources,
  baseDir: string,
  wholeMachine: HostEnvironment,
): Promise<Problem[]> {
  const machine = withoutShares(wholeMachine, baseDir, sources.userHome);
  const enabled = catalog.entries.filter((entry) => entry.enabled !== false);
  const ofEntries = enabled.map(async (entry) => {
    const resolution = await resolveEntry(entry, sources, baseDir);
    if (resolution.kind !== "resolved") return [];
    const found = [
      ...(await processFindings(entry, resolution.launch, sources, machine)),
      ...(await fileFindings(entry, resolution.launch, machine)),
      ...(await volumeFindings(entry, resolution.launch, sources, machine)),
    ];
    return found.map((finding) => warning(catalog, entry, finding));
  });
  return (await Promise.all(ofEntries)).flat();
}

/** Warnings about secrets in plain text, anywhere in an entry. */
export function plainSecretWarnings(catalog: ParsedCatalog): Problem[] {
  return catalog.entries.flatMap((entry) =>
    stringsIn(entry)
      .filter(({ path, text }) => looksLikeSecret(secretNameOf(entry, path), text))
      .map(({ path }) => {
        const message = `${dotted(path)} looks like a secret in plain text: use '\${secret:NAME}' or '\${NAME}'`;
        return warning(catalog, entry, { code: "plain-text-secret", message, path });
      }),
  );
}

interface Finding {
  readonly code: string;
  readonly message: string;
  readonly path: Path;
}

function warning(catalog: ParsedCatalog, entry: Entry, { code, message, path }: Finding): Problem {
  return {
    severity: "warning",
    code,
    message: `Server '${entry.id}': ${message}`,
    path: catalog.pathOf(entry, path),
    serverId: entry.id,
    ...catalog.placeOf(entry, path),
  };
}

async function processFindings(
  entry: Entry,
  launch: ResolvedEntry,
  sources: VariableSources,
  machine: HostEnvironment,
): Promise<Finding[]> {
  if (entry.runtime.type !== "local-process" || launch.runtime.type !== "local-process") return [];
  const { working_dir: workingDir = launch.baseDir, command } = launch.runtime;
  if (!(await machine.isFolder(workingDir))) {
    const written = quoted(maskSecrets("", entry.runtime.working_dir ?? "."));
    const message = `working_dir ${written} is not a directory on this machine`;
    return [{ code: "missing-folder", message, path: ["runtime", "working_dir"] }];
  }
  const places = {
    platform: machine.platform,
    path: variableOf(launch, sources, machine, "PATH"),
    pathExt: variableOf(launch, sources, machine, "PATHEXT"),
    workingDir,
  };
  for (const candidate of commandCandidates(command, places)) {
    if (await machine.isExecutable(candidate)) return [];
  }
  const written = quoted(maskSecrets("", entry.runtime.command));
  const what = isPathLike(command, machine.platform)
    ? "does not exist or is not executable"
    : "is not on PATH";
  // Matches `node srv/x.mjs`, but not `C:\Program Files\x.exe`.
  const hint = /^[^\s\\/]+\s/.test(command) ? ": put arguments in 'args'" : "";
  const message = `command ${written} ${what}${hint}`;
  return [{ code: "missing-command", message, path: ["runtime", "command"] }];
}

/** Fields that name a file on this machine. */
const fileFields = ["env_file", "ca", "cert", "key"] as const;

function textOf(runtime: object, field: string): string | undefined {
  const value: unknown = Object.entries(runtime).find(([name]) => name === field)?.[1];
  return typeof value === "string" ? value : undefined;
}

async function fileFindings(
  { runtime: written }: Entry,
  { runtime }: ResolvedEntry,
  machine: HostEnvironment,
): Promise<Finding[]> {
  if (!isBuiltIn(runtime) || !isBuiltIn(written)) return [];
  const found = fileFields.map(async (field): Promise<Finding[]> => {
    const path = textOf(runtime, field);
    if (path === undefined || (await machine.isFile(path))) return [];
    const message = `${field} ${quoted(maskSecrets("", textOf(written, field) ?? ""))} is not a file on this machine`;
    return [{ code: "missing-file", message, path: ["runtime", field] }];
  });
  return (await Promise.all(found)).flat();
}

/** An engine creates a missing path as an empty folder of root. An engine on another machine has its own files. */
async function volumeFindings(
  { runtime: written }: Entry,
  { runtime, baseDir }: ResolvedEntry,
  sources: VariableSources,
  machine: HostEnvironment,
): Promise<Finding[]> {
  if (!isBuiltIn(runtime) || !isBuiltIn(written) || !("volumes" in runtime) || !("volumes" in written))
    return [];
  const { host = sources.env(runtime.type === "docker" ? "DOCKER_HOST" : "CONTAINER_HOST") } = runtime;
  if (host !== undefined && /^(?!unix:|npipe:)[a-z]+:\/\//i.test(host)) return [];
  const found = (runtime.volumes ?? []).map(async (text, index): Promise<Finding[]> => {
    const path = hostPath(volumeOf(text)?.host ?? "volume", baseDir, sources.userHome);
    if (path === undefined || (await machine.exists(path))) return [];
    const shown = quoted(maskSecrets("", written.volumes?.[index] ?? ""));
    const message = `volume ${shown}: no such file or directory on this machine`;
    return [{ code: "missing-folder", message, path: ["runtime", "volumes", index] }];
  });
  return (await Promise.all(found)).flat();
}

/** The value of a variable in the server's environment. Names on Windows are case-insensitive. */
function variableOf(
  launch: ResolvedEntry,
  sources: VariableSources,
  machine: HostEnvironment,
  name: string,
): string {
  const isIt = (key: string) => (machine.platform === "win32" ? key.toUpperCase() === name : key === name);
  const own = Object.entries(launch.env).find(([key]) => isIt(key));
  return own?.[1] ?? sources.env(name) ?? "";
}
