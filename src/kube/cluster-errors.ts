/**
 * Error messages for clusters, one sentence each. Pure. Never prints a thrown value as a whole, because the error of a
 * stream contains the client's key.
 */

import { GatewayError } from "../base/errors.ts";
import { isObject, parseJson } from "../base/json.ts";

/** The HTTP status of the answer, if the cluster sent one. */
export function httpStatusOf(error: unknown): number | undefined {
  if (!isObject(error)) return undefined;
  if (typeof error["code"] === "number") return error["code"];
  const refused = /Unexpected server response: (\d+)/.exec(messageIn(error))?.[1];
  return refused === undefined ? undefined : Number(refused);
}

/** Whether the cluster did not answer, as opposed to refusing. */
export function isUnreachable(error: unknown): boolean {
  return httpStatusOf(error) === undefined;
}

/** Whether a retry may succeed: the cluster did not answer, or was temporarily unable. */
export function mayPass(error: unknown): boolean {
  const status = httpStatusOf(error);
  return status === undefined || status === 429 || status >= 500;
}

/** Whether the request was certainly not sent, because the connection to the cluster was refused. */
export function isUnsent(error: unknown): boolean {
  const code = isObject(error) ? error["code"] : undefined;
  return typeof code === "string" && unsent.includes(code);
}

const unsent = ["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH"];

/** The message of the cluster or of the system, on one line. `server`: address of the cluster. */
export function clusterErrorText(error: unknown, server: string): string {
  if (error instanceof GatewayError) return error.message;
  const status = httpStatusOf(error);
  const reason = statusMessage(error) ?? messageIn(error);
  if (status === 401) return `the cluster at ${server} rejected the credentials: ${reason}`;
  if (status !== undefined) return reason === "" ? `the cluster answered with ${status}` : reason;
  return `the cluster does not answer at ${server}: ${reason === "" ? "is it running?" : reason}`;
}

/** The message for a refused stream to a Pod. The answer to such a request has no message. */
export function streamErrorText(error: unknown, what: string, server: string): string {
  if (httpStatusOf(error) === 403)
    return `the cluster forbids it: the permission to create pods/${what} in the namespace is missing`;
  if (httpStatusOf(error) === 404) return "its Pod does not exist any more";
  return clusterErrorText(error, server);
}

function statusMessage(error: unknown): string | undefined {
  const body = isObject(error) ? error["body"] : undefined;
  const status = typeof body === "string" ? parseJson(body) : body;
  const message = isObject(status) ? status["message"] : undefined;
  return typeof message === "string" ? oneLine(message) : undefined;
}

/** The first line only, because the rest of the library's error is the whole answer. */
function messageIn(error: unknown): string {
  const message =
    isObject(error) || error instanceof Error ? (error as { message?: unknown }).message : error;
  return typeof message === "string" ? oneLine(message.split("\nBody:")[0] ?? "") : "";
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
