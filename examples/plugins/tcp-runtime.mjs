/* biome-ignore-all lint/suspicious/noTemplateCurlyInString: how a catalog writes variables */
/**
 * A runtime plugin: MCP servers that listen on a TCP port and speak one JSON-RPC message per line. A server that wants a
 * token gets it in the first line, `{"auth_token": "…"}`, and answers it with `{"ok": true}` before anything else.
 *
 *   runtime:
 *     type: tcp
 *     endpoint: mcp.example.com:9999
 *     auth_token: ${secret:TCP_TOKEN}
 *     timeout_seconds: 10
 */

import { connect } from "node:net";

/** @type {import("../../src/runtime/plugin/plugin.ts").RuntimePlugin} */
export default {
  type: "tcp",
  schema: {
    title: "TCP server",
    description: "A server that listens on a TCP port and speaks one JSON-RPC message per line.",
    type: "object",
    required: ["endpoint"],
    properties: {
      endpoint: {
        title: "Endpoint",
        description: "Where the server listens: `host:port`.",
        type: "string",
        pattern: "^\\S+:\\d{1,5}$",
        patternErrorMessage: "must be host:port",
        examples: ["mcp.example.com:9999"],
      },
      auth_token: {
        title: "Token",
        description: "Sent once, when the connection is made. Keep it out of the file: `${secret:NAME}`.",
        type: "string",
      },
      timeout_seconds: {
        title: "Timeout (seconds)",
        description: "A start fails when the server has not taken us in within this time.",
        type: "number",
        exclusiveMinimum: 0,
        default: 30,
      },
    },
  },

  async start({ runtime }, events, signal) {
    const { endpoint, auth_token: token, timeout_seconds: seconds = 30 } = runtime;
    const colon = endpoint.lastIndexOf(":");
    const place = {
      host: endpoint.slice(0, colon).replace(/^\[|\]$/g, ""),
      port: Number(endpoint.slice(colon + 1)),
    };
    const socket = connect(place);
    const exited = endOf(socket, endpoint);
    const lines = eachLine(socket);
    const tooLong = AbortSignal.timeout(seconds * 1000);
    try {
      await within([signal, tooLong], exited, connected(socket));
      if (token !== undefined) {
        socket.write(`${JSON.stringify({ auth_token: token })}\n`);
        checkWelcome(await within([signal, tooLong], exited, lines.first()));
      }
    } catch (error) {
      socket.destroy();
      throw tooLong.aborted ? new Error(`${endpoint} did not take us in within ${seconds} s`) : error;
    }
    lines.follow((line) => events.message(line));
    return instanceOf(socket, exited);
  },
};

function instanceOf(socket, exited) {
  let draining;
  return {
    exited,
    get congested() {
      return draining;
    },
    send(text) {
      if (socket.write(`${text}\n`) || draining) return;
      draining = new Promise((resolve) => {
        const done = () => {
          draining = undefined;
          resolve();
        };
        socket.once("drain", done).once("close", done);
      });
    },
    async stop() {
      socket.destroy();
      await exited;
    },
  };
}

/** Resolves with why the connection ended. */
function endOf(socket, endpoint) {
  return new Promise((resolve) => {
    let because = `${endpoint} closed the connection`;
    socket.on("error", (error) => {
      if (error.code !== "ECONNRESET") because = `${endpoint}: ${error.message || error.code}`;
    });
    socket.on("close", () => resolve(because));
  });
}

function connected(socket) {
  return new Promise((resolve) => socket.once("connect", resolve));
}

/** What `wanted` resolves with, unless the connection ends or one of the signals is aborted before. */
async function within(signals, exited, wanted) {
  const signal = AbortSignal.any(signals);
  signal.throwIfAborted();
  const off = new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  off.catch(() => undefined);
  const ended = exited.then((because) => {
    throw new Error(because);
  });
  return Promise.race([wanted, ended, off]);
}

function checkWelcome(line) {
  let answer;
  try {
    answer = JSON.parse(line);
  } catch {
    throw new Error("the server did not answer the token as expected");
  }
  if (answer.ok !== true) throw new Error("the server refused the token: check auth_token");
}

/** The lines of a socket: the first for who asks for it, then all others for who follows. A line may come in many chunks. */
function eachLine(socket) {
  let parts = [];
  const waiting = [];
  let take = (line) => waiting.push(line);
  socket.on("data", (chunk) => {
    let start = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
      const line = Buffer.concat([...parts, chunk.subarray(start, end)]).toString("utf8");
      parts = [];
      start = end + 1;
      if (line.trim() !== "") take(line);
    }
    if (start < chunk.length) parts.push(chunk.subarray(start));
  });
  return {
    first() {
      if (waiting.length > 0) return Promise.resolve(waiting.shift());
      return new Promise((resolve) => {
        const before = take;
        take = (line) => {
          take = before;
          resolve(line);
        };
      });
    },
    follow(listener) {
      for (const line of waiting.splice(0)) listener(line);
      take = listener;
    },
  };
}
