import type { AlertThrottleOptions } from './alert-throttle-options.ts'

/** Throws a TypeError with one line for each option that cannot be used. */
export function checkThrottleOptions(options: AlertThrottleOptions): void {
  const faults: string[] = []
  const { sinks, coolDownMs = {}, sinkTimeoutMs, storeTimeoutMs, retryAfterMs } = options
  const { mostAlerts, mostInFlight } = options
  if (!Array.isArray(sinks) || sinks.length === 0) {
    faults.push(
      `sinks: got ${Array.isArray(sinks) ? 'an empty list' : typeof sinks}, expected at least one sink`,
    )
  }
  const milliseconds = {
    ...Object.fromEntries(Object.entries(coolDownMs).map(([name, ms]) => [`coolDownMs.${name}`, ms])),
    sinkTimeoutMs,
    storeTimeoutMs,
    retryAfterMs,
  }
  for (const [at, value] of Object.entries(milliseconds)) {
    if (value === undefined || (Number.isFinite(value) && value > 0)) continue
    faults.push(`${at}: got ${String(value)}, expected milliseconds above 0`)
  }
  for (const [at, value] of Object.entries({ mostAlerts, mostInFlight })) {
    if (value === undefined || (Number.isInteger(value) && value > 0)) continue
    faults.push(`${at}: got ${String(value)}, expected a whole number above 0`)
  }
  if (faults.length > 0) throw new TypeError(faults.join('\n'))
}
