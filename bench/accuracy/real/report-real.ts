import { loadavg } from 'node:os'
import { machineText, writeSection } from '../report.ts'
import { goalsOf } from './goals-real.ts'
import type { RealResult } from './real-result.ts'
import { lostTruth, n, s, share } from './words.ts'

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

export async function writeRealSection(r: RealResult, version: string): Promise<void> {
  const loads = r.loads.map(l => l.toFixed(1))
  const text = [
    BEGIN,
    '',
    `\`npm run bench:accuracy -- --real --minutes=${r.minutes} --write\`, ${new Date().toISOString().slice(0, 10)}, Kafka ${version} with 3 brokers, clients and the exporter on ${machineText()}. Load average at the beginning, in the middle and at the end: ${loads.join(', ')} (the run itself included; other work ran beside it where it is above some 4). Poll interval 5 s: ${r.polls} polls, median ${n(r.pollMedianMs)} s, ${r.latePolls} of them longer than the interval; ${r.missed} snapshots of both exporters were gone before they were read. \`stalled_after\` 30 s, \`no_consumer_after\` 1 min. What is counted: \`bench/accuracy/real/README.md\`. The peers' cells: error p99 / max in seconds, share with a value while lagging; stalls found of those that lasted, alarms without one.`,
    '',
    tables(r),
    '',
  ].join('\n')
  return writeSection(text)
}

export const loadNow = () => loadavg()[0] as number

function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(head), `|${head.map((_, i) => (i === 0 ? '---' : '--:')).join('|')}|`, ...rows.map(line)].join(
    '\n',
  )
}
