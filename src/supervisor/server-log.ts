/** Latest output of one server outside of the protocol. Bounded in lines and characters; not written to a file. */

import { Emitter } from "../base/emitter.ts";
import { visibleText } from "../base/visible-text.ts";

const maxLines = 2_000;
const maxCharacters = 1_000_000;

export class ServerLog {
  readonly #lines: string[] = [];
  readonly #added = new Emitter<string>();
  #characters = 0;

  /** Adds a line with control characters made visible, because output must not control the terminal that shows it. */
  add(text: string): void {
    const line = visibleText(text);
    this.#lines.push(line);
    this.#characters += line.length;
    while (this.#lines.length > maxLines || this.#characters > maxCharacters) {
      this.#characters -= this.#lines.shift()?.length ?? 0;
    }
    this.#added.fire(line);
  }

  /** The newest `count` lines, oldest first. */
  tail(count: number): string[] {
    return count <= 0 ? [] : this.#lines.slice(-count);
  }

  /** Calls `listener` for each later line; returns a function that stops it. */
  follow(listener: (line: string) => void): () => void {
    return this.#added.on(listener);
  }
}
