/** What is bundled into dist/: the programs of this package and the extension. What is loaded with import() stays in files of its own. */

import type { BuildOptions } from "esbuild";

/** The programs that are files of dist/ and may be run. */
export const programs = ["gateway-http", "gateway-stdio", "mcp-runtime"] as const;

// CommonJS packages inside the bundle ask for what ES modules do not have.
const commonJsNames = [
  "import { createRequire as __createRequire } from 'node:module';",
  "import { dirname as __dirnameOf } from 'node:path';",
  "import { fileURLToPath as __pathOf } from 'node:url';",
  "const require = __createRequire(import.meta.url);",
  "const __filename = __pathOf(import.meta.url);",
  "const __dirname = __dirnameOf(__filename);",
].join(" ");

// Add-ons that make ssh faster where they are there, and are asked for where they are not.
const addOns = ["*.node", "cpu-features"];

const common = {
  outdir: "dist",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node22.15",
  legalComments: "linked",
  external: addOns,
  minifySyntax: true,
  logLevel: "warning",
  metafile: true,
} as const satisfies BuildOptions;

export const bundles = [
  {
    ...common,
    entryPoints: programs.map((name) => `src/cli/${name}.ts`),
    chunkNames: "chunks/[name]-[hash]",
    banner: { js: `#!/usr/bin/env node\n${commonJsNames}` },
  },
  // Only here is there a module `vscode`: a program that needs it cannot be built.
  {
    ...common,
    entryPoints: ["src/extension.ts"],
    chunkNames: "extension/[name]-[hash]",
    external: [...addOns, "vscode"],
    minify: true,
    // jsonc-parser's CommonJS form asks for its parts in a way that cannot be bundled.
    mainFields: ["module", "main"],
    banner: { js: commonJsNames },
  },
  // A program of its own: what it holds is loaded by editors only, and no other bundle grows by it.
  {
    ...common,
    entryPoints: {
      "language-server": "language-server/main.ts",
      "language-server-thread": "language-server/documents/full-check-thread.ts",
    },
    splitting: false,
    minify: true,
    mainFields: ["module", "main"],
    banner: { js: `#!/usr/bin/env node\n${commonJsNames}` },
  },
] satisfies (BuildOptions & { metafile: true })[];
