/** Hints for entries of known packages. Clients should not share their servers. Looks only at the text of the entry. */

import type { Entry } from "../entry.ts";
import type { ParsedCatalog } from "../parse-catalog.ts";
import type { Path, Problem } from "../text/problem.ts";
import { quoted } from "../text/problem.ts";
import { stringsIn } from "../text/strings-in.ts";

const browser = "one browser, with its pages and logins,";
const thoughts = "one chain of thoughts";

/**
 * The state that servers of these packages and images keep for one client, by name without version, registry or tag.
 */
const kept: ReadonlyMap<string, string> = new Map([
  ["@playwright/mcp", browser],
  ["@executeautomation/playwright-mcp-server", browser],
  ["@modelcontextprotocol/server-puppeteer", browser],
  ["puppeteer-mcp-server", browser],
  ["chrome-devtools-mcp", browser],
  ["@browsermcp/mcp", browser],
  ["@agent-infra/mcp-server-browser", browser],
  ["@browserbasehq/mcp", browser],
  ["@browserbasehq/mcp-server-browserbase", browser],
  ["@angiejones/mcp-selenium", browser],
  ["selenium-mcp", browser],
  ["firefox-devtools-mcp", browser],
  ["camoufox-mcp", browser],
  ["@automatalabs/mcp-server-playwright", browser],
  ["@hisma/server-puppeteer", browser],
  ["@cyanheads/git-mcp-server", "one working folder"],
  ["mcp/playwright", browser],
  ["mcp/puppeteer", browser],
  ["playwright/mcp", browser],
  ["@modelcontextprotocol/server-sequential-thinking", thoughts],
  ["mcp-sequentialthinking-tools", thoughts],
  ["mcp/sequentialthinking", thoughts],
]);

/** One hint for each entry of such a package without a setting for `instances`. */
export function instanceHints(catalog: ParsedCatalog): Problem[] {
  return catalog.entries.flatMap((entry) => {
    const found = entry.instances === undefined ? packageIn(entry) : undefined;
    return found ? [hint(catalog, entry, found)] : [];
  });
}

interface Found {
  readonly name: string;
  readonly path: Path;
}

function packageIn(entry: Entry): Found | undefined {
  const isNamed = ([at, field]: Path) =>
    at === "runtime" && ["command", "args", "image"].includes(String(field));
  return stringsIn(entry)
    .filter(({ path }) => isNamed(path))
    .map(({ path, text }) => ({ path, name: packageName(text) }))
    .find(({ name }) => kept.has(name));
}

/** `@playwright/mcp` of `@playwright/mcp@latest`, `mcp/playwright` of `docker.io/mcp/playwright:1`. */
export function packageName(text: string): string {
  const withoutVersion = text.replace(/(?<=.)@[^/]*$/, "").replace(/:[\w.-]+$/, "");
  return withoutVersion.replace(/^[\w-]+(?:\.[\w-]+)+(?::\d+)?\//, "");
}

function hint(catalog: ParsedCatalog, entry: Entry, { name, path }: Found): Problem {
  const message = `${quoted(name)} keeps ${kept.get(name)} for all clients: set 'instances: session' to give each client its own`;
  return {
    severity: "hint",
    code: "shared-state",
    message: `Server '${entry.id}': ${message}`,
    path: catalog.pathOf(entry, path),
    serverId: entry.id,
    ...catalog.placeOf(entry, path),
  };
}
