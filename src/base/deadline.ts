/** Waits for something, but not for ever. Ends nothing: what comes too late still comes. */

/** What the promise resolves with, or `undefined` once `ms` have passed. Rejects when it does. */
export async function atMost<T>(promise: Promise<T>, ms: number): Promise<T | undefined> {
  const late = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => late.resolve(undefined), ms);
  try {
    return await Promise.race([promise, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
