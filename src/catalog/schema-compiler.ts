/** The schema compiler, for schemas that are known only at run time. Loaded when there is such a schema. */

import type { ErrorObject } from "ajv";
import { Ajv } from "ajv";

/** Throws a plain `Error` that describes the error in the schema. The returned function finds all errors of a value. */
export function compileSchema(schema: object): (value: unknown) => readonly ErrorObject[] {
  // Keywords of editors (`markdownDescription`) are allowed.
  const ajv = new Ajv({
    allErrors: true,
    verbose: true,
    strict: false,
    allowUnionTypes: true,
    logger: false,
  });
  const validate = ajv.compile(schema);
  return (value) => (validate(value) ? [] : [...(validate.errors ?? [])]);
}
