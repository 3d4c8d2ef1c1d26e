/** Sends a call to a backend: directly where client and backend have the same era, else through a bridge. */

import type { BackendSession } from "../../backend/backend-session.ts";
import type { Call } from "../../backend/call.ts";
import type { Send, Sent } from "../in-flight-request.ts";
import { SessionToStatelessCall } from "./session-to-stateless-call.ts";
import { type CallStorage, StatelessToSessionCall } from "./stateless-to-session-call.ts";

/** For clients with a session. */
export const sendFromSession: Send = (call, connection, timeoutMs) =>
  connection.era === "initialize"
    ? sendDirect(call, connection, timeoutMs)
    : new SessionToStatelessCall(call, connection, timeoutMs).start();

/** For clients without a session. */
export function sendFromStateless(storage: CallStorage): Send {
  return (call, connection, timeoutMs) =>
    connection.era === "stateless"
      ? sendDirect(call, connection, timeoutMs)
      : new StatelessToSessionCall(call, connection, storage).start(timeoutMs);
}

function sendDirect(call: Call, connection: BackendSession, timeoutMs: number): Sent {
  connection.call(call, timeoutMs);
  return { cancel: (cancelled) => connection.cancel(call, cancelled) };
}
