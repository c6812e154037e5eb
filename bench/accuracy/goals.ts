import { POLL_INTERVAL_MS } from './exporter.ts'
import type { LagErrorResult } from './lag-errors.ts'
import type { ResultBook } from './result-book.ts'
import { seconds } from './show-result.ts'

export interface GoalRow {
  readonly metric: string
  readonly goal: string
  readonly reached: string
  /** Null where it was not measured in this run. */
  readonly isMet: boolean | null
  /** Of today's tools on the same traces; '' where none says. */
  readonly peers: string
}

/** A poll interval, and the time that a poll takes itself. */
const ONE_INTERVAL_MS = POLL_INTERVAL_MS + 300

/** The goals of the project, with what this run reached. */
export function goalRows(book: ResultBook): GoalRow[] {
  return [
    lagGoal(book),
    describeOnlyGoal(book),
    finiteGoal(book),
    negativeGoal(book),
    phantomGoal(book),
    stallGoal(book),
    falseStallGoal(book),
    unboundedGoal(book),
    statesGoal(book),
    killGoal(book),
    headroomGoal(book),
    lostGoal(book),
    costGoal(book),
  ]
}

type Row = Omit<GoalRow, 'peers'> & { readonly peers?: string }
const row = (r: Row): GoalRow => ({ peers: '', ...r })

function worst<Of>(results: ReadonlyMap<string, Of>, of: (result: Of) => number) {
  let found = { trace: '–', value: Number.NaN }
  for (const [trace, result] of results) {
    const value = of(result)
    if (!(value <= found.value) && !Number.isNaN(value)) found = { trace, value }
  }
  return found
}

function total<Of>(results: ReadonlyMap<string, Of>, of: (result: Of) => number): number {
  return [...results.values()].reduce((sum, result) => sum + of(result), 0)
}

/** The best of the peers: the least of their worst traces. */
function bestPeer(book: ResultBook, of: (lag: LagErrorResult) => number): string {
  const peers = book.peers('peers')
  const names = Object.keys([...peers.values()][0]?.lag ?? {})
  const each = names.map(name => ({
    name,
    ...worst(peers, p => of(p.lag[name] as LagErrorResult)),
  }))
  const best = each.sort((a, b) => a.value - b.value)[0]
  return best === undefined ? '' : `${seconds(best.value)} (${best.name}, ${best.trace})`
}

function lagGoal(book: ResultBook): GoalRow {
  const results = book.replayed('lag')
  const p99 = worst(results, r => r.lag.p99Ms)
  const max = worst(results, r => r.lag.maxMs)
  const isOver = (r: { readonly lag: LagErrorResult }) => r.lag.p99Ms > 1_000 || r.lag.maxMs > ONE_INTERVAL_MS
  const over = [...results].filter(([, r]) => isOver(r)).map(([trace]) => trace)
  return row({
    metric: 'lag-seconds error, record readable, worst trace',
    goal: 'p99 ≤ 1 s, max ≤ 1 poll interval',
    reached: `p99 ${seconds(p99.value)} (${p99.trace}), max ${seconds(max.value)} (${max.trace})${over.length > 0 ? `; over it: ${over.join(', ')}` : ''}`,
    isMet: results.size === 0 ? null : over.length === 0,
    peers: `p99 ${bestPeer(book, l => l.p99Ms)}, max ${bestPeer(book, l => l.maxMs)}`,
  })
}

function describeOnlyGoal(book: ResultBook): GoalRow {
  const results = book.replayed('describe-only')
  const p99 = worst(results, r => r.lag.relativeP99)
  const over = [...results].filter(([, r]) => r.lag.relativeP99 > 1).map(([trace]) => trace)
  return row({
    metric: 'the same, DESCRIBE only',
    goal: 'p99 ≤ max(2 s, 5 %)',
    reached: `${p99.value.toFixed(2)} of it on the worst trace (${p99.trace})${over.length > 0 ? `; over it: ${over.join(', ')}` : ''}`,
    isMet: results.size === 0 ? null : over.length === 0,
  })
}

function finiteGoal(book: ResultBook): GoalRow {
  const results = book.replayed('lag')
  const least = worst(results, r => 1 - r.lag.finite / r.lag.lagging)
  const killed = book.killed()
  const started = total(killed, r => r.finiteAfterStart) / total(killed, r => r.laggingAfterStart)
  const peers = book.peers('peers')
  const names = Object.keys([...peers.values()][0]?.lag ?? {})
  const shares = names.map(name => {
    const found = worst(peers, p => 1 - (p.lag[name]?.finite ?? 0) / (p.lag[name]?.lagging ?? 1))
    return `${name} ${percent(1 - found.value)} (${found.trace})`
  })
  return row({
    metric: 'finite value while lagging, worst trace; at the 2nd poll after a restart',
    goal: '≥ 99.9 %',
    reached: `${percent(1 - least.value)} (${least.trace}); ${percent(started)}`,
    isMet: results.size === 0 ? null : 1 - least.value >= 0.999 && !(started < 0.999),
    peers: shares.join('; '),
  })
}

