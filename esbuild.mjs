/** Bundles the programs of this package into dist/. What is loaded with import() stays in files of its own. */
import { chmod, rm } from "node:fs/promises";
import { build } from "esbuild";

const programs = ["gateway-http", "gateway-stdio"];

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
  minifySyntax: true,
  // CommonJS packages inside the bundle ask for Node's own modules with require().
  banner: {
    js: "#!/usr/bin/env node\nimport { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  logLevel: "warning",
});
for (const name of programs) await chmod(`dist/${name}.js`, 0o755);
