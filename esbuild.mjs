/** Bundles the programs of this package into dist/. What is loaded with import() stays in files of its own. */
import { chmod, rm } from "node:fs/promises";
import { build } from "esbuild";

const programs = ["gateway-http", "gateway-stdio"];

const commonJsNames = [
  "import { createRequire as __createRequire } from 'node:module';",
  "import { dirname as __dirnameOf } from 'node:path';",
  "import { fileURLToPath as __pathOf } from 'node:url';",
  "const require = __createRequire(import.meta.url);",
  "const __filename = __pathOf(import.meta.url);",
  "const __dirname = __dirnameOf(__filename);",
].join(" ");

await rm("dist", { recursive: true, force: true });
await build({
  entryPoints: programs.map((name) => `src/cli/${name}.ts`),
  outdir: "dist",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node22.19",
  chunkNames: "chunks/[name]-[hash]",
  legalComments: "linked",
  // Add-ons that make ssh faster where they are there, and are asked for where they are not.
  external: ["*.node", "cpu-features"],
  minifySyntax: true,
  // CommonJS packages inside the bundle ask for what ES modules do not have.
  banner: { js: `#!/usr/bin/env node\n${commonJsNames}` },
  logLevel: "warning",
});
for (const name of programs) await chmod(`dist/${name}.js`, 0o755);
