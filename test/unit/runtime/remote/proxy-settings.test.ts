/** Tests which proxy is used for a URL. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { proxyFor, proxySettingsIn } from "../../../../src/runtime/remote/proxy-settings.ts";

const settings = { http: "http://p:1", https: "p:2" };
const chosen = (url: string, except?: string) => {
  const choice = proxyFor(new URL(url), { ...settings, except });
  return choice.kind === "proxy" ? choice.url.host : choice.kind;
};

test("each protocol has its own proxy, in either case, lower case first, and an empty value counts as not set", () => {
  assert.equal(chosen("http://a.example/"), "p:1");
  assert.equal(chosen("https://a.example/"), "p:2");
  const env = { HTTP_PROXY: "a", http_proxy: "b", HTTPS_PROXY: "c", https_proxy: "", NO_PROXY: "d" };
  assert.deepEqual(proxySettingsIn(env), { http: "b", https: "c", except: "d" });
  assert.equal(proxyFor(new URL("http://a.example/"), {}).kind, "direct");
});

test("this machine is never reached through a proxy", () => {
  for (const host of ["localhost", "x.localhost", "127.0.0.1", "127.3.2.1", "[::1]"])
    assert.equal(chosen(`http://${host}:80/`), "direct", host);
});

test("NO_PROXY accepts names with all their subdomains, ports, addresses, subnets, and everything", () => {
  const cases: readonly [string, string, string][] = [
    ["a.example", "http://a.example/", "direct"],
    ["example", "http://a.example/", "direct"],
    [".a.example", "http://x.a.example/", "direct"],
    ["*.a.example", "http://x.a.example/", "direct"],
    ["A.Example", "http://a.example/", "direct"],
    ["b.example, a.example", "http://a.example/", "direct"],
    ["a.example:80", "http://a.example/", "direct"],
    ["a.example:8080", "http://a.example/", "p:1"],
    ["xample", "http://a.example/", "p:1"],
    ["10.0.0.0/8", "http://10.1.2.3/", "direct"],
    ["10.0.0.0/8", "http://11.1.2.3/", "p:1"],
    ["10.1.2.3", "http://10.1.2.3/", "direct"],
    ["0.0.0.3", "http://10.0.0.3/", "p:1"],
    ["fd00::/8", "http://[fd00::1]/", "direct"],
    ["[fd00::1]:80", "http://[fd00::1]/", "direct"],
    ["10.0.0.0/99", "http://10.1.2.3/", "p:1"],
    ["*", "http://a.example/", "direct"],
  ];
  for (const [except, url, expected] of cases)
    assert.equal(chosen(url, except), expected, `${except} ${url}`);
});

test("an invalid proxy URL is refused without being quoted", () => {
  for (const http of ["socks5://u:secret@p:1", "http://u:secret@:x"]) {
    const choice = proxyFor(new URL("http://a.example/"), { http });
    assert.equal(choice.kind, "invalid");
    assert.match(choice.kind === "invalid" ? choice.because : "", /^HTTP_PROXY (?!.*secret)/);
  }
});