function negativeGoal(book: ResultBook): GoalRow {
  const kinds = ['lag', 'describe-only', 'healthy', 'unbounded'] as const
  const samples = kinds.reduce((sum, kind) => sum + total(book.replayed(kind), r => r.lag.samples), 0)
  const negative = kinds.reduce((sum, kind) => sum + total(book.replayed(kind), r => r.lag.negative), 0)
  return row({
    metric: 'negative samples',
    goal: '0 of 10^7',
    reached: `${negative} of ${samples.toExponential(1)}`,
    isMet: samples === 0 ? null : negative === 0,
  })
}

function phantomGoal(book: ResultBook): GoalRow {
  const results = book.replayed('lag')
  const phantom = total(results, r => r.lag.phantom)
  const most = worst(results, r => r.lag.phantom)
  const peers = worst(book.peers('peers'), p => Math.min(...Object.values(p.lag).map(l => l.phantom)))
  return row({
    metric: 'phantom lag, samples after 1 interval',
    goal: '0',
    reached: phantom === 0 ? '0' : `${phantom}, most on ${most.trace} (${most.value})`,
    isMet: results.size === 0 ? null : phantom === 0,
    peers: `${peers.value} at the least (${peers.trace})`,
  })
}

function stallGoal(book: ResultBook): GoalRow {
  const results = book.replayed('lag')
  const due = total(results, r => r.stalls.due)
  const inTime = total(results, r => r.stalls.inTime)
  const late = worst(results, r => r.stalls.lateMaxMs)
  const latency = worst(results, r => r.stalls.latencyMaxMs)
  const peers = book.peers('peers')
  const names = Object.keys([...peers.values()][0]?.stalls ?? {})
  const peerLatencies = names.map(name => {
    const found = worst(peers, p => p.stalls[name]?.latencyMaxMs ?? Number.NaN)
    return `${name} ${seconds(found.value)}`
  })
  return row({
    metric: 'true stalls found in time',
    goal: 'all within 2.2 × longest healthy gap (≥ stalled_after) + 1 poll',
    reached: `${inTime} of ${due}; longest ${seconds(latency.value)} (${latency.trace}); latest against its limit ${seconds(late.value)} (${late.trace})`,
    isMet: results.size === 0 ? null : inTime === due,
    peers: peerLatencies.join('; '),
  })
}

function falseStallGoal(book: ResultBook): GoalRow {
  const results = book.replayed('healthy')
  const count = total(results, r => r.stalls.falseAlarms)
  const most = worst(results, r => r.stalls.falseAlarms)
  const wired = book.wire.reduce((sum, w) => sum + w.falseStalls, 0)
  const wiredDays = book.wire.reduce((sum, w) => sum + w.partitionDays, 0)
  return row({
    metric: `false stalls on healthy traces, partition-days: ${book.partitionDays('healthy')}; through the wire: ${wiredDays.toFixed(0)}`,
    goal: '0 in 36,000',
    reached: `${count}${count > 0 ? `, most on ${most.trace} (${most.value})` : ''}; ${wired}`,
    isMet: results.size === 0 ? null : count === 0 && wired === 0,
    peers: falseAlarmsOfPeers(book, [...results.keys()]),
  })
}

function falseAlarmsOfPeers(book: ResultBook, traces: readonly string[]): string {
  const peers = new Map([...book.peers('peers-healthy')].filter(([trace]) => traces.includes(trace)))
  const names = Object.keys([...peers.values()][0]?.stalls ?? {})
  return names
    .map(name => {
      const found = worst(peers, p => (p.stalls[name]?.falseAlarms ?? 0) / p.partitionDays)
      return `${name} ${found.value.toFixed(1)} a day (${found.trace})`
    })
    .join('; ')
}

function unboundedGoal(book: ResultBook): GoalRow {
  const results = book.replayed('unbounded')
  const days = book.partitionDays('unbounded') / Math.max(1, results.size)
  const rates = [...results].map(([trace, { stalls }]) => {
    const later = (stalls.falseAlarms - stalls.falseOnFirstDay) / days
    return `${trace} ${(stalls.falseAlarms / days).toFixed(3)} (${later.toFixed(3)} without the first day)`
  })
  return row({
    metric: 'false stalls where job times have no bound, a partition and day',
    goal: '≤ 0.2',
    reached: rates.join(', '),
    isMet: results.size === 0 ? null : [...results.values()].every(r => r.stalls.falseAlarms / days <= 0.2),
    peers: falseAlarmsOfPeers(book, [...results.keys()]),
  })
}

