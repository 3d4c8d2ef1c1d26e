/** All properties, with a gateway for those that need one. */

import { fileProperties } from "./file-properties.ts";
import { FuzzedGateway, httpProperties } from "./http-properties.ts";
import { jsonProperties } from "./json-properties.ts";
import { nameProperties } from "./name-properties.ts";
import { type Property, type PropertyResult, runProperties } from "./property.ts";
import { streamProperties } from "./stream-properties.ts";

export interface FuzzOptions {
  readonly inputs: number;
  readonly seed: number;
  /** Selects properties by name. */
  readonly only?: RegExp;
}

export async function fuzz(
  { only = /./, ...options }: FuzzOptions,
  onResult: (result: PropertyResult) => void,
): Promise<PropertyResult[]> {
  const gateway = await FuzzedGateway.start();
  try {
    const all: readonly Property[] = [
      ...jsonProperties,
      ...streamProperties,
      ...fileProperties,
      ...nameProperties,
      ...httpProperties(gateway),
    ];
    return await runProperties(
      all.filter(({ name }) => only.test(name)),
      options,
      onResult,
    );
  } finally {
    await gateway.stop();
  }
}
