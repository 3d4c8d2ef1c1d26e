/** `npm run bench` measures this gateway against the bare pipe. `npm run bench -- --peers` compares other projects. */

import { spawnSync } from "node:child_process";
import { join } from "node:path";

const args = process.argv.slice(2);
const node = (file: string, ...more: string[]): readonly string[] => [
  process.execPath,
  join(import.meta.dirname, file),
  ...more,
];
const steps = args.includes("--peers")
  ? [node("peers/main.ts", ...args)]
  : [
      node("run.ts", ...args),
      node("language-server.ts"),
      ["npm", "run", "-s", "package"],
      node("activation.ts"),
    ];

for (const [program = "", ...rest] of steps) {
  const { status } = spawnSync(program, rest, { stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}
