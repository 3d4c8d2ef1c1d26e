/** A debugger for Node.js that a test controls, with the Chrome DevTools protocol over one socket. */

import { until } from "../../support/until.ts";

interface Answer {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

export interface Inspector {
  request(method: string, params?: object): Promise<unknown>;
  /** Resolves with the first event of that name that fits, whether it has arrived already or not. */
  event<T>(method: string, fits: (params: T) => boolean, withinMs?: number): Promise<T>;
  close(): void;
}

/** Waits for the inspector on that port and connects to it. */
export async function connectInspector(port: number): Promise<Inspector> {
  const url = await until(`an inspector on port ${port}`, async () => {
    const response = await fetch(`http://127.0.0.1:${port}/json/list`).catch(() => undefined);
    const targets = (await response?.json()) as { webSocketDebuggerUrl: string }[] | undefined;
    return targets?.[0]?.webSocketDebuggerUrl;
  });
  const socket = new WebSocket(url);
  const waiting = new Map<number, (answer: Answer) => void>();
  const events: Answer[] = [];
  socket.addEventListener("message", ({ data }) => {
    const answer = JSON.parse(String(data)) as Answer;
    if (answer.id === undefined) events.push(answer);
    else waiting.get(answer.id)?.(answer);
  });
  await new Promise<void>((opened, failed) => {
    socket.addEventListener("open", () => opened());
    socket.addEventListener("error", () => failed(new Error(`${url} does not accept a connection`)));
  });
  let lastId = 0;
  return {
    request: (method, params = {}) =>
      new Promise((done, failed) => {
        const id = ++lastId;
        waiting.set(id, ({ result, error }) =>
          error ? failed(new Error(`${method}: ${error.message}`)) : done(result),
        );
        socket.send(JSON.stringify({ id, method, params }));
      }),
    event: <T>(name: string, fits: (params: T) => boolean, withinMs?: number) =>
      until(
        `the event ${name}`,
        () => events.find(({ method, params }) => method === name && fits(params as T))?.params as T,
        withinMs,
      ) as Promise<T>,
    close: () => socket.close(),
  };
}
