/**
 * Turns the errors of the YAML parser into messages that say what to do, at the place to change. Never quotes the text,
 * because it can contain secrets.
 */

import type { Document, YAMLError } from "yaml";
import { visit } from "yaml";

export interface SyntaxProblem {
  /** The parser's code in kebab-case. */
  readonly code: string;
  readonly message: string;
  /** Offsets in the text. */
  readonly start: number;
  readonly end: number;
}

/** In some texts, the parser finds an error in almost every line after the first error. */
const mostProblems = 100;

/** The errors in the order of the text, one for each line, because the next ones in a line follow from the first. */
export function syntaxProblems(document: Document, text: string): SyntaxProblem[] {
  const errors = [...document.errors, ...document.warnings];
  let known: QuotedText[] | undefined;
  const quoted = () => {
    known ??= quotedTexts(document);
    return known;
  };
  const found = onePerLine(text, errors, ({ pos }) => pos[0]).map((error) => ({
    code: `yaml-${error.code.toLowerCase().replaceAll("_", "-")}`,
    ...(conflictIn(text, error) ?? explain(error, text, quoted)),
  }));
  return onePerLine(text, found, ({ start }) => start)
    .sort((a, b) => a.start - b.start)
    .slice(0, mostProblems);
}

/** The first item of each line. */
function onePerLine<T>(text: string, items: readonly T[], startOf: (item: T) => number): T[] {
  const lines = new Set<number>();
  return items.filter((item) => {
    const { start } = lineAt(text, startOf(item));
    return !lines.has(start) && lines.add(start);
  });
}

type Explained = Pick<SyntaxProblem, "message" | "start" | "end">;

/** Lines of an unresolved conflict of Git. */
const conflictMark = /^(?:<{7}|={7}|>{7})(?= |$)/;

function conflictIn(text: string, { pos }: YAMLError): Explained | undefined {
  const { start, end } = lineAt(text, pos[0]);
  if (!conflictMark.test(text.slice(start, end))) return undefined;
  return { message: "This is a conflict of Git: keep one of the versions and remove this line", start, end };
}

function explain(error: YAMLError, text: string, quoted: () => readonly QuotedText[]): Explained {
  const { code, message, pos } = error;
  const [start, end] = pos;
  const here = (what: string): Explained => ({ message: what, start, end });
  switch (code) {
    case "MULTILINE_IMPLICIT_KEY":
      return missingColon(text, start);
    case "BLOCK_AS_IMPLICIT_KEY":
      return message.startsWith("Nested") ? nestedMapping(text, start) : misaligned(text, start);
    case "BAD_INDENT":
      return message.startsWith("Flow") ? unclosed(message, text, pos) : misaligned(text, start);
    case "BLOCK_IN_FLOW":
      return here("A ',' is missing between these values");
    case "BAD_SCALAR_START":
      return here(`A text that begins with '${text[start]}' must be in quotes`);
    case "BAD_ALIAS":
      return here(`A text that begins with '${message.startsWith("Anchor") ? "&" : "*"}' must be in quotes`);
    case "MULTIPLE_DOCS":
      return here("The file must be one YAML document: remove this '---' and what follows it");
    case "TAB_AS_INDENT":
      return here("Tabs are not allowed as indentation: use spaces");
    case "TAG_RESOLVE_FAILED":
      return here("Only YAML's own tags are supported: remove this '!…'");
    case "BAD_DQ_ESCAPE":
      return here("Invalid escape after a backslash in double quotes: write '\\\\', or use single quotes");
    case "BAD_DIRECTIVE":
      return here("Unknown YAML directive: remove the line, or quote the text that begins with '%'");
    case "KEY_OVER_1024_CHARS":
      return here("The ':' after this key is missing, or the key is longer than 1024 characters");
    case "MISSING_CHAR":
      return missingCharacter(message, text, pos, quoted);
    case "UNEXPECTED_TOKEN":
      return here(unexpected(message, text, start));
    default:
      // Removes quotes of the parser, which may contain a secret.
      return here(message.replace(/(?<=\w): [\s\S]*$/, "").replace(/\s+/g, " "));
  }
}

