/** Bundles the suites for the extension host into out/suite. They run in every supported VS Code, on its own Node. */
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";

const folder = join(import.meta.dirname, "suite");
const outdir = join(import.meta.dirname, "../../out/suite");
await rm(outdir, { recursive: true, force: true });
const names = (await readdir(folder)).filter((name) => name.endsWith(".ts"));
await build({
  entryPoints: names.map((name) => join(folder, name)),
  outdir,
  outExtension: { ".js": ".cjs" },
  bundle: true,
  format: "cjs",
  platform: "node",
  target: "node22.15",
  external: ["vscode", "mocha"],
  logLevel: "warning",
});
