/** Position of the cursor in text that is not yet YAML. `|` marks the cursor. */
import assert from "node:assert/strict";
import test from "node:test";
import { cursorAt } from "../../../../language-server/documents/cursor.ts";

function at(text: string): string | undefined {
  const lines = text.split("\n");
  const line = lines.findIndex((each) => each.includes("|"));
  const character = lines[line]?.indexOf("|") ?? 0;
  lines[line] = (lines[line] ?? "").replace("|", "");
  const cursor = cursorAt(lines, line, character);
  return cursor && `${cursor.path.join(".")} ${cursor.part} '${cursor.typed}'`;
}

const cases: [text: string, expected: string | undefined][] = [
  ["|", " key ''"],
  ["serv|", " key 'serv'"],
  ["servers:\n  |", "servers key ''"],
  ["servers:\n  - |", "servers.0 item ''"],
  ["servers:\n  -|", "servers.0 item ''"],
  ["servers:\n- |", "servers.0 item ''"],
  ["servers:\n  - id: a|", "servers.0.id value 'a'"],
  ["servers:\n  - id: a\n    |", "servers.0 key ''"],
  ["servers:\n- id: a\n  ru|", "servers.0 key 'ru'"],
  ["servers:\n  - id: a\n    runtime: |", "servers.0.runtime value ''"],
  ["servers:\n  - id: a\n    runtime:\n      |", "servers.0.runtime key ''"],
  ["servers:\n  - runtime:\n      type: x\n      comm|\n    id: a", "servers.0.runtime key 'comm'"],
  ["servers:\n  - runtime:\n      type: x\n    |", "servers.0 key ''"],
  ["servers:\n  - id: a\n    tags:\n      - |", "servers.0.tags.0 item ''"],
  ["servers:\n  - id: a\n    tags:\n    - d|", "servers.0.tags.0 item 'd'"],
  ["servers:\n  - tags:\n    - d|", "servers.0.tags.0 item 'd'"],
  ["servers:\n  - id: a\n    tags: [|", "servers.0.tags.0 item ''"],
  ["servers:\n  - id: a\n    tags: [a, 'b', de|", "servers.0.tags.0 item 'de'"],
  ["servers:\n  - id: a\n    tags: [a]|", "servers.0.tags value '[a]'"],
  ["servers:\n  - id: a\n    runtime: { type: x, command: n|", "servers.0.runtime.command value 'n'"],
  ["servers:\n  - id: a\n    runtime: { type: x, |", "servers.0.runtime key ''"],
  ["servers:\n  - { id: a, runtime: { type: x, env: { A: '${|", "servers.0.runtime.env.A value ''${'"],
  ["servers:\n  - id: a\n    env:\n      A: ${B:-|", "servers.0.env.A value '${B:-'"],
  ["servers:\n  - id: a\n    env:\n      A: x # |", undefined],
  ["servers:\n  - id: a\n    env:\n      A: 'x # |", "servers.0.env.A value ''x # '"],
  ["# comment |", undefined],
  ["log_level: |", "log_level value ''"],
  ["servers:\n  - id: a\n\n  # note\n    restart:\n      max|", "servers.0.restart key 'max'"],
  ["servers:\n  - id: a\n  |", "servers key ''"],
];

for (const [text, expected] of cases) {
  test(`cursor in ${JSON.stringify(text)}`, () => assert.equal(at(text), expected));
}

test("the other keys of the mapping are found, before and after the cursor", () => {
  const lines = [
    "servers:",
    "  - id: a",
    "    runtime:",
    "      type: x",
    "    ",
    "    env:",
    "  - tags: []",
  ];
  assert.deepEqual(cursorAt(lines, 4, 4)?.siblings.toSorted(), ["env", "id", "runtime"]);
});