function missingCharacter(
  message: string,
  text: string,
  [start, end]: YAMLError["pos"],
  quoted: () => readonly QuotedText[],
): Explained {
  if (message.endsWith("quote")) {
    const [opened, ended] = quoted().find(([from, to]) => from < start && to >= start) ?? [start, end];
    const line = lineAt(text, opened);
    return { message: "This text has no closing quote", start: opened, end: Math.min(ended, line.end) };
  }
  if (message.startsWith("Implicit map keys")) return missingColon(text, start);
  if (message.startsWith("Sequence item")) return misaligned(text, start);
  if (message.startsWith("Flow")) return unclosed(message, text, [start, end]);
  if (message.startsWith("Missing ,")) return { message: "A ',' is missing before this value", start, end };
  if (message.startsWith("Missing space"))
    return { message: "A space is missing after this ':'", start, end };
  if (message.startsWith("Comments"))
    return { message: "Write a space before '#', or put a text with '#' in quotes", start, end };
  return { message, start, end };
}

function unexpected(message: string, text: string, start: number): string {
  const isAfterIndicator = /[|>][-+\d]*[ \t]+$/.test(text.slice(lineAt(text, start).start, start));
  if (message.startsWith("Block scalar header") || isAfterIndicator)
    return "Only a comment may follow '|' or '>' on its line: put the text on the next lines";
  if (message.startsWith("Unexpected flow-"))
    return `This '${text[start]}' has no opening '${text[start] === "]" ? "[" : "{"}' before it`;
  if (message.startsWith("Unexpected ,")) return "A value is missing before this ','";
  if (message.startsWith("Unexpected block-seq-ind")) return "Begin the list on the line below its key";
  if (message.endsWith("at node end"))
    return "Nothing may follow a closing quote or bracket: put the whole text in quotes";
  return "This is not valid YAML here: quote it if it is a text";
}

/** `key value`, `key:value`, or a key without its value, in one line. */
function missingColon(text: string, at: number): Explained {
  const { end } = lineAt(text, at);
  const line = text.slice(at, end);
  const hasColon = /^[^\s:'"]+:[^\s/]/.test(line);
  const message = hasColon
    ? "A space is missing after the ':' of this key"
    : "The ':' after this key is missing: write 'key: value'";
  return { message, start: at, end: at + line.trimEnd().length };
}

/** A key whose value, or the rest of it, begins a mapping. */
function nestedMapping(text: string, at: number): Explained {
  const { start, end } = lineAt(text, at);
  const dash = /^\s*-(?=[^\s-])/.exec(text.slice(start, end));
  if (dash) {
    const message = "A space is missing after this '-'";
    return { message, start: start + dash[0].length - 1, end: start + dash[0].length };
  }
  if (/:(?:\s|$)/.test(text.slice(at, end)))
    return { message: "A text with ': ' in it must be in quotes", start: at, end };
  const next = lineAt(text, Math.min(end + 1, text.length));
  const message = "This line is indented too far: align it with the key above it, or remove the value there";
  return { message, ...firstWord(text, next) };
}

function misaligned(text: string, at: number): Explained {
  const message = "This line is not aligned with the lines above it: use the same number of spaces";
  return { message, ...firstWord(text, lineAt(text, at)) };
}

function unclosed(message: string, text: string, [start, end]: YAMLError["pos"]): Explained {
  const [open, close] = message.includes("sequence") ? ["[", "]"] : ["{", "}"];
  if (text[start] === close)
    return { message: `Indent this '${close}' further than the key of its value`, start, end };
  const missing = `The closing '${close}' of a '${open}' before this place is missing`;
  const isEnd = text.slice(start, start + 1).trim() === "";
  return { message: isEnd ? missing : `${missing}, or this line is indented too little`, start, end };
}

type QuotedText = readonly [start: number, end: number];

function quotedTexts(document: Document): QuotedText[] {
  const texts: QuotedText[] = [];
  visit(document, {
    Scalar(_, { type, range }) {
      const isQuoted = type === "QUOTE_DOUBLE" || type === "QUOTE_SINGLE";
      if (isQuoted && range) texts.push([range[0], range[1]]);
    },
  });
  return texts;
}

interface Line {
  readonly start: number;
  readonly end: number;
}

/** The line of an offset, without its line break. */
function lineAt(text: string, at: number): Line {
  const start = at === 0 ? 0 : text.lastIndexOf("\n", at - 1) + 1;
  const next = text.indexOf("\n", at);
  const end = next === -1 ? text.length : next;
  return { start, end: text[end - 1] === "\r" && end > start ? end - 1 : end };
}

/** The first word of a line. */
function firstWord(text: string, { start, end }: Line): Line {
  const line = text.slice(start, end);
  const [indent = ""] = /^\s*/.exec(line) ?? [];
  const [word = ""] = /^\S*/.exec(line.slice(indent.length)) ?? [];
  return { start: start + indent.length, end: start + indent.length + word.length };
}
