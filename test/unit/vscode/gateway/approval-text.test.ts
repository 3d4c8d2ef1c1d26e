import assert from "node:assert/strict";
import { test } from "node:test";
import { excerptOf, shownName, wrapped } from "../../../../src/vscode/gateway/approval-text.ts";

test("a text that fits is shown whole, and a longer text reports how much is hidden", () => {
  assert.deepEqual(excerptOf("a\nb"), { text: "a\nb", hidden: 0 });
  const long = Array.from({ length: 100 }, (_, at) => `line ${at}`).join("\n");
  const excerpt = excerptOf(long);
  assert.ok(long.startsWith(`${excerpt.text}\n`));
  assert.equal(excerpt.text.length + excerpt.hidden, long.length);
});

test("one line that is too long is cut, and does not count as whole", () => {
  const { text, hidden } = excerptOf("x".repeat(100_000));
  assert.ok(text.length < 2_000);
  assert.equal(text.length + hidden, 100_000);
});

test("in a document no line is longer than the width, and nothing is lost", () => {
  const wide = `  ${"word ".repeat(100)}\\nnext`;
  const lines = wrapped(`head\n${wide}\n\nend`).split("\n");
  assert.ok(lines.every((line) => line.length <= 100));
  assert.equal(lines.map((line) => line.replace(/^ +↪ /, "")).join(""), `head${wide}end`);
  assert.ok(lines.some((line) => line.endsWith("↪ next")));
});

test("a name from a catalog cannot be long or reorder a title, and does not hide the id", () => {
  assert.equal(shownName({ entry: { id: "a", display_name: "a" } as never }), "a");
  assert.equal(shownName({ entry: { id: "a", display_name: "B\u202e\n" } as never }), "B\\u{202e}\\n (a)");
  const long = shownName({ entry: { id: "a", display_name: "x".repeat(500) } as never });
  assert.equal(long, `${"x".repeat(60)}… (a)`);
});
