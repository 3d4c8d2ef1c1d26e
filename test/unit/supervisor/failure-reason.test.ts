/** Tests which line of real output of servers and their launchers names the error of a failed start. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { errorIn, lastLinesIn } from "../../../src/supervisor/failure-reason.ts";
import { cpuMsOf } from "../../support/cpu-time.ts";

const frames = `    at new Client (file:///cache/_npx/e9/node_modules/pkg/dist/client.js:12:19)
    at ModuleJob.run (node:internal/modules/esm/module_job:561:25)
    at async asyncRunEntryPointWithESMLoader (node:internal/modules/run_main:101:5)`;

/** Description, output, expected message. */
const examples: readonly (readonly [name: string, output: string, shown: string | undefined])[] = [
  [
    "an error thrown by Node.js",
    `file:///cache/dist/utils/client.js:12
            throw new Error('HubSpot access token is required.');
                  ^

Error: HubSpot access token is required. Set PRIVATE_APP_ACCESS_TOKEN and retry.
${frames}

Node.js v24.21.0`,
    "Error: HubSpot access token is required. Set PRIVATE_APP_ACCESS_TOKEN and retry.",
  ],
  [
    "the same, after a coloured line that says less",
    `\x1b[31m🚨  Error initializing Stripe MCP server:\x1b[39m
   Stripe API key not provided.

/cache/dist/cli.js:34
        throw new Error('Stripe API key not provided.');
              ^

Error: Stripe API key not provided. Set the STRIPE_SECRET_KEY environment variable.
${frames}

Node.js v24.21.0`,
    "Error: Stripe API key not provided. Set the STRIPE_SECRET_KEY environment variable.",
  ],
  [
    "a module that is missing",
    `node:internal/modules/cjs/loader:1404
  throw err;
  ^

Error: Cannot find module '/home/me/server/dist/index.js'
    at Function._resolveFilename (node:internal/modules/cjs/loader:1401:15)
    at node:internal/main/run_main_module:36:49 {
  code: 'MODULE_NOT_FOUND',
  requireStack: []
}

Node.js v22.12.0`,
    "Error: Cannot find module '/home/me/server/dist/index.js'",
  ],
  [
    "a package that is missing",
    `node:internal/modules/esm/resolve:873
  throw new ERR_MODULE_NOT_FOUND(packageName, fileURLToPath(base), null);
        ^

Error [ERR_MODULE_NOT_FOUND]: Cannot find package 'zod' imported from /srv/index.mjs
${frames} {
  code: 'ERR_MODULE_NOT_FOUND'
}

Node.js v22.12.0`,
    "Error [ERR_MODULE_NOT_FOUND]: Cannot find package 'zod' imported from /srv/index.mjs",
  ],
  [
    "a syntax error",
    `/srv/index.js:3
const a = ;
          ^

SyntaxError: Unexpected token ';'
    at wrapSafe (node:internal/modules/cjs/loader:1469:18)

Node.js v22.12.0`,
    "SyntaxError: Unexpected token ';'",
  ],
  [
    "an error with a cause",
    `TypeError: fetch failed
${frames} {
  [cause]: Error: getaddrinfo ENOTFOUND api.example.com
      at GetAddrInfoReqWrap.onlookupall [as oncomplete] (node:dns:120:26) {
    errno: -3008
  }
}`,
    "TypeError: fetch failed",
  ],
  [
    "a library's error whose text follows",
    `ZodError: [
  {
    "code": "invalid_type",
    "path": [
      "API_KEY"
    ],
    "message": "Required"
  }
]
${frames}`,
    'ZodError: [ "code": "invalid_type", "path": [ "API_KEY" "message": "Required"',
  ],
  [
    "one line",
    "Error: BRAVE_API_KEY environment variable is required",
    "Error: BRAVE_API_KEY environment variable is required",
  ],
  [
    "a time and a level before it",
    "[DEBUG 2026-11-30T16:57:47.759Z] Uncaught exception: Error: Unknown command: undefined. Expected 'init' or 'run'.",
    "[DEBUG 2026-11-30T16:57:47.759Z] Uncaught exception: Error: Unknown command: undefined. Expected 'init' or 'run'.",
  ],
  [
    "Python",
    `Traceback (most recent call last):
  File "/srv/server.py", line 5, in <module>
    import mcp
ModuleNotFoundError: No module named 'mcp'`,
    "ModuleNotFoundError: No module named 'mcp'",
  ],
  [
    "Python, an error while another was handled, and what a wrapper says after it",
    `Traceback (most recent call last):
  File "/srv/server.py", line 5, in <module>
    os.environ["TOKEN"]
KeyError: 'TOKEN'

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/srv/server.py", line 7, in <module>
    raise SystemExit from None
pkg.errors.NotConfigured: TOKEN is not set
the end`,
    "pkg.errors.NotConfigured: TOKEN is not set",
  ],
  [
    "Python's settings",
    `Traceback (most recent call last):
  File "/srv/server.py", line 5, in <module>
    Settings()
pydantic_core._pydantic_core.ValidationError: 1 validation error for Settings
api_key
  Field required [type=missing, input_value={}, input_type=dict]`,
    "pydantic_core._pydantic_core.ValidationError: 1 validation error for Settings api_key Field required [type=missing, input_value={}, input_type=dict]",
  ],
  [
    "a command line program's usage",
    `usage: mcp-server [-h] --db-path DB_PATH
mcp-server: error: the following arguments are required: --db-path`,
    "mcp-server: error: the following arguments are required: --db-path",
  ],
  [
    "commander",
    "error: missing required argument 'directory'",
    "error: missing required argument 'directory'",
  ],
  [
    "clap",
    `error: unexpected argument '--foo' found

  tip: a similar argument exists: '--for'

Usage: server [OPTIONS]

For more information, try '--help'.`,
    "error: unexpected argument '--foo' found",
  ],
  [
    "npm, no such package",
    `npm error code E404
npm error 404 Not Found - GET https://registry.npmjs.org/no-such-package
npm error 404
npm error 404  The requested resource 'no-such-package@*' could not be found or you do not have permission to access it.
npm error A complete log of this run can be found in: /home/me/.npm/_logs/debug-0.log`,
    "npm error E404: 404 Not Found - GET https://registry.npmjs.org/no-such-package",
  ],
  [
    "an older npm",
    `npm ERR! code ENOTFOUND
npm ERR! errno ENOTFOUND
npm ERR! network request to https://registry.npmjs.org/x failed, reason: getaddrinfo ENOTFOUND registry.npmjs.org
npm ERR! network This is a problem related to network connectivity.`,
    "npm error ENOTFOUND: network request to https://registry.npmjs.org/x failed, reason: getaddrinfo ENOTFOUND registry.npmjs.org",
  ],
  [
    "npm, no program in the package",
    `npm error could not determine executable to run
npm error A complete log of this run can be found in: /home/me/.npm/_logs/debug-0.log`,
    "npm error could not determine executable to run",
  ],
  [
    "npm's words after a server's error",
    `Error: no token\n${frames}\nnpm error code 1\nnpm error path /srv`,
    "Error: no token",
  ],
  ["uv", "error: No such option: --foo", "error: No such option: --foo"],
  [
    "Go",
    "panic: runtime error: invalid memory address\n\ngoroutine 1 [running]:\nmain.main()\n\t/srv/main.go:5",
    "panic: runtime error: invalid memory address",
  ],
  ["Go's log", "2026/11/30 12:00:00 error: no token", "2026/11/30 12:00:00 error: no token"],
  [
    "Rust",
    "thread 'main' panicked at src/main.rs:5:10:\nTOKEN must be set\nnote: run with `RUST_BACKTRACE=1` environment variable to display a backtrace",
    "thread 'main' panicked at src/main.rs:5:10: TOKEN must be set",
  ],
  [
    "Java",
    'Exception in thread "main" java.lang.IllegalStateException: no token\n\tat com.example.Main.main(Main.java:5)',
    'Exception in thread "main" java.lang.IllegalStateException: no token',
  ],
  ["a shell", "/srv/run.sh: line 3: node: command not found", "/srv/run.sh: line 3: node: command not found"],
  ["a level in brackets", "[ERROR] Missing API key\nShutting down", "[ERROR] Missing API key"],
  ["words that are no error", "Server starting\nPlease set SLACK_BOT_TOKEN", undefined],
  ["a line about errors", "errors are written to /var/log", undefined],
  ["nothing", "", undefined],
];

for (const [name, output, shown] of examples)
  test(`the error of: ${name}`, () => assert.equal(errorIn(output.split("\n")), shown));

test("the last lines, without npm's reports, replace an error that is not named", () => {
  const lines = [
    "npm http fetch GET 304 https://registry.npmjs.org/a 1ms",
    " Please set TOKEN ",
    "",
    "npm notice new",
  ];
  assert.deepEqual(lastLinesIn(lines), ["Please set TOKEN"]);
  assert.deepEqual(lastLinesIn([..."abcdefg"]), [..."cdefg"]);
  assert.equal(lastLinesIn(["npm warn deprecated"]), undefined);
});

test("the shown text is bounded, and costs time in proportion to its length", () => {
  const cpuMs = cpuMsOf(() => {
    for (const odd of ["a.", "A", "-", "[", "error:"])
      errorIn(Array.from({ length: 100 }, () => odd.repeat(50_000)));
  });
  assert.ok(cpuMs < 2_000);
  assert.equal(errorIn([`Error: ${"x".repeat(100_000)}`])?.length, 500);
});
