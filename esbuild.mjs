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

// A program of its own: what it holds is loaded by editors only, and no other bundle grows by it.
await build({
  entryPoints: {
    "language-server": "language-server/main.ts",
    "language-server-thread": "language-server/documents/whole-check-thread.ts",
  },
  outdir: "dist",
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node22.19",
  legalComments: "linked",
  minify: true,
  logLevel: "warning",
  mainFields: ["module", "main"],
  banner: {
    js: "#!/usr/bin/env node\nimport { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
});
await chmod("dist/language-server.js", 0o755);
