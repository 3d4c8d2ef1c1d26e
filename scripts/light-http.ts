/**
 * Replaces `import … from "node:http"` in bundles. An ES module import of it reads all exports, and that of `WebSocket` loads
 * undici: 50 ms of processor time at each start.
 */

import http from "node:http";
import type { Plugin } from "esbuild";

/** Exports whose getters load undici. */
const heavy = new Set(["WebSocket", "CloseEvent", "MessageEvent"]);
const names = Object.keys(http).filter((name) => !heavy.has(name) && name !== "default");

export const lightHttp: Plugin = {
  name: "light-http",
  setup(build) {
    build.onResolve({ filter: /^(?:node:)?http$/ }, ({ kind }) =>
      kind === "import-statement" ? { path: "http", namespace: "light-http" } : undefined,
    );
    build.onLoad({ filter: /^http$/, namespace: "light-http" }, () => ({
      contents: [
        'const http = process.getBuiltinModule("node:http");',
        `export const { ${names.join(", ")} } = http;`,
        "export default http;",
      ].join("\n"),
    }));
  },
};
