import assert from "node:assert/strict";
import type { IncomingHttpHeaders } from "node:http";
import { test } from "node:test";
import { checkHostAndOrigin, isListed } from "../../../../src/frontend/http/access.ts";

const rules = { host: "127.0.0.1", origins: ["https://app.example"], keys: [] };
const refused = (headers: IncomingHttpHeaders, more: object = {}) =>
  checkHostAndOrigin({ ...rules, ...more }, headers)?.message;

test("the loopback names and the gateway's own host are accepted on any port, and every host where a key is required", () => {
  for (const host of ["localhost", "localhost:4444", "127.0.0.1:1", "[::1]:4444", "LOCALHOST:80"]) {
    assert.equal(refused({ host }), undefined, host);
  }
  for (const host of [
    "",
    "evil.example",
    "localhost.evil.example",
    "127.0.0.1.evil.example:4444",
    "evil@localhost",
    "a:b:c",
  ]) {
    assert.equal(refused({ host }), "Host not allowed", host);
  }
  assert.equal(refused({ host: "gateway.example" }, { host: undefined }), undefined);
});

test("the gateway's own address and the listed origins are accepted", () => {
  const from = (origin: string, host = "localhost:4444") => refused({ host, origin });
  for (const origin of ["http://localhost:4444", "http://127.0.0.1:4444", "https://app.example"])
    assert.equal(from(origin), undefined, origin);
  for (const origin of [
    "null",
    "http://localhost:3000",
    "http://app.example",
    "https://app.example:8443",
    "vscode-webview://x",
    "",
  ]) {
    assert.equal(from(origin), "Origin not allowed", origin);
  }
  assert.equal(
    refused({ host: "gateway.example:4444", origin: "http://gateway.example:4444" }, { host: undefined }),
    undefined,
  );
  assert.equal(
    refused({ host: "gateway.example:4444", origin: "http://localhost:4444" }, { host: undefined }),
    "Origin not allowed",
  );
});

test("a star allows any origin except null", () => {
  const any = { ...rules, origins: ["*"] };
  assert.ok(isListed(any, "https://anything.example"));
  assert.ok(!isListed(any, "null"));
});
