import { formatDuration } from './duration.ts'
import { type Fault, shown } from './fault.ts'
import type { Found } from './layers.ts'

/** A check that takes longer than its interval would meet the next one. */
export function checkTimeoutWithin(timeout: Found<number>, interval: Found<number>, faults: Fault[]): void {
  if (timeout.value === undefined || interval.value === undefined || timeout.value <= interval.value) return
  const most = `at most interval (${formatDuration(interval.value)})`
  faults.push({ at: timeout.at, problem: `got ${shown(formatDuration(timeout.value))}, expected ${most}` })
}
