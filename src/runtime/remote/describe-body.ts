/** Names a body that is not MCP for what it is: a web page, a proxy's login, an error in words. Pure. */

import { isObject, parseJson } from "../../base/json.ts";
import { visiblePrefix } from "../../base/visible-text.ts";

/** More of a body says no more about what it is. */
const lookedAt = 8 * 1024;
const mostWords = 120;

/**
 * What the body is, on one line, bounded, all characters visible: `a web page: "Bad Gateway"`; `undefined` for an empty
 * one. Its text must have no secrets any more.
 */
export function describeBody(type: string, body: string): string | undefined {
  const text = body.slice(0, lookedAt).trim();
  if (text === "") return undefined;
  if (!isHtml(type, text)) return quotedStart(saidInJson(body) ?? text);
  const title = titleOf(text);
  const words = quotedStart(title ?? withoutTags(text));
  const kind = isLogin(title ?? "") ? "a login page" : "a web page";
  return words === '""' ? kind : `${kind}: ${words}`;
}

function isHtml(type: string, text: string): boolean {
  return /^\s*(text\/html|application\/xhtml)/i.test(type) || /^(<!doctype html|<html)/i.test(text);
}

function isLogin(title: string): boolean {
  return /\b(log[- ]?[io]n|logon|sign[- ]?[io]n|sign[- ]?on|authenticat|authoriz|captive|proxy)/i.test(title);
}

function titleOf(html: string): string | undefined {
  const title = /<title[^<>]*>([^<]*)/i.exec(html)?.[1];
  return title === undefined || title.trim() === "" ? undefined : plain(title);
}

function withoutTags(html: string): string {
  return plain(html.replace(/<(script|style)\b[^<>]*>[^<]*/gi, " ").replace(/<[^<>]*>/g, " "));
}

const entities: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  "#39": "'",
  nbsp: " ",
};

function plain(text: string): string {
  return text.replace(/&(amp|lt|gt|quot|#39|nbsp);/g, (all, name: string) => entities[name] ?? all);
}

/** The words for people in an error of the usual shapes: JSON-RPC, RFC 9457, OAuth. */
function saidInJson(body: string): string | undefined {
  const json = parseJson(body);
  if (!isObject(json)) return undefined;
  const { error, error_description, message, detail, title } = json;
  const inner = isObject(error) ? error["message"] : error;
  return [error_description, message, detail, inner, title].find((one) => typeof one === "string");
}

function quotedStart(text: string): string {
  return `"${visiblePrefix(text.replace(/\s+/g, " ").trim(), mostWords)}"`;
}
