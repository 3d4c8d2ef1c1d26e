import assert from "node:assert/strict";
import test from "node:test";
import { closest } from "../../../src/catalog/did-you-mean.ts";

const known = ["id", "env", "command", "args", "working_dir", "display_name"];

const slips: [typed: string, meant: string | undefined][] = [
  ["comand", "command"],
  ["commnad", "command"],
  ["workingDir", "working_dir"],
  ["working-dir", "working_dir"],
  ["ENV", "env"],
  ["environment", "env"],
  ["agrs", "args"],
  ["volumes", undefined],
  ["", undefined],
  ["x".repeat(10_000), undefined],
];

for (const [typed, meant] of slips) {
  test(`'${typed.slice(0, 20)}' means ${meant}`, () => assert.equal(closest(typed, known), meant));
}
