/**
 * Agent clients from npm: how each is configured with a server and a model, and how it is started. Signed out, in a
 * HOME of its own.
 */

import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/** How the client reaches the gateway: by its address, or by a start of the launcher. */
export type Way =
  | { readonly kind: "http"; readonly url: string; readonly headers: Readonly<Record<string, string>> }
  | { readonly kind: "launcher"; readonly command: string; readonly args: readonly string[] };

/** The called tool and the result. Empty where no call was made. */
export interface Said {
  readonly called: string;
  readonly answered: string;
}

export interface Setup {
  readonly home: string;
  readonly way: Way;
  readonly modelUrl: string;
  /** The tool to call where there is no model, by its name in the server. */
  readonly tool: string;
}

export interface Started {
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
  readonly said?: (output: string) => Said;
  /** It sends only arguments that a tool declares, and the tool of the test declares none. */
  readonly isStrict?: boolean;
  /** Writes the configuration of the client, and returns how it is started. */
  setup(setup: Setup): Promise<Started>;
}

const prompt = "Call the tool echo.";

async function write(home: string, file: string, content: unknown): Promise<void> {
  const path = join(home, file);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, typeof content === "string" ? content : JSON.stringify(content));
}

const claude: AgentClient = {
  name: "Claude Code",
  package: "@anthropic-ai/claude-code",
  program: "claude",
  afterInstall: "install.cjs",
  async setup({ home, way, modelUrl }) {
    const server =
      way.kind === "http"
        ? { type: "http", url: way.url, headers: way.headers }
        : { ...way, type: "stdio", kind: undefined };
    await write(home, "servers.json", { mcpServers: { gateway: server } });
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
    return { args: ["-p", prompt, ...flags], env };
  },
};

