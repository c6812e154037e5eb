import type { JobResult } from './jobs.ts'

/** One job in a line, and what went wrong in it below. */
export function describeResult(result: JobResult): string {
  const { kind, trace } = result.job
  if ('wired' in result) return result.wired.map(w => `wire ${w.trace}: ${JSON.stringify(w)}`).join('\n')
  const lines = [`${kind} ${trace}: ${textOf(result)}`]
  const findings =
    'replayed' in result ? result.replayed.findings : 'killed' in result ? result.killed.findings : []
  return [...lines, ...findings.map(finding => `    ! ${finding}`)].join('\n')
}

function textOf(result: Exclude<JobResult, { wired: unknown }>): string {
  if ('killed' in result) {
    const { findings: _, ...numbers } = result.killed
    return Object.entries(numbers)
      .map(([name, value]) => `${name} ${value}`)
      .join(', ')
  }
  if ('peers' in result) {
    const { lag, stalls, partitionDays } = result.peers
    const errors = Object.entries(lag).map(([name, l]) => `${name} p99 ${seconds(l.p99Ms)}`)
    const alarms = Object.entries(stalls).map(
      ([name, s]) => `${name} ${s.found}/${s.due}, ${(s.falseAlarms / partitionDays).toFixed(2)} false a day`,
    )
    return [...errors, ...alarms].join('; ')
  }
  const { lag, stalls, expectations, loss, asked, changes, polls, seconds: took } = result.replayed
  return [
    `${((1e6 * took) / polls).toFixed(0)} µs a poll`,
    `lag p50 ${seconds(lag.p50Ms)} p99 ${seconds(lag.p99Ms)} max ${seconds(lag.maxMs)}`,
    `at the instant p99 ${seconds(lag.strictP99Ms)} max ${seconds(lag.strictMaxMs)}`,
    `relative p99 ${lag.relativeP99.toFixed(2)}`,
    `finite ${lag.finite}/${lag.lagging}`,
    `negative ${lag.negative}, phantom ${lag.phantom} of ${lag.samples}`,
    `stalls ${stalls.inTime} in time, ${stalls.found} of ${stalls.due}, false ${stalls.falseAlarms}, longest ${seconds(stalls.latencyMaxMs)}, late ${seconds(stalls.lateMaxMs)}`,
    `states ${expectations.met}/${expectations.expected} within ${seconds(expectations.latencyMaxMs)}`,
    `rewinds ${result.replayed.rewindsCounted}/${result.replayed.rewindsTrue}`,
    `look-ups ${asked.heads} for ${changes} changes, ${asked.times} by time`,
    `headroom ${loss.samples}, above ${loss.aboveTruth}, slack ${seconds(loss.slackMaxMs)} of ${seconds(loss.slackAllowedMs)}, missing ${loss.missing}, lost ${loss.lostCounted}/${loss.lostTrue}`,
  ].join('; ')
}

export function seconds(ms: number): string {
  return Number.isNaN(ms) ? '–' : `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 0)} s`
}
