import { readFile, writeFile } from 'node:fs/promises'
import { cpus, loadavg, release, totalmem } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { CastResult } from './cast-score.ts'
import type { KillsResult } from './compare-kills.ts'
import type { PeersResult } from './peers.ts'
import { POLL_INTERVAL_MS } from './real-settings.ts'

interface Goal {
  readonly metric: string
  readonly goal: string
  readonly reached: string
  readonly isMet: boolean
}

export interface RealResult {
  readonly minutes: number
  readonly polls: number
  /** Polls that were longer than the interval, and the median. */
  readonly latePolls: number
  readonly pollMedianMs: number
  readonly missed: number
  readonly differing: number
  readonly probeRequests: number
  readonly probeBytesPerSecond: number
  readonly probesDeferred: number
  readonly casts: readonly { readonly result: CastResult; readonly peers: PeersResult }[]
  readonly killedCasts: readonly CastResult[]
  readonly kills: KillsResult
  readonly loads: readonly number[]
}

export function describe(r: RealResult): string {
  const lines = r.casts.flatMap(({ result: c }) => [
    [
      c.name,
      `lag p50 ${s(c.lag.p50Ms)} p99 ${s(c.lag.p99Ms)} max ${s(c.lag.maxMs)}`,
      `finite ${c.lag.finite}/${c.lag.lagging}`,
      `negative ${c.lag.negative}, phantom ${c.lag.phantom} of ${c.lag.samples}`,
      `stalls ${c.stalls.inTime} in time, ${c.stalls.found} of ${c.stalls.due}, false ${c.stalls.falseAlarms}, longest ${s(c.stalls.latencyMaxMs)}, late ${s(c.stalls.lateMaxMs)}`,
      `states ${c.expectations.met}/${c.expectations.expected} within ${s(c.expectations.latencyMaxMs)}`,
      `lost ${c.lostCounted} of ${lostTruth(c)}, rewinds ${c.rewindsCounted}/${c.rewindsTrue}`,
      `headroom ${c.headroom.samples}, above ${c.headroom.above}, slack ${s(c.headroom.slackMaxMs)} of ${s(c.headroom.slackAllowedMs)}, missing ${c.headroom.missing}`,
      `wrong commits ${c.wrongCommits}, stale ${c.stale}, truth ${s(c.widths.quantile(0.5))} wide, p99 ${s(c.widths.quantile(0.99))}, clock p99 ${s(c.clockP99Ms)} max ${s(c.clockMaxMs)}, ${c.changes} changes`,
    ].join('; '),
    ...c.findings.map(finding => `    ! ${finding}`),
  ])
  const { findings, ...kills } = r.kills
  const killed = r.killedCasts.flatMap(c => c.findings.map(f => `    ! killed, ${c.name}: ${f}`))
  return [...lines, JSON.stringify(kills), ...findings.map(f => `    ! ${f}`), ...killed].join('\n')
}

function table(r: RealResult): string {
  const [first] = r.casts
  const lagNames = Object.keys(first?.peers.lag ?? {})
  const stallNames = Object.keys(first?.peers.stalls ?? {})
  const head = [
    'trace',
    'lag-seconds error p50 / p99 / max, s',
    ...lagNames,
    'finite while lagging',
    'phantom',
    'stalls found in time; longest, s',
    'false stalls',
    ...stallNames,
    'states',
    'lost',
    'rewinds',
  ]
  const rows = r.casts.map(({ result: c, peers }) => [
    c.name,
    `${n(c.lag.p50Ms)} / ${n(c.lag.p99Ms)} / ${n(c.lag.maxMs)}`,
    ...lagNames.map(name => {
      const l = peers.lag[name]
      return l === undefined ? '' : `${n(l.p99Ms)} / ${n(l.maxMs)}; ${share(l.finite, l.lagging)}`
    }),
    share(c.lag.finite, c.lag.lagging),
    String(c.lag.phantom),
    c.stalls.due === 0 ? '' : `${c.stalls.inTime} of ${c.stalls.due}; ${n(c.stalls.latencyMaxMs)}`,
    String(c.stalls.falseAlarms),
    ...stallNames.map(name => {
      const found = peers.stalls[name]
      return found === undefined ? '' : `${found.found}/${found.due}, ${found.falseAlarms} false`
    }),
    c.expectations.expected === 0
      ? ''
      : `${c.expectations.met} of ${c.expectations.expected}; ${n(c.expectations.latencyMaxMs)} s`,
    c.lostTrue.most + c.lostCounted === 0 ? '' : `${c.lostCounted} of ${lostTruth(c)}`,
    c.rewindsTrue + c.rewindsCounted === 0 ? '' : `${c.rewindsCounted} of ${c.rewindsTrue}`,
  ])
  return markdown(head, rows)
}

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

