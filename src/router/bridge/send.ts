/** Puts a call on its way: as it is where client and backend are of one era, else through the bridge between them. */

import type { Call } from "../../connection/call.ts";
import type { Connection } from "../../connection/connection.ts";
import type { Server } from "../../supervisor/server.ts";
import type { Send, Sent } from "../in-flight-requests.ts";
import { AskingCall } from "./asking-call.ts";
import type { ParkedCalls } from "./parked-calls.ts";
import { RetryingCall } from "./retrying-call.ts";

/** For clients that have a session. */
export const sendFromSession: Send = (call, connection, timeoutMs) =>
  connection.era === "initialize"
    ? sendAsIs(call, connection, timeoutMs)
    : new RetryingCall(call, connection, timeoutMs).start();

/** For clients without one; `parked` keeps their calls, of `what` of `server`, while they answer a question. */
export function sendStateless(parked: ParkedCalls<AskingCall>, server: Server, what: string): Send {
  return (call, connection, timeoutMs) =>
    connection.era === "stateless"
      ? sendAsIs(call, connection, timeoutMs)
      : new AskingCall(call, connection, parked, server, what).start(timeoutMs);
}

function sendAsIs(call: Call, connection: Connection, timeoutMs: number): Sent {
  connection.call(call, timeoutMs);
  return { cancel: (cancelled) => connection.cancel(call, cancelled) };
}
