/** The one door to the schema compiler, for schemas that are known only while we run. Loaded when there is such a schema. */

import type { ErrorObject } from "ajv";
import { Ajv } from "ajv";

/** Throws a plain `Error` that says what is wrong with the schema. The function returned finds all errors of a value. */
export function compileSchema(schema: object): (value: unknown) => readonly ErrorObject[] {
  // Words of editors (`markdownDescription`) are no errors.
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
