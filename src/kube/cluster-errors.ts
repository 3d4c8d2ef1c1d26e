/**
 * What went wrong with a cluster, in one sentence for people. Pure. Never prints a thrown value as a whole: that of a
 * stream that could not be opened holds the key the client shows the cluster.
 */

import { GatewayError } from "../base/errors.ts";
import { isObject, parseJson } from "../base/json.ts";

/** The status of the answer, where the cluster gave one. */
export function statusOf(error: unknown): number | undefined {
  if (!isObject(error)) return undefined;
  if (typeof error["code"] === "number") return error["code"];
  const refused = /Unexpected server response: (\d+)/.exec(messageIn(error))?.[1];
  return refused === undefined ? undefined : Number(refused);
}

/** Whether nobody answered, as against a cluster that refused. */
export function isUnreachable(error: unknown): boolean {
  return statusOf(error) === undefined;
}

/** Whether the same request may well do later: nobody answered, or the cluster could not do it just then. */
export function mayPass(error: unknown): boolean {
  const status = statusOf(error);
  return status === undefined || status === 429 || status >= 500;
}

/** Whether a request has not even left: nobody listens at the cluster's address. */
export function isUnsent(error: unknown): boolean {
  const code = isObject(error) ? error["code"] : undefined;
  return typeof code === "string" && unsent.includes(code);
}

const unsent = ["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH"];

/** The cluster's own words, or the system's; one line. `server`: where the cluster is. */
export function clusterErrorText(error: unknown, server: string): string {
  if (error instanceof GatewayError) return error.message;
  const status = statusOf(error);
  const words = statusWords(error) ?? messageIn(error);
  if (status === 401) return `the cluster at ${server} wants other credentials: ${words}`;
  if (status !== undefined) return words === "" ? `the cluster answered with ${status}` : words;
  return `the cluster does not answer at ${server}: ${words === "" ? "is it running?" : words}`;
}

/** What to say when a stream to a Pod is refused: the answer to such a request has no words of its own. */
export function streamErrorText(error: unknown, what: string, server: string): string {
  if (statusOf(error) === 403)
    return `the cluster forbids it: the right to create pods/${what} in the namespace is missing`;
  if (statusOf(error) === 404) return "its Pod is gone";
  return clusterErrorText(error, server);
}

function statusWords(error: unknown): string | undefined {
  const body = isObject(error) ? error["body"] : undefined;
  const status = typeof body === "string" ? parseJson(body) : body;
  const message = isObject(status) ? status["message"] : undefined;
  return typeof message === "string" ? oneLine(message) : undefined;
}

/** The first line only: what follows in the library's errors is the whole answer. */
function messageIn(error: unknown): string {
  const message =
    isObject(error) || error instanceof Error ? (error as { message?: unknown }).message : error;
  return typeof message === "string" ? oneLine(message.split("\nBody:")[0] ?? "") : "";
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
