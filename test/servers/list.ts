/**
 * Real servers from npm that the gateway is compared with. Their keys are invented, because only their lists are used.
 */

export interface RealServer {
  /** Its id in the catalog. */
  readonly id: string;
  readonly package: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** The program of the package that is the server, where the package has several. */
  readonly program?: string;
  /** A dependency of this project, which need not be installed. */
  readonly isOwn?: boolean;
}

/** `{folder}` in arguments and values is a folder of the test. */
const own: readonly RealServer[] = [
  { id: "everything", package: "@modelcontextprotocol/server-everything", isOwn: true },
  { id: "filesystem", package: "@modelcontextprotocol/server-filesystem", args: ["{folder}"], isOwn: true },
  {
    id: "memory",
    package: "@modelcontextprotocol/server-memory",
    env: { MEMORY_FILE_PATH: "{folder}/memory.jsonl" },
    isOwn: true,
  },
];

const fromNpm: readonly RealServer[] = [
  { id: "thinking", package: "@modelcontextprotocol/server-sequential-thinking" },
  { id: "puppeteer", package: "@modelcontextprotocol/server-puppeteer" },
  { id: "github", package: "@modelcontextprotocol/server-github" },
  {
    id: "gitlab",
    package: "@modelcontextprotocol/server-gitlab",
    env: { GITLAB_PERSONAL_ACCESS_TOKEN: "none" },
  },
  {
    id: "slack",
    package: "@modelcontextprotocol/server-slack",
    env: { SLACK_BOT_TOKEN: "none", SLACK_TEAM_ID: "T0" },
  },
  { id: "maps", package: "@modelcontextprotocol/server-google-maps", env: { GOOGLE_MAPS_API_KEY: "none" } },
  { id: "brave-old", package: "@modelcontextprotocol/server-brave-search", env: { BRAVE_API_KEY: "none" } },
  { id: "playwright", package: "@playwright/mcp", args: ["--headless"] },
  { id: "playwright-ea", package: "@executeautomation/playwright-mcp-server" },
  { id: "chrome", package: "chrome-devtools-mcp", args: ["--headless"] },
  { id: "browsermcp", package: "@browsermcp/mcp" },
  { id: "selenium", package: "@angiejones/mcp-selenium" },
  { id: "context7", package: "@upstash/context7-mcp" },
  { id: "chart", package: "@antv/mcp-server-chart" },
  { id: "eslint", package: "@eslint/mcp" },
  { id: "drawio", package: "@drawio/mcp" },
  { id: "chakra", package: "@chakra-ui/react-mcp" },
  { id: "ark", package: "@ark-ui/mcp" },
  { id: "heroui", package: "@heroui/react-mcp" },
  { id: "hugeicons", package: "@hugeicons/mcp-server" },
  { id: "semi", package: "@douyinfe/semi-mcp" },
  { id: "git", package: "@cyanheads/git-mcp-server" },
  { id: "weather", package: "@dangahagan/weather-mcp" },
  { id: "weather-us", package: "@h1deya/mcp-server-weather" },
  { id: "lighthouse", package: "@danielsogl/lighthouse-mcp" },
  { id: "vitest", package: "@djankies/vitest-mcp" },
  { id: "open-library", package: "@geobio/mcp-open-library" },
  { id: "memory-bank", package: "@allpepper/memory-bank-mcp", env: { MEMORY_BANK_ROOT: "{folder}" } },
  { id: "installer", package: "@anaisbetts/mcp-installer" },
  { id: "commands", package: "@agent-infra/mcp-server-commands" },
  {
    id: "files-infra",
    package: "@agent-infra/mcp-server-filesystem",
    args: ["--allowed-directories", "{folder}"],
  },
  { id: "desktop", package: "@wonderwhy-er/desktop-commander" },
  { id: "brave", package: "@brave/brave-search-mcp-server", env: { BRAVE_API_KEY: "none" } },
  { id: "circleci", package: "@circleci/mcp-server-circleci", env: { CIRCLECI_TOKEN: "none" } },
  { id: "notion", package: "@notionhq/notion-mcp-server", env: { NOTION_TOKEN: "ntn_none" } },
  { id: "tavily", package: "tavily-mcp", env: { TAVILY_API_KEY: "none" } },
  { id: "firecrawl", package: "firecrawl-mcp", env: { FIRECRAWL_API_KEY: "none" } },
  { id: "exa", package: "exa-mcp-server", env: { EXA_API_KEY: "none" } },
  { id: "figma", package: "figma-developer-mcp", args: ["--stdio"], env: { FIGMA_API_KEY: "none" } },
  {
    id: "mapbox",
    package: "@mapbox/mcp-server",
    env: { MAPBOX_ACCESS_TOKEN: "pk.eyJ1Ijoibm9uZSIsImEiOiJub25lIn0.none" },
  },
  {
    id: "n8n",
    package: "n8n-mcp",
    env: { MCP_MODE: "stdio", LOG_LEVEL: "error", DISABLE_CONSOLE_OUTPUT: "true" },
  },
  { id: "mongodb", package: "mongodb-mcp-server" },
];

export const realServers: readonly RealServer[] = [...own, ...fromNpm];
