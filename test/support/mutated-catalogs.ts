/** Texts as they occur in editors: real catalogs with random changes that can be repeated. */

import { readdirSync, readFileSync } from "node:fs";

const folder = new URL("../fixtures/catalogs/", import.meta.url);

/** Every catalog of the fixtures, except for the bomb. */
export const fixtureCatalogs: readonly string[] = readdirSync(folder)
  .filter((name) => name.endsWith(".catalog") && name !== "billion-laughs.catalog")
  .map((name) => readFileSync(new URL(name, folder), "utf8"));

/** The same numbers in every run, so that a failure can be repeated. */
export function numbersFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const inserted = [
  "\t",
  "\r\n",
  "🎉",
  "\0",
  "&a ",
  "*a",
  "<<: *a",
  "---\n",
  "...\n",
  "!x ",
  "${",
  "}",
  "{",
  "[",
  "]",
  "'",
  '"',
  ": ",
  "- ",
  "\n  - ",
  "\n- id: x\n",
  "#",
  "|\n",
  ">-\n",
  "? ",
  "%YAML 1.1\n",
  "\uD800",
  "\uFEFF",
  "\r",
  "servers:\n",
  "foo: 1\n",
  "id: everything\n",
];

/** One edit. */
export function mutate(text: string, next: (below: number) => number): string {
  const at = next(text.length + 1);
  const end = Math.min(text.length, at + next(30));
  const lines = text.split("\n");
  const line = next(lines.length);
  switch (next(8)) {
    case 0:
      return text.slice(0, at);
    case 1:
      return text.slice(0, at) + text.slice(end);
    case 2:
    case 3:
      return text.slice(0, at) + (inserted[next(inserted.length)] ?? "") + text.slice(at);
    case 4:
      return [...lines.slice(0, line), lines[line], ...lines.slice(line)].join("\n");
    case 5:
      return lines.map((each, index) => (index === line ? each.replace(/^ +/, "\t") : each)).join("\n");
    case 6:
      return lines.map((each, index) => (index === line ? each.replace(/^ {2}/, "") : each)).join("\n");
    default:
      return text.replaceAll("\n", "\r\n");
  }
}

/** Servers of many kinds, written in many styles. */
export function largeCatalog(count: number): string {
  return `servers:\n${Array.from({ length: count }, (_, nth) => entryText(nth)).join("")}`;
}

function entryText(nth: number): string {
  const id = `server-${nth}`;
  switch (nth % 4) {
    case 0:
      return `  - id: ${id}\n    display_name: Server ${nth}\n    description: One of many servers of a large catalog\n    tags: [dev, team-${nth % 7}]\n    runtime:\n      type: local-process\n      command: npx\n      args: ["-y", "@modelcontextprotocol/server-everything"]\n    env:\n      PORT: "${nth}"\n      WHERE: \${HOME:-/}\n`;
    case 1:
      return `  # Reached by HTTP\n  - id: ${id}\n    tags:\n      - remote\n    runtime:\n      type: remote-sse\n      url: https://mcp.example.com/${nth}\n      headers:\n        Authorization: Bearer \${secret:TOKEN_${nth % 5}}\n    request_timeout_seconds: 60\n`;
    case 2:
      return `  - id: ${id}\n    description: |\n      Several lines,\n      - one like an item\n    runtime: { type: local-process, command: node, args: [server.js, "--port", "${nth}"] }\n    restart: { max_attempts: 3, window_seconds: 30 }\n`;
    default:
      return `  - runtime:\n      type: local-process\n      command: uvx\n      args:\n        - mcp-server-${nth}\n    id: ${id}\n    tools:\n      allow: ["read_*"]\n      deny: ["*delete*"]\n    enabled: false\n\n`;
  }
}
