/** Builds dist/: the bundles, and the licences of what is in them. */
import { chmod, rm, writeFile } from "node:fs/promises";
import { build } from "esbuild";
import { bundles, programs } from "./scripts/bundles.ts";
import { noticesFile, thirdPartyNotices } from "./scripts/third-party-notices.ts";

await rm("dist", { recursive: true, force: true });
const metafiles = [];
for (const bundle of bundles) metafiles.push((await build(bundle)).metafile);
for (const name of [...programs, "language-server"]) await chmod(`dist/${name}.js`, 0o755);
await writeFile(`dist/${noticesFile}`, await thirdPartyNotices(metafiles));
