/**
 * Agent clients from npm: how each is configured with a server and a model, and how it is started. Signed out, in a
 * HOME of its own. Pure.
 */

import { join } from "node:path";

/** How the client reaches the gateway: by its address, or by starting the launcher. */
export type Way =
  | { readonly kind: "http"; readonly url: string; readonly headers: Readonly<Record<string, string>> }
  | { readonly kind: "launcher"; readonly command: string; readonly args: readonly string[] };

/** The called tool and the result. Empty if no call was made. */
export interface ToolCall {
  readonly called: string;
  readonly answered: string;
}

export interface Setup {
  readonly home: string;
  readonly way: Way;
  readonly modelUrl: string;
  /** The tool to call if there is no model, by its name in the server. */
  readonly tool: string;
}

export interface ClientStart {
  /** Configuration files by their path in the HOME: text, or content as JSON. */
  readonly files?: Readonly<Record<string, unknown>>;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export interface AgentClient {
  readonly name: string;
  readonly package: string;
  /** Other packages that are installed with it. */
  readonly alsoInstalled?: readonly string[];
  /** A program of its package, or `{ script }`: a script in `libraries`, run beside the package. */
  readonly program: string | { readonly script: string };
  /** A script of the package without which its program does not run. */
  readonly afterInstall?: string;
  /** It begins its first turn soon after its start, without servers that are not ready by then. */
  readonly isHasty?: boolean;
  /** It has no model. The test calls the tool with it, and parses its output with this function. */
  readonly toolCallIn?: (output: string) => ToolCall;
  /** It sends only arguments that a tool declares, and the tool of the test declares none. */
  readonly isStrict?: boolean;
  setup(setup: Setup): ClientStart;
}

const prompt = "Call the tool echo.";

/** A server in the form that several clients share. `types` are the client's names of the two methods. */
function typedServer(way: Way, types: Readonly<Record<Way["kind"], string>>) {
  const type = types[way.kind];
  return way.kind === "http"
    ? { type, url: way.url, headers: way.headers }
    : { type, command: way.command, args: way.args };
}

const claude: AgentClient = {
  name: "Claude Code",
  package: "@anthropic-ai/claude-code",
  program: "claude",
  afterInstall: "install.cjs",
  setup({ home, way, modelUrl }) {
    const server = typedServer(way, { http: "http", launcher: "stdio" });
    const flags = [
      "--mcp-config",
      join(home, "servers.json"),
      "--strict-mcp-config",
      "--allowedTools",
      "mcp__gateway",
    ];
    const env = {
      ANTHROPIC_BASE_URL: modelUrl,
      ANTHROPIC_API_KEY: "sk-ant-none",
      DISABLE_TELEMETRY: "1",
      // Without this, the model gets tools only when it searches for them.
      ENABLE_TOOL_SEARCH: "false",
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
    };
    const files = { "servers.json": { mcpServers: { gateway: server } } };
    return { files, args: ["-p", prompt, ...flags], env };
  },
};

const codex: AgentClient = {
  name: "Codex",
  package: "@openai/codex",
  program: "codex",
  isHasty: true,
  setup({ home, way, modelUrl }) {
    const server =
      way.kind === "http"
        ? `url = ${JSON.stringify(way.url)}\nhttp_headers = { ${Object.entries(way.headers).map(([name, value]) => `${JSON.stringify(name)} = ${JSON.stringify(value)}`)} }`
        : `command = ${JSON.stringify(way.command)}\nargs = ${JSON.stringify(way.args)}`;
    const lines = [
      'model = "scripted"',
      'model_provider = "scripted"',
      'approval_policy = "never"',
      "[model_providers.scripted]",
      'name = "scripted"',
      `base_url = ${JSON.stringify(`${modelUrl}/v1`)}`,
      'wire_api = "responses"',
      'env_key = "SCRIPTED_KEY"',
      "[mcp_servers.gateway]",
      server,
      "startup_timeout_sec = 30",
      'default_tools_approval_mode = "approve"',
    ];
    const flags = ["--skip-git-repo-check", "--dangerously-bypass-approvals-and-sandbox"];
    return {
      files: { ".codex/config.toml": `${lines.join("\n")}\n` },
      args: ["exec", ...flags, prompt],
      env: { CODEX_HOME: join(home, ".codex"), SCRIPTED_KEY: "none" },
    };
  },
};

/** Gemini CLI and its fork read the same settings. */
function settings(way: Way): Record<string, unknown> {
  const server =
    way.kind === "http"
      ? { httpUrl: way.url, headers: way.headers, trust: true }
      : { command: way.command, args: way.args, trust: true };
  return { mcpServers: { gateway: server } };
}

const gemini: AgentClient = {
  name: "Gemini CLI",
  package: "@google/gemini-cli",
  program: "gemini",
  setup({ way, modelUrl }) {
    const auth = { security: { auth: { selectedType: "gemini-api-key" }, folderTrust: { enabled: false } } };
    const files = { ".gemini/settings.json": { ...settings(way), ...auth } };
    const env = {
      GEMINI_API_KEY: "none",
      GOOGLE_GEMINI_BASE_URL: modelUrl,
      GEMINI_CLI_TRUST_WORKSPACE: "true",
    };
    return { files, args: ["--yolo", "-m", "gemini-2.5-pro", "-p", prompt], env };
  },
};

const qwen: AgentClient = {
  name: "Qwen Code",
  package: "@qwen-code/qwen-code",
  program: "qwen",
  isHasty: true,
  setup({ way, modelUrl }) {
    // Without this, the model gets tools only when it searches for them.
    const auth = {
      security: { auth: { selectedType: "openai" } },
      tools: { toolSearch: { enabled: false } },
    };
    const files = { ".qwen/settings.json": { ...settings(way), ...auth } };
    const env = { OPENAI_API_KEY: "none", OPENAI_BASE_URL: `${modelUrl}/v1`, OPENAI_MODEL: "scripted" };
    return { files, args: ["--yolo", "-p", prompt], env };
  },
};

const opencode: AgentClient = {
  name: "opencode",
  package: "opencode-ai",
  program: "opencode",
  afterInstall: "postinstall.mjs",
  setup({ home, way, modelUrl }) {
    const server =
      way.kind === "http"
        ? { type: "remote", url: way.url, headers: way.headers, enabled: true, oauth: false }
        : { type: "local", command: [way.command, ...way.args], enabled: true };
    const config = {
      model: "scripted/scripted",
      mcp: { gateway: server },
      provider: {
        scripted: {
          npm: "@ai-sdk/openai-compatible",
          options: { baseURL: `${modelUrl}/v1`, apiKey: "none" },
          models: { scripted: {} },
        },
      },
    };
    const env = { OPENCODE_CONFIG: join(home, "opencode.json") };
    return { files: { "opencode.json": config }, args: ["run", prompt], env };
  },
};

/** It allows a server 10 s over HTTP, and 3 s as a program, to answer `initialize`. */
const cline: AgentClient = {
  name: "Cline",
  package: "cline",
  program: "cline",
  setup({ way, modelUrl }) {
    const server = typedServer(way, { http: "streamableHttp", launcher: "stdio" });
    const provider = "openai-compatible";
    const model = { provider, apiKey: "none", model: "scripted", baseUrl: `${modelUrl}/v1` };
    const folder = ".cline/data/settings";
    const files = {
      [`${folder}/cline_mcp_settings.json`]: { mcpServers: { gateway: { transport: server } } },
      [`${folder}/providers.json`]: {
        version: 1,
        lastUsedProvider: provider,
        providers: {
          [provider]: { settings: model, updatedAt: new Date(0).toISOString(), tokenSource: "manual" },
        },
      },
      [`${folder}/global-settings.json`]: { telemetryOptOut: true, autoUpdateEnabled: false },
    };
    const env = {
      // Without this, its first start leaves a process running, for all later starts of the user, in any HOME.
      CLINE_SESSION_BACKEND_MODE: "local",
      CLINE_NO_AUTO_UPDATE: "1",
    };
    return { files, args: ["--auto-approve", "true", prompt], env };
  },
};

const copilot: AgentClient = {
  name: "Copilot CLI",
  package: "@github/copilot",
  program: "copilot",
  setup({ way, modelUrl }) {
    const server = { ...typedServer(way, { http: "http", launcher: "local" }), tools: ["*"] };
    const files = { ".copilot/mcp-config.json": { mcpServers: { gateway: server } } };
    // Without a login, the user must supply a model. In offline mode it sends no requests to GitHub.
    const env = {
      COPILOT_OFFLINE: "true",
      COPILOT_PROVIDER_BASE_URL: `${modelUrl}/v1`,
      COPILOT_PROVIDER_API_KEY: "none",
      COPILOT_MODEL: "scripted",
      COPILOT_AUTO_UPDATE: "false",
    };
    return { files, args: ["--allow-all-tools", "--disable-builtin-mcps", "-p", prompt], env };
  },
};

const continueCli: AgentClient = {
  name: "Continue",
  package: "@continuedev/cli",
  program: "cn",
  setup({ home, way, modelUrl }) {
    const server =
      way.kind === "http"
        ? { type: "streamable-http", url: way.url, requestOptions: { headers: way.headers } }
        : { type: "stdio", command: way.command, args: way.args };
    const config = {
      name: "test",
      version: "1.0.0",
      schema: "v1",
      models: [
        {
          name: "scripted",
          provider: "openai",
          model: "scripted",
          apiBase: `${modelUrl}/v1`,
          apiKey: "none",
          roles: ["chat"],
          capabilities: ["tool_use"],
        },
      ],
      mcpServers: [{ name: "gateway", ...server }],
    };
    // It updates itself while it runs, unless it was just updated.
    const env = { CONTINUE_CLI_AUTO_UPDATED: "true" };
    const flags = ["--config", join(home, ".continue/config.yaml"), "--auto"];
    // JSON is YAML.
    return { files: { ".continue/config.yaml": config }, args: [...flags, "-p", prompt], env };
  },
};

const toolArguments = { message: "from the model" };

/** The last line that is JSON. */
function lastJson(output: string): ToolCall {
  const line = output.split("\n").findLast((one) => one.startsWith("{")) ?? "{}";
  return { called: "", answered: "", ...(JSON.parse(line) as Partial<ToolCall>) };
}

function library(
  name: string,
  script: string,
  packages: readonly [string, ...string[]],
  more: Partial<AgentClient> = {},
): AgentClient {
  const [first, ...others] = packages;
  return {
    name,
    package: first,
    alsoInstalled: others,
    program: { script },
    toolCallIn: lastJson,
    setup({ way, tool }) {
      return { args: [JSON.stringify({ way, tool: `${tool}$`, args: toolArguments })], env: {} };
    },
    ...more,
  };
}

const mcporter: AgentClient = {
  name: "mcporter",
  package: "mcporter",
  program: "mcporter",
  toolCallIn: (output) => ({
    called: /"isError": true|"error":|Error/.test(output) ? "" : "tool",
    answered: output,
  }),
  setup({ home, way, tool }) {
    const server =
      way.kind === "http" ? { baseUrl: way.url, headers: way.headers } : { ...way, kind: undefined };
    const files = { "mcporter.json": { mcpServers: { gateway: server } } };
    const isOfAll = way.kind === "http" && new URL(way.url).pathname === "/mcp";
    const name = isOfAll ? `gateway.echo__${tool}` : `gateway.${tool}`;
    const flags = ["--args", JSON.stringify(toolArguments), "--output", "raw"];
    return { files, args: ["--config", join(home, "mcporter.json"), "call", name, ...flags], env: {} };
  },
};

export const agentClients: readonly AgentClient[] = [
  claude,
  codex,
  gemini,
  qwen,
  opencode,
  cline,
  copilot,
  continueCli,
  mcporter,
  library("LangChain", "langchain.mjs", ["@langchain/mcp-adapters", "@langchain/core"]),
  library("Mastra", "mastra.mjs", ["@mastra/mcp"], { isStrict: true, isHasty: true }),
  library("AI SDK", "ai-sdk.mjs", ["@ai-sdk/mcp"]),
  library("OpenAI Agents", "openai-agents.mjs", ["@openai/agents", "zod"]),
];
