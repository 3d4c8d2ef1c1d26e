/** Describes a body that is not MCP: a web page, a proxy's login page, an error text. Pure. */

import { isObject, parseJson } from "../../base/json.ts";
import { visiblePrefix } from "../../base/visible-text.ts";

/** The beginning of a body is enough to recognise it. */
const inspectedCharacters = 8 * 1024;
const maxQuoted = 120;

/**
 * Describes the body on one line of bounded length, with all characters visible: `a web page: "Bad Gateway"`.
 * `undefined` for an empty body. Secrets must have been removed from the body.
 */
export function describeBody(type: string, body: string): string | undefined {
  const text = body.slice(0, inspectedCharacters).trim();
  if (text === "") return undefined;
  if (!isHtml(type, text)) return quotedStart(errorTextIn(body) ?? text);
  const title = titleOf(text);
  const quoted = quotedStart(title ?? withoutTags(text));
  const kind = isLogin(title ?? "") ? "a login page" : "a web page";
  return quoted === '""' ? kind : `${kind}: ${quoted}`;
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

/** The readable message in an error of the usual formats: JSON-RPC, RFC 9457, OAuth. */
function errorTextIn(body: string): string | undefined {
  const json = parseJson(body);
  if (!isObject(json)) return undefined;
  const { error, error_description, message, detail, title } = json;
  const inner = isObject(error) ? error["message"] : error;
  return [error_description, message, detail, inner, title].find((one) => typeof one === "string");
}

function quotedStart(text: string): string {
  return `"${visiblePrefix(text.replace(/\s+/g, " ").trim(), maxQuoted)}"`;
}