function statesGoal(book: ResultBook): GoalRow {
  const results = book.replayed('lag')
  const expected = total(results, r => r.expectations.expected)
  const met = total(results, r => r.expectations.met)
  const latency = worst(results, r => r.expectations.latencyMaxMs)
  const rewinds = total(results, r => Math.abs(r.rewindsTrue - r.rewindsCounted))
  const isMet = met === expected && rewinds === 0 && !(latency.value > ONE_INTERVAL_MS)
  return row({
    metric: 'rewind, no consumer, abandoned, never committed, hung transaction told apart',
    goal: '100 %, within 1 interval after its own patience',
    reached: `${met} of ${expected}, latest ${seconds(latency.value)} (${latency.trace}); rewinds ${total(results, r => r.rewindsCounted)} of ${total(results, r => r.rewindsTrue)}`,
    isMet: results.size === 0 ? null : isMet,
  })
}

function killGoal(book: ResultBook): GoalRow {
  const results = book.killed()
  const clock = worst(results, r => r.clockErrorMaxMs)
  const wrong = total(results, r => r.alertsLost + r.alertsAdded + r.alertsInterrupted)
  const counters = total(results, r => r.countersBack + r.countersAhead)
  const isMet = clock.value <= ONE_INTERVAL_MS && wrong === 0 && counters === 0
  return row({
    metric: `${total(results, r => r.kills)} kills −9, ${results.size === 0 ? 0 : total(results, r => r.kills) / results.size} a trace, ${total(results, r => r.alerts)} alerts`,
    goal: 'no alert lost or added; clock error ≤ 1 interval; no counter back or ahead',
    reached: `${wrong} alerts lost, added or interrupted; clock error ${seconds(clock.value)} (${clock.trace}); ${counters} counter faults`,
    isMet: results.size === 0 ? null : isMet,
  })
}

function headroomGoal(book: ResultBook): GoalRow {
  const results = new Map([...book.replayed('lag')].filter(([, r]) => r.loss.samples + r.loss.missing > 0))
  const above = total(results, r => r.loss.aboveTruth)
  const slack = worst(results, r => r.loss.slackMaxMs - r.loss.slackAllowedMs)
  const slacks = [...results].map(
    ([trace, r]) => `${trace} ${seconds(r.loss.slackMaxMs)} (may be ${seconds(r.loss.slackAllowedMs)})`,
  )
  return row({
    metric: 'retention headroom',
    goal: 'never above the true remaining time; slack ≤ segment span + 5 min',
    reached: `${above} of ${total(results, r => r.loss.samples)} above; slack ${slacks.join(', ')}`,
    isMet: results.size === 0 ? null : above === 0 && slack.value <= 0,
    peers: 'none predict',
  })
}

function lostGoal(book: ResultBook): GoalRow {
  const results = new Map(
    [...book.replayed('lag')].filter(([, r]) => r.loss.lostTrue + r.loss.lostCounted > 0),
  )
  const counted = [...results].map(([trace, r]) => `${trace} ${r.loss.lostCounted} of ${r.loss.lostTrue}`)
  return row({
    metric: 'lost offsets',
    goal: 'exact',
    reached: counted.join(', '),
    isMet:
      results.size === 0 ? null : [...results.values()].every(r => r.loss.lostCounted === r.loss.lostTrue),
    peers: 'none count',
  })
}

function costGoal(book: ResultBook): GoalRow {
  const results = book.replayed('lag')
  const most = worst(results, r => r.asked.heads / r.changes)
  const bytes = worst(results, r => (r.asked.bytes * 1_000) / (r.polls * POLL_INTERVAL_MS))
  return row({
    metric: 'look-ups per change of a lagging (partition, offset), worst trace; bytes a second',
    goal: '≤ 1; within the budget (4 MiB/s)',
    reached: `${most.value.toFixed(3)} (${most.trace}); ${bytes.value.toFixed(0)} B/s (${bytes.trace})`,
    isMet: results.size === 0 ? null : most.value <= 1 && bytes.value <= 4 * 2 ** 20,
  })
}

function percent(share: number): string {
  return Number.isNaN(share) ? '–' : `${(100 * share).toFixed(share > 0.999 && share < 1 ? 3 : 1)} %`
}
