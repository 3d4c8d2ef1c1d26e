/** Decides what happens after an instance exited unexpectedly. Pure: uses no clock and no timers. */

export interface RestartPolicy {
  /** Number of crashes within the window after which the server is not restarted. */
  readonly maxAttempts: number;
  readonly windowMs: number;
}

export type Decision =
  | { readonly kind: "restart"; readonly delayMs: number }
  | { readonly kind: "give-up"; readonly because: string };

const firstDelayMs = 200;
const longestDelayMs = 30_000;

/**
 * `crashes` are the times (ms) of all crashes including the latest; `jitter` is in [0, 1). The delay doubles with each
 * crash in the window. It is spread over its upper half, so that servers that crashed together do not restart together.
 */
export function decide(
  policy: RestartPolicy,
  crashes: readonly number[],
  nowMs: number,
  jitter: number,
): Decision {
  const recent = crashes.filter((at) => at > nowMs - policy.windowMs).length;
  if (recent >= policy.maxAttempts) {
    const times = recent === 1 ? "once" : `${recent} times`;
    return { kind: "give-up", because: `crashed ${times} within ${policy.windowMs / 1000} s` };
  }
  const delayMs = Math.min(firstDelayMs * 2 ** Math.max(0, recent - 1), longestDelayMs);
  return { kind: "restart", delayMs: Math.round(delayMs * (0.5 + jitter / 2)) };
}
