/** The resources the suites read and subscribe to. */

import { type McpServer, ResourceTemplate } from "@modelcontextprotocol/server";
import { imageData } from "./samples.ts";

const texts = {
  "static-text": "This is the content of the static text resource.",
  "watched-resource": "Watched resource content",
};

export function addResources(server: McpServer): void {
  for (const [name, text] of Object.entries(texts)) {
    const uri = `test://${name}`;
    const mimeType = "text/plain";
    server.registerResource(name, uri, { description: `The text of ${name}`, mimeType }, () => ({
      contents: [{ uri, mimeType, text }],
    }));
  }
  addImage(server);
  addTemplate(server);
  addSubscriptions(server);
}

function addImage(server: McpServer): void {
  const uri = "test://static-binary";
  const mimeType = "image/png";
  server.registerResource("static-binary", uri, { description: "An image", mimeType }, () => ({
    contents: [{ uri, mimeType, blob: imageData }],
  }));
}

function addTemplate(server: McpServer): void {
  const template = new ResourceTemplate("test://template/{id}/data", { list: undefined });
  const mimeType = "application/json";
  const description = "Data that depends on the URI";
  server.registerResource("template", template, { description, mimeType }, (uri, { id }) => {
    const text = JSON.stringify({ id, templateTest: true, data: `Data for ID: ${id}` });
    return { contents: [{ uri: uri.href, mimeType, text }] };
  });
}

/** The resources never change, so a subscription is accepted and receives no notification. */
function addSubscriptions({ server }: McpServer): void {
  server.setRequestHandler("resources/subscribe", () => ({}));
  server.setRequestHandler("resources/unsubscribe", () => ({}));
}
