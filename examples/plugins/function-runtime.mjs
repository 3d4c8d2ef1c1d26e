/* biome-ignore-all lint/suspicious/noTemplateCurlyInString: how a catalog writes variables */
/**
 * A runtime plugin: MCP servers that are functions: each message is one invocation, whose result is the answer. Speaks the
 * Invoke API of AWS Lambda as its runtime interface emulator has it (`POST /2015-03-31/functions/<name>/invocations`),
 * without signatures. A function has no way to say anything but answers.
 *
 *   runtime:
 *     type: function
 *     endpoint: http://127.0.0.1:9000
 *     function_name: my-tools
 *     auth_token: ${secret:FUNCTION_TOKEN}
 */

/** @type {import("../../src/runtime/plugin/plugin.ts").RuntimePlugin} */
export default {
  type: "function",
  schema: {
    title: "Function",
    description: "A function that answers each message with the result of one invocation.",
    type: "object",
    required: ["endpoint", "function_name"],
    properties: {
      endpoint: {
        title: "Endpoint",
        description: "Where functions are invoked.",
        type: "string",
        pattern: "^https?://",
        patternErrorMessage: "must be an http:// or https:// URL",
        examples: ["http://127.0.0.1:9000"],
      },
      function_name: {
        title: "Function",
        description: "Name of the function.",
        type: "string",
        pattern: "^[\\w:-]+$",
        patternErrorMessage: "must be letters, digits, _, : and -",
        examples: ["my-tools"],
      },
      auth_token: {
        title: "Token",
        description: "Sent as `Authorization: Bearer`. Keep it out of the file: `${secret:NAME}`.",
        type: "string",
      },
      timeout_seconds: {
        title: "Timeout (seconds)",
        description: "An invocation fails after this time.",
        type: "number",
        exclusiveMinimum: 0,
        default: 900,
      },
    },
  },

  // Nothing runs between two invocations, so that there is nothing to be started: the first message shows whether it works.
  async start({ runtime, redact }, events) {
    const { endpoint, function_name: name, auth_token: token, timeout_seconds: seconds = 900 } = runtime;
    const url = new URL(`/2015-03-31/functions/${encodeURIComponent(name)}/invocations`, endpoint);
    const headers = {
      "content-type": "application/json",
      ...(token && { authorization: `Bearer ${token}` }),
    };
    const stopped = new AbortController();
    const end = Promise.withResolvers();

    async function invoke(body) {
      const signal = AbortSignal.any([stopped.signal, AbortSignal.timeout(seconds * 1000)]);
      const response = await fetch(url, { method: "POST", headers, body, signal });
      const answer = await response.text();
      if (!response.ok) throw new Error(`HTTP ${response.status} from ${url.host}`);
      if (response.headers.has("x-amz-function-error"))
        throw new Error(`function '${name}' failed: ${failure(answer)}`);
      return answer;
    }

    return {
      exited: end.promise,
      send(text) {
        invoke(text).then(
          (answer) => {
            if (isMessage(answer)) events.message(answer);
          },
          (error) => events.undelivered(text, redact(trouble(error, url))),
        );
      },
      async stop() {
        stopped.abort();
        end.resolve(undefined);
      },
    };
  },
};

/** A notification is answered with nothing, or with `null`. */
function isMessage(answer) {
  return answer.trim() !== "" && answer.trim() !== "null";
}

function failure(answer) {
  try {
    return JSON.parse(answer).errorMessage ?? "no reason given";
  } catch {
    return "no reason given";
  }
}

function trouble(error, url) {
  if (error.name === "TimeoutError") return `${url.host} did not answer in time`;
  const code = error.cause?.code;
  if (code === "ECONNREFUSED") return `connection to ${url.host} refused`;
  if (error instanceof TypeError) return `${url.host} closed the connection`;
  return error.message;
}
