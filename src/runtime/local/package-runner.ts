/**
 * Programs that download a server before they run it (`npx`, `uvx`, `bunx`): how to recognise them, the variables that
 * make their download visible, and a parser for their output. Pure.
 */

import { win32 } from "node:path";
import type { DownloadReader } from "../runtime.ts";

type Kind = "npm" | "uv" | "other";

interface PackageRunner {
  readonly kind: Kind;
  /** Name for messages. */
  readonly program: string;
}

/** The first argument after these programs, where the program has other commands as well. */
const runners: Readonly<Record<string, readonly [kind: Kind, verbs?: readonly string[]]>> = {
  npx: ["npm"],
  npm: ["npm", ["exec", "x"]],
  uvx: ["uv"],
  uv: ["uv", ["run", "x", "tool"]],
  bunx: ["other"],
  bun: ["other", ["x"]],
  pnpx: ["other"],
  pnpm: ["other", ["dlx"]],
  yarn: ["other", ["dlx"]],
  pipx: ["other", ["run"]],
};

/** The program that downloads the server of this command line, also behind `cmd /c`; `undefined` for other programs. */
export function packageRunnerOf(command: string, args: readonly string[] = []): PackageRunner | undefined {
  const program = programName(command);
  const [option, inner, ...rest] = args;
  if (program === "cmd" && option?.toLowerCase() === "/c" && inner !== undefined)
    return packageRunnerOf(inner, rest);
  const [kind, verbs] = runners[program] ?? [];
  if (kind === undefined || (verbs && !verbs.includes(args[0] ?? ""))) return undefined;
  return { kind, program: verbs ? `${program} ${args[0]}` : program };
}

/** `C:\Program Files\nodejs\npx.CMD` is `npx`. */
function programName(command: string): string {
  return win32
    .basename(command)
    .toLowerCase()
    .replace(/\.(?:cmd|bat|exe|ps1)$/, "");
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * npm shows no progress without a terminal. With this setting it writes a line for each package. Its three attempts to
 * reach a registry take longer than a start is allowed to take, so their number is reduced.
 */
const npmDefaults: Environment = { npm_config_loglevel: "http", npm_config_fetch_retries: "1" };

/** Additional variables for a runner, without those that are set already. npm ignores the case of their names. */
export function runnerEnvironment(runner: PackageRunner | undefined, env: Environment): Environment {
  if (runner?.kind !== "npm") return {};
  const names = new Set(Object.keys(env).map((name) => name.toLowerCase()));
  return Object.fromEntries(Object.entries(npmDefaults).filter(([name]) => !names.has(name)));
}

/** A reader for the runner's output. */
export function downloadReaderOf({ kind, program }: PackageRunner): DownloadReader {
  return { program, read: readers[kind] };
}

const readers: Readonly<Record<Kind, DownloadReader["read"]>> = {
  npm: (line) => {
    const url = /^npm http (?:fetch GET 200|cache) (\S+)/.exec(line)?.[1];
    return url === undefined ? undefined : packageIn(url);
  },
  uv: (line) =>
    /^\s*(?:Downloading|Downloaded|Building|Built|Preparing|Prepared|Installed|Resolved) (\S.*)$/.exec(
      line,
    )?.[1],
  other: (line) =>
    /^\s*(?:Resolving|Resolved|Downloading|Downloaded|Fetching|Progress:|creating virtual environment)[ ,.:](.*)$/.exec(
      line,
    )?.[0],
};

/**
 * The package named by `https://registry.example/@scope%2fname`, `…/@scope/name/-/name-1.0.0.tgz` or `name@https://…`.
 */
function packageIn(written: string): string {
  const url = written.replace(/^.+@(?=https?:)/, "");
  const path = (URL.parse(url)?.pathname ?? url).replace(/\/-\/.*$/, "").replace(/%2f/gi, "/");
  return /(?:@[^/]+\/)?[^/]+$/.exec(path)?.[0] ?? path;
}
