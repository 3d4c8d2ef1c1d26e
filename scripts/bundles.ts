/** Bundles in dist/: the programs of this package and the extension. Modules loaded with import() stay in separate files. */

import type { BuildOptions } from "esbuild";
import { lightHttp } from "./light-http.ts";

/** Programs that are executable files in dist/. */
export const programs = ["gateway-http", "gateway-stdio", "mcp-runtime"] as const;

// CommonJS packages inside the bundle use names that ES modules do not have.
const commonJsNames = [
  "import { createRequire as __createRequire } from 'node:module';",
  "import { dirname as __dirnameOf } from 'node:path';",
  "import { fileURLToPath as __pathOf } from 'node:url';",
  "const require = __createRequire(import.meta.url);",
  "const __filename = __pathOf(import.meta.url);",
  "const __dirname = __dirnameOf(__filename);",
].join(" ");

// Optional add-ons that make ssh faster. The import fails at run time if they are not installed, which is handled.
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
  plugins: [lightHttp],
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
  // The module `vscode` is external only here, so that a program that imports it cannot be built.
  {
    ...common,
    entryPoints: ["src/extension.ts"],
    chunkNames: "extension/[name]-[hash]",
    external: [...addOns, "vscode"],
    minify: true,
    // The CommonJS form of jsonc-parser imports its parts in a way that cannot be bundled.
    mainFields: ["module", "main"],
    banner: { js: commonJsNames },
  },
  // A separate program, because only editors load its code and the other bundles should not grow.
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
