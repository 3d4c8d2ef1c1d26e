import assert from "node:assert/strict";
import test from "node:test";
import {
  formatListenAddress,
  isLoopback,
  isWildcard,
  type ListenAddress,
  localAddress,
  parseListenAddress,
} from "../../../src/config/listen-address.ts";

const good: [text: string, address: object, loopback: boolean][] = [
  ["127.0.0.1:4444", { kind: "tcp", host: "127.0.0.1", port: 4444 }, true],
  ["127.9.9.9:0", { kind: "tcp", host: "127.9.9.9", port: 0 }, true],
  ["localhost:1", { kind: "tcp", host: "localhost", port: 1 }, true],
  ["[::1]:4444", { kind: "tcp", host: "::1", port: 4444 }, true],
  ["[0:0:0:0:0:0:0:1]:4444", { kind: "tcp", host: "0:0:0:0:0:0:0:1", port: 4444 }, true],
  ["[::ffff:127.0.0.1]:1", { kind: "tcp", host: "::ffff:127.0.0.1", port: 1 }, true],
  ["unix:/run/x.sock", { kind: "unix", path: "/run/x.sock" }, true],
  ["0.0.0.0:65535", { kind: "tcp", host: "0.0.0.0", port: 65535 }, false],
  ["[::]:4444", { kind: "tcp", host: "::", port: 4444 }, false],
  ["[1::1]:4444", { kind: "tcp", host: "1::1", port: 4444 }, false],
  ["127.0.0.1.example.com:80", { kind: "tcp", host: "127.0.0.1.example.com", port: 80 }, false],
  ["localhost.example.com:80", { kind: "tcp", host: "localhost.example.com", port: 80 }, false],
];
for (const [text, address, loopback] of good) {
  test(`${text} is an address`, () => {
    const parsed = parseListenAddress(text);
    assert.ok(parsed.kind === "address");
    assert.deepEqual(parsed.address, address);
    assert.equal(isLoopback(parsed.address), loopback);
    assert.equal(formatListenAddress(parsed.address), text);
  });
}

const bad: [text: string, because: RegExp][] = [
  ["", /^must be 'host:port'/],
  ["4444", /such as '127\.0\.0\.1:4444'$/],
  ["localhost", /^must be 'host:port'/],
  [":4444", /must name a host/],
  ["127.0.0.1:65536", /port from 0 to 65535/],
  ["127.0.0.1:-1", /^must be/],
  ["::1:4444", /in brackets/],
  ["[nonsense]:1", /IPv6 address in the brackets/],
  ["999.1.1.1:80", /host name or an IP address/],
  ["http://localhost:80", /^must be/],
  ["unix:relative.sock", /absolute path/],
  [`unix:/${"x".repeat(110)}`, /103 bytes/],
];
for (const [text, because] of bad) {
  test(`'${text.slice(0, 30)}' is not an address`, () => {
    const parsed = parseListenAddress(text);
    assert.ok(parsed.kind === "wrong");
    assert.match(parsed.because, because);
  });
}

test("a wildcard is every interface, and this machine connects to its loopback address", () => {
  const wildcards = [
    ["0.0.0.0", "127.0.0.1"],
    ["::ffff:0.0.0.0", "127.0.0.1"],
    ["::", "::1"],
    ["0:0:0:0:0:0:0:0", "::1"],
  ] as const;
  for (const [host, local] of wildcards) {
    assert.equal(isWildcard({ kind: "tcp", host, port: 1 }), true, host);
    assert.deepEqual(localAddress({ kind: "tcp", host, port: 1 }), { kind: "tcp", host: local, port: 1 });
  }
  const others: ListenAddress[] = [
    { kind: "tcp", host: "192.0.2.1", port: 1 },
    { kind: "tcp", host: "::1", port: 1 },
    { kind: "unix", path: "/run/x.sock" },
  ];
  for (const address of others) {
    assert.equal(isWildcard(address), false);
    assert.deepEqual(localAddress(address), address);
  }
});
