/**
 * Builds dist/ for debugging and rebuilds it after every change: with source maps, and not minified.
 * .vscode/tasks.json reads the lines that it prints.
 */

import { rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { type BuildOptions, context, type Message, type Plugin } from "esbuild";
import { bundles } from "./bundles.ts";

/** The line before the first of the parallel builds starts. */
export const startLine = "[watch] build started";
/** The line after the last of the parallel builds has ended. */
export const endLine = "[watch] build finished";

/** A bundle as the debugger needs it. Its files have the names that the release build gives them. */
export function forDebugging(bundle: BuildOptions): BuildOptions {
  return {
    ...bundle,
    minify: false,
    minifySyntax: false,
    sourcemap: "linked",
    legalComments: "none",
    metafile: false,
    logLevel: "silent",
  };
}

/** A message of esbuild as `file:line:column: severity: text`; columns begin at 1. */
export function problemLine(severity: "error" | "warning", { location, text }: Message): string {
  const { file, line, column } = location ?? { file: "esbuild.mjs", line: 1, column: 0 };
  return `${file}:${line}:${column + 1}: ${severity}: ${text}`;
}

/**
 * Prints one start line and one end line for builds that run at the same time, because VS Code waits for a single pair.
 * `count` builds are running when the watch starts.
 */
export function progress(count: number, print: (line: string) => void): Plugin {
  let running = count;
  print(startLine);
  return {
    name: "progress",
    setup({ onStart, onEnd }) {
      let isFirst = true;
      onStart(() => {
        if (!isFirst && running++ === 0) print(startLine);
        isFirst = false;
      });
      onEnd(({ errors, warnings }) => {
        for (const message of errors) print(problemLine("error", message));
        for (const message of warnings) print(problemLine("warning", message));
        if (--running === 0) print(endLine);
      });
    },
  };
}

async function main(): Promise<void> {
  await rm("dist", { recursive: true, force: true });
  const plugins = [progress(bundles.length, (line) => console.log(line))];
  for (const bundle of bundles) await (await context({ ...forDebugging(bundle), plugins })).watch();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
