/** Command lines of all programs, read with commander. An error is reported in one line, with exit code 2. */

import { Command, Option } from "commander";
import { version } from "../gateway/version.ts";

/** Error in the command line. */
export class UsageError extends Error {
  /** Command whose `--help` explains the error. Absent: the help of the program. */
  readonly command: string | undefined;

  constructor(message: string, command?: string) {
    super(message);
    this.command = command;
  }
}

/** A command that throws `UsageError`. It throws `CommanderError` after it has printed the help or the version. */
export class CommandLine extends Command {
  override createCommand(name?: string): CommandLine {
    return new CommandLine(name);
  }

  /** Adds an option with a value. `conflicts` are names of options that exclude it. */
  valueOption(flags: string, description: string, conflicts: readonly string[] = []): this {
    const option = new Option(flags, description).conflicts([...conflicts]).argParser((text: string) => {
      if (text === "") throw new UsageError(`${option.long} requires a value`);
      // Commander takes the next option as the value.
      if (text.startsWith("-")) throw new UsageError(`${option.long} requires a value, not '${text}'`);
      return text;
    });
    return this.addOption(option);
  }

  override error(message: string): never {
    throw new UsageError(inOneLine(message), this.#path());
  }

  #path(): string {
    const names: string[] = [];
    for (let command: Command | null = this; command; command = command.parent) names.unshift(command.name());
    return names.join(" ");
  }
}

export function newProgram(name: string, description: string): CommandLine {
  return new CommandLine(name)
    .description(description)
    .version(version, "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .exitOverride();
}

/** Commander prints a hint, such as `(Did you mean --config?)`, in a line of its own. */
function inOneLine(message: string): string {
  return message
    .replace(/^error: /, "")
    .replace(/\.?\s*$/, "")
    .replace(/\n\(D/, " (d");
}
