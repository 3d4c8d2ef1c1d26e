/** The last lines one server said outside the protocol. Bounded in lines and in characters; keeps no file. */

import { Emitter } from "../base/emitter.ts";
import { visibleText } from "../base/visible-text.ts";

const maxLines = 2_000;
const maxCharacters = 1_000_000;

export class ServerLog {
  readonly #lines: string[] = [];
  readonly #added = new Emitter<string>();
  #characters = 0;

  /** Keeps a line as people can see it: what a server writes must not steer the terminal that shows it. */
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

  /** Calls `listener` for each line to come; returns how to stop that. */
  follow(listener: (line: string) => void): () => void {
    return this.#added.on(listener);
  }
}
