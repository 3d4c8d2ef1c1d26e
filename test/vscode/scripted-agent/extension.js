/**
 * A language model with a script: it calls the tool `echo` once, then repeats the tool's answer. For tests of agent
 * mode.
 */

const vscode = require("vscode");

const chat = "GitHub.copilot-chat";

const model = {
  id: "scripted-1",
  name: "Scripted",
  family: "scripted",
  version: "1",
  maxInputTokens: 100_000,
  maxOutputTokens: 4_000,
  capabilities: { toolCalling: true, imageInput: false },
  isUserSelectable: true,
  isDefault: true,
};

function textOf(part) {
  return part.value ?? (part.content ?? []).map(({ value = "" }) => value).join("");
}

const provider = {
  provideLanguageModelChatInformation: () => [model],
  async provideLanguageModelChatResponse(_model, messages, options, progress) {
    const say = (text) => progress.report(new vscode.LanguageModelTextPart(text));
    const parts = messages.flatMap(({ content }) => [...content]);
    const result = parts.findLast((part) => part instanceof vscode.LanguageModelToolResultPart);
    if (result) return say(`The tool said: ${textOf(result)}`);
    const tool = options.tools?.find(({ name }) => /^mcp_.*echo$/.test(name));
    if (!tool) return say(`No such tool among ${options.tools?.length}.`);
    progress.report(new vscode.LanguageModelToolCallPart("call-1", tool.name, { text: "from the agent" }));
  },
  provideTokenCount: async (_model, text) => Math.ceil(JSON.stringify(text).length / 4),
};

/** A new profile has the built-in chat switched off. */
async function enableChat() {
  await vscode.commands
    .executeCommand("workbench.extensions.installExtension", chat, { enable: true })
    .then(undefined, () => undefined);
  if (vscode.extensions.getExtension(chat)) return;
  await new Promise((resolve) => {
    const listening = vscode.extensions.onDidChange(() => {
      if (!vscode.extensions.getExtension(chat)) return;
      listening.dispose();
      resolve();
    });
  });
}

async function ask() {
  await enableChat();
  await vscode.lm.selectChatModels({ vendor: "scripted" });
  await vscode.commands.executeCommand("workbench.action.chat.open", {
    mode: "agent",
    query: "Call the tool, please.",
    modelSelector: { vendor: "scripted", id: "scripted-1" },
  });
}

exports.activate = (context) => {
  context.subscriptions.push(
    vscode.lm.registerLanguageModelChatProvider("scripted", provider),
    vscode.commands.registerCommand("scripted.ask", ask),
  );
};
