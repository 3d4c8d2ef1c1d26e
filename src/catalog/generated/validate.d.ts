/* Generated from schemas/ by `npm run generate`. Do not edit. */
import type { ErrorObject } from "ajv";

interface Validate {
  (data: unknown): boolean;
  /** Errors of the last call. */
  errors?: ErrorObject[] | null;
}

export declare const validateCatalog: Validate;
export declare const validateConfig: Validate;
