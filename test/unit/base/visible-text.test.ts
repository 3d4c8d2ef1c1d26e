import assert from "node:assert/strict";
import { test } from "node:test";
import { visibleLines, visiblePrefix, visibleText } from "../../../src/base/visible-text.ts";

test("control characters and ANSI escapes are written out", () => {
  assert.equal(visibleText("a\x1b[31mred\x07\x00\x7f\x9b2J"), "a\\x1b[31mred\\x07\\x00\\x7f\\x9b2J");
  assert.equal(visibleText("one\r\ntwo"), "one\\r\\ntwo");
});

test("a tab, emoji and every script stay as they are", () => {
  const text = "a\tb é 漢字 עברית العربية ❤️ 👍🏽";
  assert.equal(visibleText(text), text);
});

test("bidi controls, zero-width characters, separators and tags are written out", () => {
  const characters = [
    "\u200b",
    "\u200d",
    "\u200e",
    "\u202a",
    "\u202e",
    "\u2066",
    "\u2069",
    "\u2028",
    "\u2029",
  ];
  for (const character of [...characters, "\u061c", "\ufeff", "\u00ad", "\u{e0041}", "\ufff9", "\ud800"])
    assert.equal(
      visibleText(`a${character}b`),
      `a\\${character.codePointAt(0) === 0xad ? "xad" : `u{${character.codePointAt(0)?.toString(16)}}`}b`,
    );
});

test("the line ends of a multi-line text stay, and all other control characters are written out", () => {
  assert.equal(visibleLines("a\x1b\r\nb\rc\n"), "a\\x1b\nb\\rc\n");
});

test("a text is cut to a length without cutting a character in two", () => {
  assert.equal(visiblePrefix("abc", 3), "abc");
  assert.equal(visiblePrefix("abcd", 3), "ab…");
  assert.equal(visiblePrefix("a😀b", 3), "a…");
  assert.equal(visiblePrefix("a😀", 3), "a😀");
  assert.equal(visiblePrefix("\x1b".repeat(10), 6).length, 6);
  assert.equal(visiblePrefix("abc", 0), "…");
});

test("a million hostile characters are written out in one pass", () => {
  // An algorithm that is not linear would take hours.
  const text = "\x1b\u202e".repeat(500_000);
  assert.equal(visibleText(text).length, 12 * 500_000);
});
