import type { MonotonicClock } from '../ports.ts'

/** Clocks and timers, so that tests decide when time passes. */
export interface KitTime {
  /** Milliseconds since 1970, for what is told to others. */
  readonly wall: () => number
  /** For all waits. */
  readonly monotonic: MonotonicClock
  /** Calls `run` once, `ms` milliseconds from now; returns what prevents that. Keeps no process alive. */
  after(ms: number, run: () => void): () => void
}

/** A timer of Node's fires at once beyond this. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

export const SYSTEM_TIME: KitTime = {
  wall: Date.now,
  monotonic: () => performance.now(),
  after(ms, run) {
    const timer = setTimeout(run, Math.min(ms, LONGEST_TIMER_MS))
    timer.unref()
    return () => clearTimeout(timer)
  },
}
