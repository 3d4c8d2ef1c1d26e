/** Reads a command line. What is wrong with it is one line and exit code 2. */

import { type ParseArgsConfig, parseArgs } from "node:util";
import { messageOf } from "../base/errors.ts";

/** A command line nobody can act on. */
export class UsageError extends Error {}

type Options = NonNullable<ParseArgsConfig["options"]>;

/** Throws `UsageError` for unknown flags, missing values and stray arguments. */
export function readFlags<const T extends Options>(options: T) {
  try {
    return parseArgs({ options, allowPositionals: false }).values;
  } catch (error) {
    throw new UsageError(messageOf(error).replace(/\. .*$/s, ""));
  }
}
