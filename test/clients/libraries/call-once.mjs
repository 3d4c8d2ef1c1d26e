/**
 * The common part of the scripts of all libraries. argv[2] is JSON of how to connect and which tool to call. Prints
 * JSON of the call and its result.
 */

export async function callOnce(connect) {
  const { way, tool: pattern, args } = JSON.parse(process.argv[2]);
  const { tools, close } = await connect(way);
  const tool = tools.find(({ name }) => new RegExp(pattern).test(name));
  const answered = tool ? JSON.stringify(await tool.call(args)) : "";
  console.log(JSON.stringify({ called: tool?.name ?? "", answered }));
  await close();
}
