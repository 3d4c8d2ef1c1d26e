/** Messages for texts that are not YAML: what is wrong, where, and what to do. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { readYaml } from "../../../../src/catalog/text/yaml-text.ts";

const colon = "The ':' after this key is missing: write 'key: value'";
const space = "A space is missing after the ':' of this key";
const aligned = "This line is not aligned with the lines above it: use the same number of spaces";
const tooFar = "This line is indented too far: align it with the key above it, or remove the value there";
const inQuotes = (character: string) => `A text that begins with '${character}' must be in quotes`;
const conflict = "This is a conflict of Git: keep one of the versions and remove this line";
const afterQuote = "Nothing may follow a closing quote or bracket: put the whole text in quotes";

/** Text, and its problems as `line:column-endColumn message`. */
const cases: Record<string, readonly [text: string, ...problems: string[]]> = {
  "a missing colon": ["a:\n  type x\n  b: c\n", `2:3-9 ${colon}`],
  "a missing colon in the last line": ["a:\n  b: c\n  type x\n", `3:3-9 ${colon}`],
  "a missing colon before a mapping": ["a:\n  b\n    c: d\n", `2:3-4 ${colon}`],
  "a missing colon in a file of Windows": ["a\r\n  - b: c\r\n", `1:1-2 ${colon}`],
  "a missing space after a colon": ["a:b\nc: d\n", `1:1-4 ${space}`],
  "a missing space after a dash": ["a:\n  -b: c\n    d: e\n", "2:3-4 A space is missing after this '-'"],
  "a key that is indented too little": ["a:\n  b: c\n d: e\n", `3:2-4 ${aligned}`],
  "a key that is indented too far": ["a: b\n  c: d\n", `2:3-5 ${tooFar}`],
  "a key of a list item that is indented too far": ["- a: b\n    c: d\n", `2:5-7 ${tooFar}`],
  "a list item that is indented too little": ["a:\n  - b\n - c\n", `3:2-3 ${aligned}`],
  "a colon in a text": ["a: b: c\n", "1:4-8 A text with ': ' in it must be in quotes"],
  "a list without end": [
    "a:\n  b: [c\n  d: e\n",
    "3:3-4 The closing ']' of a '[' before this place is missing, or this line is indented too little",
  ],
  "a mapping without end": ["a: {b: c", "1:9-9 The closing '}' of a '{' before this place is missing"],
  "a closing bracket that is indented too little": [
    "a:\n  b: [\n    c\n ]\n",
    "4:2-3 Indent this ']' further than the key of its value",
  ],
  "a closing bracket without list": ["a: b]]\nc: [d]]\n", "2:7-8 This ']' has no opening '[' before it"],
  "a missing comma in a mapping": ["a: {b: c d: e}\n", "1:8-14 A ',' is missing between these values"],
  "a missing comma in a list": ['a: ["b" "c"]\n', "1:9-10 A ',' is missing before this value"],
  "two commas": ["a: [b,,c]\n", "1:7-8 A value is missing before this ','"],
  "a text that begins with @": ["a: @b\n", `1:4-5 ${inQuotes("@")}`],
  "a text that is only *": ["a: [*]\n", `1:5-6 ${inQuotes("*")}`],
  "a text that is only &": ["a: & b\n", `1:4-5 ${inQuotes("&")}`],
  "a text after a quote": ['a: "b" c\n', `1:8-9 ${afterQuote}`],
  "a quote without end": ['a: "b\nc: d\n', "1:4-6 This text has no closing quote"],
  "a list beside its key": ["a: - b\n", "1:4-5 Begin the list on the line below its key"],
  "a text beside its |": [
    "a: | b\n  c\n",
    "1:6-7 Only a comment may follow '|' or '>' on its line: put the text on the next lines",
  ],
  "a comment without a space": [
    "a: [b]#c\n",
    "1:7-9 Write a space before '#', or put a text with '#' in quotes",
  ],
  "a conflict of Git": [
    "a:\n<<<<<<< HEAD\n  - b: c\n=======\n  - b: d\n>>>>>>> e\n",
    `2:1-13 ${conflict}`,
    `4:1-8 ${conflict}`,
    `6:1-10 ${conflict}`,
  ],
};

for (const [name, [text, ...problems]] of Object.entries(cases))
  test(`${name} is a problem with what to do`, () => {
    const found = readYaml(text).problems.map(
      ({ line, column, endColumn, message }) => `${line}:${column}-${endColumn} ${message}`,
    );
    assert.deepEqual(found, problems);
  });
