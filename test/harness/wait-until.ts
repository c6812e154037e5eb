import { setTimeout as pause } from 'node:timers/promises'

/**
 * Asks again until the answer is there. The pause only spares the CPU: nothing relies on its length. Throws
 * `what` with the last error as its cause when the deadline has passed.
 */
export async function waitUntil<T>(
  what: string,
  ask: () => Promise<T | undefined | false> | T | undefined | false,
  options: { readonly timeoutMs?: number; readonly pauseMs?: number } = {},
): Promise<T> {
  const { timeoutMs = 60_000, pauseMs = 100 } = options
  const deadline = performance.now() + timeoutMs
  let cause: unknown
  do {
    try {
      const answer = await ask()
      if (answer !== undefined && answer !== false) return answer
      cause = undefined
    } catch (error) {
      cause = error
    }
    await pause(pauseMs)
  } while (performance.now() < deadline)
  throw new Error(`not within ${timeoutMs} ms: ${what}`, { cause })
}
