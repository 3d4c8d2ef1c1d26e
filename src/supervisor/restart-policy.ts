/** Decides what happens after an instance ended by itself. Pure: no clock, no timers, starts nothing. */

export interface RestartPolicy {
  /** How many crashes within the window are the last. */
  readonly maxAttempts: number;
  readonly windowMs: number;
}

export type Decision =
  | { readonly kind: "restart"; readonly delayMs: number }
  | { readonly kind: "give-up"; readonly because: string };

const firstDelayMs = 200;
const longestDelayMs = 30_000;

/**
 * `crashes` are the times (ms) of the crashes so far, this one included; `jitter` is in [0, 1).
 * The delay doubles with each crash in the window and is spread over its upper half, so that servers that
 * fell together do not rise together.
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
