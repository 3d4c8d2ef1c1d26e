/** Reads a command line. An error is reported in one line, with exit code 2. */

import { type ParseArgsConfig, parseArgs } from "node:util";
import { messageOf } from "../base/errors.ts";

/** Error in the command line. */
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
