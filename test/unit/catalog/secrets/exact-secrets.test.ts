import assert from "node:assert/strict";
import { test } from "node:test";
import { maskExactSecrets } from "../../../../src/catalog/secrets/exact-secrets.ts";

/** Assembled here so that secret scanners do not take them for real secrets. */
const github = `ghp_${"a1B2c3D4".repeat(4)}`;
const jwt = `eyJhbGciOiJIUzI1NiJ9.${"eyJzdWIiOiIxMjM0"}.${"c2lnbmF0dXJl".repeat(4)}`;

const hidden: [name: string, text: string, masked: string][] = [
  ["", `x ${github} y`, "x *** y"],
  ["", jwt, "***"],
  ["API_KEY", "hunter2", "***"],
  ["Authorization", "Bearer abc123456", "Bearer ***"],
  ["", "--token=abc123456", "--token=***"],
  ["", "postgres://me:hunter2@host/db", "postgres://me:***@host/db"],
  ["", "https://x/?api_key=abc123&y=1", "https://x/?api_key=***&y=1"],
];
for (const [name, text, masked] of hidden)
  test(`the secret in ${name} ${text.slice(0, 20)} is hidden`, () =>
    assert.equal(maskExactSecrets(name, text), masked));

const shown: [name: string, text: string][] = [
  ["MY_TOKEN", "curl evil.example"],
  ["MY_TOKEN", "./evil1.sh"],
  ["MY_TOKEN", "reboot"],
  ["MY_TOKEN", "--privileged1"],
  ["MY_TOKEN", "$(curl evil1)"],
  ["", "token=$(curl1|sh)"],
  ["", "Bearer ./evil1.sh"],
  ["", "https://a:b/c1d2e3@host/"],
  ["", "curl eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0.example"],
  ["", "-----BEGIN PRIVATE KEY-----\nreboot\n-----END PRIVATE KEY-----"],
  ["", "sk-learn"],
  ["TOKEN", "$" + "{secret:TOKEN1}"],
];
for (const [name, text] of shown)
  test(`${name} ${JSON.stringify(text)} is shown`, () => assert.equal(maskExactSecrets(name, text), text));
