import type { CastResult } from './cast-score.ts'
import type { RealResult } from './real-result.ts'
import { POLL_INTERVAL_MS } from './real-settings.ts'
import { lostTruth, n, share } from './words.ts'

export interface Goal {
  readonly metric: string
  readonly goal: string
  readonly reached: string
  readonly isMet: boolean
}

/** The goals of the project as far as a quarter of an hour can show them, with what this run reached. */
export function goalsOf(r: RealResult): Goal[] {
  const results = r.casts.map(c => c.result)
  const sum = (of: (c: CastResult) => number) => results.reduce((total, c) => total + of(c), 0)
  const worst = (of: (c: CastResult) => number) =>
    results.reduce((most, c) => (of(c) > most.value ? { value: of(c), name: c.name } : most), {
      value: -1,
      name: '–',
    })
  const p99 = worst(c => c.lag.p99Ms)
  const max = worst(c => c.lag.maxMs)
  const { kills } = r
  const started = r.killedCasts.reduce(
    (t, c) => ({ f: t.f + c.finiteAfterStart, l: t.l + c.laggingAfterStart }),
    { f: 0, l: 0 },
  )
  const finite = sum(c => c.lag.finite)
  const lagging = sum(c => c.lag.lagging)
  const headrooms = results.filter(c => c.headroom.samples > 0)
  const exact = sum(c => c.widths.count - c.widths.above(1))
  const wide = worst(c => c.widths.quantile(0.99))
  const losing = results.filter(c => c.lostTrue.most + c.lostCounted > 0)
  const latest = worst(c => c.expectations.latencyMaxMs)
  const stateGoal = 'all, by the first poll one interval after its patience'
  const perChange =
    r.probeRequests /
    Math.max(
      1,
      sum(c => c.changes),
    )
  return [
    {
      metric: 'lag-seconds error, worst trace',
      goal: 'p99 ≤ 1 s, max ≤ 1 poll interval (5 s)',
      reached: `p99 ${n(p99.value)} s (${p99.name}), max ${n(max.value)} s (${max.name})`,
      isMet: p99.value <= 1_000 && max.value <= POLL_INTERVAL_MS,
    },
    {
      metric: 'width of the interval in which the truth lies, while lagging',
      goal: '',
      reached: `0 in ${share(exact, lagging)}; widest p99 ${n(wide.value)} s (${wide.name})`,
      isMet: true,
    },
    {
      metric: 'finite value while lagging; at the 2nd poll after a start',
      goal: '≥ 99.9 %',
      reached: `${share(finite, lagging)} of ${lagging}; ${share(started.f, started.l)} of ${started.l}`,
      isMet: finite >= 0.999 * lagging && started.f >= 0.999 * started.l,
    },
    count(
      'negative samples',
      sum(c => c.lag.negative),
      sum(c => c.lag.samples),
    ),
    count(
      'phantom lag, samples after 1 interval',
      sum(c => c.lag.phantom),
      sum(c => c.lag.samples),
    ),
    count(
      'commits published that did not hold during the poll',
      sum(c => c.wrongCommits),
    ),
    {
      metric: 'true stalls found in time',
      goal: 'all',
      reached: `${sum(c => c.stalls.inTime)} of ${sum(c => c.stalls.due)}`,
      isMet: sum(c => c.stalls.inTime) === sum(c => c.stalls.due),
    },
    count(
      'false stalls',
      sum(c => c.stalls.falseAlarms),
    ),
    {
      metric: 'no consumer, abandoned, hung transaction told apart',
      goal: stateGoal,
      reached: `${sum(c => c.expectations.met)} of ${sum(c => c.expectations.expected)}, latest ${n(latest.value)} s after it (${latest.name})`,
      isMet: sum(c => c.expectations.met) === sum(c => c.expectations.expected),
    },
    {
      metric: 'rewinds',
      goal: 'all that a poll could see',
      reached: `${sum(c => c.rewindsCounted)} of ${sum(c => c.rewindsTrue)}`,
      isMet: results.every(c => c.rewindsCounted === c.rewindsTrue),
    },
    {
      metric: 'headroom above the truth; slack',
      goal: '0; ≤ segment span + interval of the checks',
      reached: `${sum(c => c.headroom.above)} of ${sum(c => c.headroom.samples)}; ${headrooms.map(c => `${n(c.headroom.slackMaxMs)} s of ${n(c.headroom.slackAllowedMs)} s (${c.name})`).join(', ')}`,
      isMet: headrooms.every(
        c => c.headroom.above === 0 && c.headroom.slackMaxMs <= c.headroom.slackAllowedMs,
      ),
    },
    {
      metric: 'lost offsets',
      goal: 'exact',
      reached: losing.map(c => `${c.lostCounted} of ${lostTruth(c)} (${c.name})`).join(', '),
      isMet: losing.every(c => c.lostCounted >= c.lostTrue.least && c.lostCounted <= c.lostTrue.most),
    },
    {
      metric: `${kills.kills} kills −9`,
      goal: 'no alert lost or added; clock error ≤ 1 interval; no counter back',
      reached: `${kills.alertsLost} lost, ${kills.alertsAdded} added, ${kills.alertsInterrupted} interrupted of ${kills.alerts}; clock p99 ${n(kills.clockP99Ms)} s, max ${n(kills.clockMaxMs)} s; ${kills.countersBack} back, ${kills.countersApart} apart in the end`,
      isMet:
        kills.alertsLost + kills.alertsAdded + kills.alertsInterrupted + kills.countersBack === 0 &&
        kills.clockMaxMs <= POLL_INTERVAL_MS,
    },
    {
      metric: 'Fetch requests per change of a lagging (partition, offset); bytes a second',
      goal: '≤ 1; ≤ 4 MiB',
      reached: `${perChange.toFixed(3)}; ${r.probeBytesPerSecond.toFixed(0)}`,
      isMet: perChange <= 1 && r.probeBytesPerSecond <= 4 * 2 ** 20,
    },
    count('values that differ between the exposition and the API', r.differing),
  ]
}

/** Something of which there must be none. */
function count(metric: string, found: number, of?: number): Goal {
  return {
    metric,
    goal: '0',
    reached: of === undefined ? `${found}` : `${found} of ${of}`,
    isMet: found === 0,
  }
}