function goalTable(r: RealResult): string {
  const rows = goalsOf(r).map(g => [
    g.metric,
    g.goal,
    g.reached,
    g.goal === '' ? '' : g.isMet ? 'met' : '**not met**',
  ])
  return markdown(['metric', 'goal', 'reached', ''], rows)
}

export function tables(r: RealResult): string {
  return `${goalTable(r)}\n\n${table(r)}`
}

const BEGIN = '## Accuracy, tier B: real Kafka'

/** Puts the section in the place of the last one, or at the end. */
export async function writeRealSection(r: RealResult, version: string): Promise<void> {
  const [cpu] = cpus()
  const machine = `${cpus().length} × ${cpu?.model.trim()}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, Linux ${release()}, Node ${process.version}`
  const loads = r.loads.map(l => l.toFixed(1))
  const text = [
    BEGIN,
    '',
    `\`npm run bench:accuracy -- --real --minutes=${r.minutes} --write\`, ${new Date().toISOString().slice(0, 10)}, Kafka ${version} with 3 brokers, clients and the exporter on ${machine}. Load average at the beginning, in the middle and at the end: ${loads.join(', ')} (the run itself included; other work ran beside it where it is above some 4). Poll interval 5 s: ${r.polls} polls, median ${n(r.pollMedianMs)} s, ${r.latePolls} of them longer than the interval. \`stalled_after\` 30 s, \`no_consumer_after\` 1 min. What is counted: \`bench/accuracy/real/README.md\`. The peers' cells: error p99 / max in seconds, share with a value while lagging; stalls found of those that lasted, alarms without one.`,
    '',
    tables(r),
    '',
  ].join('\n')
  const path = fileURLToPath(new URL('../../RESULTS.md', import.meta.url))
  const before = await readFile(path, 'utf8')
  const from = before.indexOf(BEGIN)
  if (from < 0) return writeFile(path, `${before.trimEnd()}\n\n${text}`)
  const next = before.indexOf('\n## ', from + BEGIN.length)
  const rest = next < 0 ? '' : before.slice(next + 1)
  return writeFile(path, `${before.slice(0, from)}${text}${rest === '' ? '' : `\n${rest}`}`)
}

export const loadNow = () => loadavg()[0] as number

function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(head), `|${head.map((_, i) => (i === 0 ? '---' : '--:')).join('|')}|`, ...rows.map(line)].join(
    '\n',
  )
}

const s = (ms: number) => (Number.isNaN(ms) ? '–' : `${(ms / 1_000).toFixed(2)} s`)
const n = (ms: number) => (Number.isNaN(ms) ? '–' : (ms / 1_000).toFixed(ms < 100_000 ? 2 : 0))
const share = (part: number, whole: number) =>
  whole === 0 ? '–' : `${((100 * part) / whole).toFixed(part === whole ? 0 : 2)} %`

function lostTruth({ lostTrue: { least, most } }: CastResult): string {
  return least === most ? String(most) : `${least} to ${most}`
}