const codex: AgentClient = {
  name: "Codex",
  package: "@openai/codex",
  program: "codex",
  isHasty: true,
  async setup({ home, way, modelUrl }) {
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
    await write(home, ".codex/config.toml", `${lines.join("\n")}\n`);
    const flags = ["--skip-git-repo-check", "--dangerously-bypass-approvals-and-sandbox"];
    return {
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
  async setup({ home, way, modelUrl }) {
    const auth = { security: { auth: { selectedType: "gemini-api-key" }, folderTrust: { enabled: false } } };
    await write(home, ".gemini/settings.json", { ...settings(way), ...auth });
    const env = {
      GEMINI_API_KEY: "none",
      GOOGLE_GEMINI_BASE_URL: modelUrl,
      GEMINI_CLI_TRUST_WORKSPACE: "true",
    };
    return { args: ["--yolo", "-m", "gemini-2.5-pro", "-p", prompt], env };
  },
};

const qwen: AgentClient = {
  name: "Qwen Code",
  package: "@qwen-code/qwen-code",
  program: "qwen",
  isHasty: true,
  async setup({ home, way, modelUrl }) {
    // Without this, the model gets tools only when it searches for them.
    const auth = {
      security: { auth: { selectedType: "openai" } },
      tools: { toolSearch: { enabled: false } },
    };
    await write(home, ".qwen/settings.json", { ...settings(way), ...auth });
    const env = { OPENAI_API_KEY: "none", OPENAI_BASE_URL: `${modelUrl}/v1`, OPENAI_MODEL: "scripted" };
    return { args: ["--yolo", "-p", prompt], env };
  },
};

const opencode: AgentClient = {
  name: "opencode",
  package: "opencode-ai",
  program: "opencode",
  afterInstall: "postinstall.mjs",
  async setup({ home, way, modelUrl }) {
    const server =
      way.kind === "http"
        ? { type: "remote", url: way.url, headers: way.headers, enabled: true, oauth: false }
        : { type: "local", command: [way.command, ...way.args], enabled: true };
    await write(home, "opencode.json", {
      model: "scripted/scripted",
      mcp: { gateway: server },
      provider: {
        scripted: {
          npm: "@ai-sdk/openai-compatible",
          options: { baseURL: `${modelUrl}/v1`, apiKey: "none" },
          models: { scripted: {} },
        },
      },
    });
    return { args: ["run", prompt], env: { OPENCODE_CONFIG: join(home, "opencode.json") } };
  },
};

/** It allows a server 10 s over HTTP, and 3 s as a program, to answer `initialize`. */
const cline: AgentClient = {
  name: "Cline",
  package: "cline",
  program: "cline",
  async setup({ home, way, modelUrl }) {
    const server =
      way.kind === "http"
        ? { type: "streamableHttp", url: way.url, headers: way.headers }
        : { type: "stdio", command: way.command, args: way.args };
    const provider = "openai-compatible";
    const model = { provider, apiKey: "none", model: "scripted", baseUrl: `${modelUrl}/v1` };
    const folder = ".cline/data/settings";
    await write(home, `${folder}/cline_mcp_settings.json`, {
      mcpServers: { gateway: { transport: server } },
    });
    await write(home, `${folder}/providers.json`, {
      version: 1,
      lastUsedProvider: provider,
      providers: {
        [provider]: { settings: model, updatedAt: new Date(0).toISOString(), tokenSource: "manual" },
      },
    });
    await write(home, `${folder}/global-settings.json`, { telemetryOptOut: true, autoUpdateEnabled: false });
    const env = {
      // Without this, its first start leaves a process running, for all later starts of the user, in any HOME.
      CLINE_SESSION_BACKEND_MODE: "local",
      CLINE_NO_AUTO_UPDATE: "1",
    };
    return { args: ["--auto-approve", "true", prompt], env };
  },
};

const copilot: AgentClient = {
  name: "Copilot CLI",
  package: "@github/copilot",
  program: "copilot",
  async setup({ home, way, modelUrl }) {
    const server =
      way.kind === "http"
        ? { type: "http", url: way.url, headers: way.headers, tools: ["*"] }
        : { type: "local", command: way.command, args: way.args, tools: ["*"] };
    await write(home, ".copilot/mcp-config.json", { mcpServers: { gateway: server } });
    // Without a login it needs a model of the user. Offline it sends no requests to GitHub.
    const env = {
      COPILOT_OFFLINE: "true",
      COPILOT_PROVIDER_BASE_URL: `${modelUrl}/v1`,
      COPILOT_PROVIDER_API_KEY: "none",
      COPILOT_MODEL: "scripted",
      COPILOT_AUTO_UPDATE: "false",
    };
    return { args: ["--allow-all-tools", "--disable-builtin-mcps", "-p", prompt], env };
  },
};

const continueCli: AgentClient = {
  name: "Continue",
  package: "@continuedev/cli",
  program: "cn",
  async setup({ home, way, modelUrl }) {
    const server =
      way.kind === "http"
        ? { type: "streamable-http", url: way.url, requestOptions: { headers: way.headers } }
        : { type: "stdio", command: way.command, args: way.args };
    // JSON is YAML.
    await write(home, ".continue/config.yaml", {
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
    });
    // It updates itself while it runs, unless it was just updated.
    const env = { CONTINUE_CLI_AUTO_UPDATED: "true" };
    return { args: ["--config", join(home, ".continue/config.yaml"), "--auto", "-p", prompt], env };
  },
};

const toolArguments = { message: "from the model" };

/** The last line that is JSON. */
function lastJson(output: string): Said {
  const line = output.split("\n").findLast((one) => one.startsWith("{")) ?? "{}";
  return { called: "", answered: "", ...(JSON.parse(line) as Partial<Said>) };
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
    said: lastJson,
    async setup({ way, tool }) {
      return { args: [JSON.stringify({ way, tool: `${tool}$`, args: toolArguments })], env: {} };
    },
    ...more,
  };
}

const mcporter: AgentClient = {
  name: "mcporter",
  package: "mcporter",
  program: "mcporter",
  said: (output) => ({
    called: /"isError": true|"error":|Error/.test(output) ? "" : "tool",
    answered: output,
  }),
  async setup({ home, way, tool }) {
    const server =
      way.kind === "http" ? { baseUrl: way.url, headers: way.headers } : { ...way, kind: undefined };
    const file = join(home, "mcporter.json");
    await write(home, "mcporter.json", { mcpServers: { gateway: server } });
    const isOfAll = way.kind === "http" && new URL(way.url).pathname === "/mcp";
    const name = isOfAll ? `gateway.echo__${tool}` : `gateway.${tool}`;
    const flags = ["--args", JSON.stringify(toolArguments), "--output", "raw"];
    return { args: ["--config", file, "call", name, ...flags], env: {} };
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
