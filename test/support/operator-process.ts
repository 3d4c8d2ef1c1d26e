/** The operator as a separate program, for tests that kill it. Its flags are the first argument, as JSON. */

import { operatorCommand } from "../../src/cli/operator-command.ts";
import { run } from "../../src/cli/program.ts";

await run("mcp-runtime", async () => {
  await operatorCommand(JSON.parse(process.argv[2] ?? "{}"));
  return undefined;
});
