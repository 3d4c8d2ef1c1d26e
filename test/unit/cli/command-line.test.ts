/** Errors in a command line: one line, the closest option, and the command whose help explains it. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { CommanderError } from "commander";
import { type CommandLine, newProgram, UsageError } from "../../../src/cli/command-line.ts";

function program(): CommandLine {
  const made = newProgram("tool", "A tool.")
    .configureOutput({ writeOut: () => undefined, writeErr: () => undefined })
    .valueOption("--file <file>", "a file", ["address"])
    .valueOption("--address <url>", "an address")
    .option("--direct", "a switch")
    .action(() => undefined);
  made
    .command("inner")
    .argument("<name>")
    .action(() => undefined);
  return made;
}

function read(...args: string[]): object {
  return program().parse(args, { from: "user" }).opts();
}

function errorOf(...args: string[]): UsageError {
  try {
    read(...args);
  } catch (error) {
    if (error instanceof UsageError) return error;
    throw error;
  }
  throw new Error("no error");
}

test("options are read, and an option that is not given has no key", () => {
  assert.deepEqual(read("--file", "a", "--direct"), { file: "a", direct: true });
  assert.deepEqual(read("--file=a b"), { file: "a b" });
  assert.deepEqual(read(), {});
});

test("each error is one line", () => {
  const cases: [string[], string][] = [
    [["--fil", "a"], "unknown option '--fil' (did you mean --file?)"],
    [["--xyzzy"], "unknown option '--xyzzy'"],
    [["--file"], "option '--file <file>' argument missing"],
    [["--file="], "--file requires a value"],
    [["--file", "--direct"], "--file requires a value, not '--direct'"],
    [
      ["--file", "a", "--address", "b"],
      "option '--file <file>' cannot be used with option '--address <url>'",
    ],
  ];
  for (const [args, message] of cases) assert.equal(errorOf(...args).message, message);
});

test("an error names the command whose help explains it", () => {
  assert.equal(errorOf("--fil").command, "tool");
  const inner = errorOf("inner");
  assert.deepEqual([inner.message, inner.command], ["missing required argument 'name'", "tool inner"]);
});

test("the help and the version end the program with exit code 0", () => {
  for (const flag of ["--help", "-h", "--version", "-V"]) {
    assert.throws(
      () => read(flag),
      (error) => error instanceof CommanderError && error.exitCode === 0,
    );
  }
});
