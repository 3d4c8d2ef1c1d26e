/**
 * The only user of yaml-language-server: completion, hover, symbols, folding and formatting based on a schema. Does not
 * fetch anything, does not keep a text after a request, and never rejects. A failure of the library gives an empty
 * result.
 */

import type {
  CompletionItem,
  DocumentSymbol,
  FoldingRange,
  FormattingOptions,
  Hover,
  Position,
  TextEdit,
} from "vscode-languageserver";
import { TextDocument } from "vscode-languageserver-textdocument";
import type { LanguageService } from "yaml-language-server";
import { getLanguageService } from "yaml-language-server";
import type { Schema } from "./json-schema.ts";
import { forCompletion, forHover } from "./json-schema.ts";

/** The library keeps the last document with this name. */
const file = "document.yaml";

export class YamlLibrary {
  readonly #completion: LanguageService;
  readonly #hover: LanguageService;
  readonly #folder: string;
  #version = 0;
  /** Serializes requests, because the library keeps state during completion. */
  #busy: Promise<unknown> = Promise.resolve();

  /** `name` separates the documents of this library from those of others in this process. */
  constructor(name: string, schema: Schema) {
    this.#folder = name;
    this.#completion = service(`${name}-completion`, forCompletion(schema));
    this.#hover = service(`${name}-hover`, forHover(schema));
  }

  async complete(text: string, position: Position): Promise<CompletionItem[]> {
    const answer = this.#busy.then(async () => {
      const list = await this.#completion.doComplete(this.#document("completion", text), position, false);
      return list.items;
    });
    this.#busy = answer.catch(() => undefined);
    return answer.catch(() => []);
  }

  async hover(text: string, position: Position): Promise<Hover | null> {
    try {
      return await this.#hover.doHover(this.#document("hover", text), position);
    } catch {
      return null;
    }
  }

  symbols(text: string): DocumentSymbol[] {
    return orNothing(() => this.#hover.findDocumentSymbols2(this.#document("hover", text), {}));
  }

  folding(text: string): FoldingRange[] {
    return orNothing(() => this.#hover.getFoldingRanges(this.#document("hover", text), {}) ?? []);
  }

  /** Returns no edits if the text is not YAML. */
  async format(text: string, { tabSize }: Pick<FormattingOptions, "tabSize">): Promise<TextEdit[]> {
    const options = { tabWidth: tabSize, printWidth: 120, proseWrap: "preserve" };
    return this.#hover.doFormat(this.#document("hover", text), options).catch(() => []);
  }

  #document(use: "completion" | "hover", text: string): TextDocument {
    this.#version++;
    const uri = `file:///${this.#folder}-${use}/${file}`;
    return TextDocument.create(uri, "yaml", this.#version, withoutSchemaNames(text));
  }
}

function service(folder: string, schema: Schema): LanguageService {
  const made = getLanguageService({
    schemaRequestService: (uri) => Promise.reject(new Error(`schemas are not fetched: ${uri}`)),
    workspaceContext: { resolveRelativePath: (path) => path },
    clientCapabilities: {
      textDocument: { completion: { completionItem: { documentationFormat: ["markdown"] } } },
    },
  });
  made.configure({
    completion: true,
    hover: true,
    format: true,
    validate: false,
    hoverSchemaSource: false,
    indentation: "  ",
    disableDefaultProperties: true,
    schemas: [{ uri: `${folder}.schema.json`, fileMatch: [`${folder}/${file}`], schema }],
  });
  return made;
}

/** Hides schemas that a document names in a comment or a key. The text keeps its length. */
function withoutSchemaNames(text: string): string {
  return text.replaceAll("$schema", "_schema");
}

function orNothing<T>(ask: () => T[]): T[] {
  try {
    return ask();
  } catch {
    return [];
  }
}
