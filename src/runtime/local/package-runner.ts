/**
 * Programs that download a server before they run it (`npx`, `uvx`, `bunx`): how to know them, what they are told so that
 * their download can be seen, and what a line of their output says of it. Pure.
 */

import { win32 } from "node:path";
import type { DownloadReader } from "../runtime.ts";

type Kind = "npm" | "uv" | "other";

interface PackageRunner {
  readonly kind: Kind;
  /** As people call it. */
  readonly program: string;
}

/** What the arguments after these programs must begin with, where the program does other things as well. */
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

/** The program that downloads the server of this command line, also behind `cmd /c`; `undefined` where none does. */
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
 * npm shows no progress without a terminal: with this it writes a line for each package. A registry that does not answer
 * is given up sooner than by its own three attempts, which take longer than any start may.
 */
const npmDefaults: Environment = { npm_config_loglevel: "http", npm_config_fetch_retries: "1" };

/** The variables a runner gets besides, without those that somebody set. npm reads them in any case. */
export function runnerEnvironment(runner: PackageRunner | undefined, env: Environment): Environment {
  if (runner?.kind !== "npm") return {};
  const names = new Set(Object.keys(env).map((name) => name.toLowerCase()));
  return Object.fromEntries(Object.entries(npmDefaults).filter(([name]) => !names.has(name)));
}

/** Reads the runner's output. */
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

/** `https://registry.example/@scope%2fname`, `…/@scope/name/-/name-1.0.0.tgz` and `name@https://…` name a package. */
function packageIn(written: string): string {
  const url = written.replace(/^.+@(?=https?:)/, "");
  const path = (URL.parse(url)?.pathname ?? url).replace(/\/-\/.*$/, "").replace(/%2f/gi, "/");
  return /(?:@[^/]+\/)?[^/]+$/.exec(path)?.[0] ?? path;
}
