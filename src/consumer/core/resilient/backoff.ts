export interface BackoffOptions {
  /** The longest that the first wait can be, in milliseconds; each later one can be twice as long. Default 500. */
  readonly initialMs?: number
  /** The longest that any wait can be. Default 30,000. */
  readonly maxMs?: number
}

export const DEFAULT_INITIAL_MS = 500
export const DEFAULT_MAX_MS = 30_000

/**
 * Milliseconds before the next attempt, after `failures` in a row: exponential with full jitter, so that consumers
 * which failed together do not come back together
 * (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
 *
 * @param random of [0, 1)
 */
export function backoffMs(
  failures: number,
  { initialMs = DEFAULT_INITIAL_MS, maxMs = DEFAULT_MAX_MS }: BackoffOptions,
  random: () => number,
): number {
  const ceiling = Math.min(maxMs, initialMs * 2 ** Math.min(failures - 1, 52))
  return Math.floor(random() * (ceiling + 1))
}
