import assert from "node:assert/strict";
import { test } from "node:test";
import { markdownBlock, markdownCode, markdownText } from "../../../src/base/markdown.ts";

test("text is escaped so that Markdown does not interpret it", () => {
  const written = {
    "[a](command:x)": "\\[a\\](command:x)",
    "![a](https://x.y)": "\\!\\[a\\](https\\://x.y)",
    "<b onclick=x>": "\\<b onclick=x\\>",
    "`a` *b* _c_ ~d~ # e": "\\`a\\` \\*b\\* \\_c\\_ \\~d\\~ \\# e",
    "see www.x.y or a@b.c": "see www\\.x.y or a\\@b.c",
    "1. a": "1\\. a",
    "- a-b": "\\- a-b",
    "    code": "code",
    "&lt; $(trash)": "\\&lt; &#36;(trash)",
    "a\nb\u202e": "a\\\\nb\\\\u\\{202e\\}",
    "exit code 1: no such file (x.ts)": "exit code 1: no such file (x.ts)",
  };
  for (const [text, markdown] of Object.entries(written)) assert.equal(markdownText(text), markdown);
});

test("a code span cannot end before its end", () => {
  assert.equal(markdownCode("a"), "`a`");
  assert.equal(markdownCode("`a``b"), "``` `a``b ```");
  assert.equal(markdownCode(""), "`  `");
  assert.equal(markdownCode(" a"), "`  a `");
});

test("a code block cannot end before its end", () => {
  assert.equal(markdownBlock("a\n```\n[b](c)\x1b", "text"), "\n\n````text\na\n```\n[b](c)\\x1b\n````\n\n");
});
