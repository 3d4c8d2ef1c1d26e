/* biome-ignore-all lint/suspicious/noTemplateCurlyInString: the syntax under test */
import assert from "node:assert/strict";
import test from "node:test";
import { redactedView } from "../../../../src/catalog/secrets/redacted-entry.ts";
import { argName, looksLikeSecret, maskSecrets } from "../../../../src/catalog/secrets/secret-detector.ts";

/** Assembled here so that secret scanners do not take them for real secrets. */
const github = `ghp_${"a1B2c3D4".repeat(4)}`;
const jwt = `eyJhbGciOiJIUzI1NiJ9.${"eyJzdWIiOiIxMjM0"}.${"c2lnbmF0dXJl"}`;

const hidden: [name: string, value: string, masked: string][] = [
  ["", github, "***"],
  ["", `x ${github} y`, "x *** y"],
  ["", `github_pat_${"a".repeat(22)}`, "***"],
  ["", `sk-proj-${"a1".repeat(10)}`, "***"],
  ["", `xoxb-${"1".repeat(12)}`, "***"],
  ["", `AKIA${"A1".repeat(8)}`, "***"],
  ["", `AIza${"a1".repeat(16)}`, "***"],
  ["", jwt, "***"],
  ["", `glpat-${"a".repeat(20)}`, "***"],
  ["", `npm_${"a".repeat(36)}`, "***"],
  ["", "Bearer abcdef", "Bearer ***"],
  ["", "Authorization: Bearer abcdef", "Authorization: Bearer ***"],
  ["", "postgres://me:hunter2@host/db", "postgres://me:***@host/db"],
  ["", "https://x/?api_key=abc&y=1", "https://x/?api_key=***&y=1"],
  ["", "--token=abc", "--token=***"],
  ["", "PASSWORD=abc", "PASSWORD=***"],
  ["", "X-Api-Key: abc", "X-Api-Key: ***"],
  ["token", "abc", "***"],
  ["PGPASSWORD", "abc", "***"],
  ["DB_PASSWORD", "12345", "***"],
  ["apiKey", "abc", "***"],
  ["X-Api-Key", "abc", "***"],
  ["MYSQL_PWD", "abc", "***"],
  ["AWS_SECRET_ACCESS_KEY", "abc", "***"],
  ["CLIENT_SECRET_2", "abc", "***"],
  ["Authorization", "Bearer abc", "***"],
  ["TOKEN", "${TOKEN:-abc}", "***"],
  ["", "Bearer ${TOKEN:-}abc", "Bearer ${TOKEN:-}***"],
  ["", "Bearer abc$${x}def", "Bearer ***"],
  ["", "--token=abc$${x}def", "--token=***"],
];

for (const [name, value, masked] of hidden) {
  test(`${name || "any name"} ${value.slice(0, 30)} is hidden`, () => {
    assert.ok(looksLikeSecret(name, value));
    assert.equal(maskSecrets(name, value), masked);
  });
}

const shown: [name: string, value: string][] = [
  ["", ""],
  ["", "hello world"],
  ["", "sk-learn"],
  ["", "https://example.com/mcp?x=1"],
  ["", "https://${USER}:${PASSWORD}@host"],
  ["", "--token=${TOKEN}"],
  ["", "Bearer ${secret:API_TOKEN}"],
  ["", "Bearer ${TOKEN:-}"],
  ["", "${secret:github_pat_of_the_team_account}"],
  ["TOKEN", "${TOKEN}"],
  ["TOKEN", "${TOKEN:-}"],
  ["Authorization", "Bearer ${TOKEN}"],
  ["TOKEN", ""],
  ["PWD", "/home/me"],
  ["MAX_TOKENS", "4096"],
  ["TOKENIZER", "fast"],
  ["SECRET_FILE", "x"],
  ["TOKEN", "/run/secrets/token"],
  ["GOOGLE_APPLICATION_CREDENTIALS", "/home/me/key.json"],
  ["USE_TOKEN", "true"],
  ["MONKEY", "abc"],
];

for (const [name, value] of shown) {
  test(`${name || "any name"} '${value}' is shown`, () => {
    assert.equal(looksLikeSecret(name, value), false);
    assert.equal(maskSecrets(name, value), value);
  });
}

test("an argument is judged by the flag before it", () => {
  assert.equal(argName(["--api-key", "abc"], 1), "api-key");
  assert.equal(argName(["--api-key", "--verbose"], 1), "");
  assert.equal(argName(["run", "abc"], 1), "");
  assert.equal(argName(["abc"], 0), "");
});

test("the view of a local server hides values with variables and secrets", () => {
  const view = redactedView({
    runtime: {
      type: "local-process",
      command: "npx",
      args: ["--token", "abc", "--key=${secret:X}", `--gh=${github}`, "plain"],
      working_dir: "~/x",
    },
    env: { PLAIN: "8080", FROM: "${HOME}", PASSWORD: "abc", OTHER: github, LITERAL: "$${x}" },
  });
  assert.deepEqual(view, {
    runtime: {
      type: "local-process",
      command: "npx",
      args: ["--token", "***", "--key=${secret:X}", "--gh=***", "plain"],
      working_dir: "~/x",
    },
    env: { PLAIN: "8080", FROM: "***", PASSWORD: "***", OTHER: "***", LITERAL: "$${x}" },
  });
});

test("the view of a remote server hides headers and passwords in its URL", () => {
  const view = redactedView({
    runtime: {
      type: "remote-sse",
      url: "https://me:hunter2@example.com/mcp?t=${secret:T}",
      headers: { Authorization: "Bearer ${TOKEN}", "X-Tenant": "acme", Cookie: "a=b" },
    },
  });
  assert.deepEqual(view, {
    runtime: {
      type: "remote-sse",
      url: "https://me:***@example.com/mcp?t=${secret:T}",
      headers: { Authorization: "***", "X-Tenant": "acme", Cookie: "***" },
    },
    env: {},
  });
});
