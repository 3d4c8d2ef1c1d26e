/**
 * What the scripts of all libraries have in common: argv[2] is JSON of how to connect and which tool to call; prints JSON of
 * what was called and what came back.
 */

export async function callOnce(connect) {
  const { way, tool: pattern, args } = JSON.parse(process.argv[2]);
  const { tools, close } = await connect(way);
  const tool = tools.find(({ name }) => new RegExp(pattern).test(name));
  const answered = tool ? JSON.stringify(await tool.call(args)) : "";
  console.log(JSON.stringify({ called: tool?.name ?? "", answered }));
  await close();
}
