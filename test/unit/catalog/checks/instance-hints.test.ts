import assert from "node:assert/strict";
import { test } from "node:test";
import { instanceHints, packageName } from "../../../../src/catalog/checks/instance-hints.ts";
import { parseCatalog } from "../../../../src/catalog/parse-catalog.ts";

test("a package is recognised by its name, whatever version, registry or tag it has", () => {
  for (const [text, name] of [
    ["@playwright/mcp", "@playwright/mcp"],
    ["@playwright/mcp@latest", "@playwright/mcp"],
    ["puppeteer-mcp-server@1.2.3", "puppeteer-mcp-server"],
    ["mcp/playwright:v1", "mcp/playwright"],
    ["mcp/playwright@sha256:0123456789abcdef", "mcp/playwright"],
    ["docker.io/mcp/playwright", "mcp/playwright"],
    ["mcr.microsoft.com/playwright/mcp:latest", "playwright/mcp"],
    ["localhost.lan:5000/mcp/puppeteer:1", "mcp/puppeteer"],
    ["-y", "-y"],
    ["", ""],
  ] as const)
    assert.equal(packageName(text), name, text);
});

test("only the program that an entry runs counts, and an entry that sets its own value has no hint", () => {
  const hinted = (lines: string) => {
    const text = `servers:\n  - id: a\n    runtime:\n      type: local-process\n      command: npx\n${lines}`;
    return instanceHints(parseCatalog(text)).map(({ message }) => message);
  };
  assert.match(
    String(hinted('      args: ["-y", "@modelcontextprotocol/server-sequential-thinking"]\n')),
    /^Server 'a': .* keeps one chain of thoughts/,
  );
  assert.deepEqual(hinted('      args: ["@playwright/mcp"]\n    instances: session\n'), []);
  assert.deepEqual(hinted("    env: { X: '@playwright/mcp' }\n    tags: ['@playwright/mcp']\n"), []);
  assert.deepEqual(hinted('      args: ["@playwright/mcp-tests"]\n'), []);
});
