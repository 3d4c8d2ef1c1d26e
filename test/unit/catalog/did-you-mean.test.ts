import assert from "node:assert/strict";
import test from "node:test";
import { closest, closestType } from "../../../src/catalog/did-you-mean.ts";

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

const types = ["local-process", "remote-sse", "docker", "podman", "k8s-job", "k8s-service", "own-type"];

const typeSlips: [typed: string, meant: string | undefined][] = [
  ["dokcer", "docker"],
  ["local_process", "local-process"],
  ["local", "local-process"],
  ["ow-type", "own-type"],
  ["stdio", "local-process"],
  ["streamableHttp", "remote-sse"],
  ["SSE", "remote-sse"],
  ["k8s", "k8s-job"],
  ["constructor", undefined],
  ["nope", undefined],
];

for (const [typed, meant] of typeSlips) {
  test(`runtime type '${typed}' means ${meant}`, () => assert.equal(closestType(typed, types), meant));
}
