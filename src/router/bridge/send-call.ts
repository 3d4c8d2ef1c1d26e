/** Puts a call on its way: as it is where client and backend are of one era, else through the bridge between them. */

import type { BackendSession } from "../../backend/backend-session.ts";
import type { Call } from "../../backend/call.ts";
import type { ManagedServer } from "../../supervisor/managed-server.ts";
import type { Send, Sent } from "../in-flight-requests.ts";
import type { RequestStateStore } from "./request-state-store.ts";
import { SessionToStatelessCall } from "./session-to-stateless-call.ts";
import { StatelessToSessionCall } from "./stateless-to-session-call.ts";

/** For clients that have a session. */
export const sendFromSession: Send = (call, connection, timeoutMs) =>
  connection.era === "initialize"
    ? sendAsIs(call, connection, timeoutMs)
    : new SessionToStatelessCall(call, connection, timeoutMs).start();

/** For clients without one; `parked` keeps their calls, of `what` of `server`, while they answer a question. */
export function sendStateless(
  parked: RequestStateStore<StatelessToSessionCall>,
  server: ManagedServer,
  what: string,
): Send {
  return (call, connection, timeoutMs) =>
    connection.era === "stateless"
      ? sendAsIs(call, connection, timeoutMs)
      : new StatelessToSessionCall(call, connection, parked, server, what).start(timeoutMs);
}

function sendAsIs(call: Call, connection: BackendSession, timeoutMs: number): Sent {
  connection.call(call, timeoutMs);
  return { cancel: (cancelled) => connection.cancel(call, cancelled) };
}
