import { readFile, writeFile } from 'node:fs/promises'
import { cpus, release, totalmem } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { GoalRow } from './goals.ts'
import type { LagErrorResult } from './lag-errors.ts'
import type { ResultBook } from './result-book.ts'
import type { StallResult } from './stall-score.ts'

function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(head), `|${head.map((_, i) => (i < 2 ? '---' : '--:')).join('|')}|`, ...rows.map(line)].join(
    '\n',
  )
}

export function goalTable(goals: readonly GoalRow[]): string {
  const met = (isMet: boolean | null) => (isMet === null ? 'not measured' : isMet ? 'met' : '**not met**')
  return markdown(
    ['metric', 'goal', 'reached', '', "today's tools, same traces"],
    goals.map(g => [g.metric, g.goal, g.reached, met(g.isMet), g.peers]),
  )
}

/** metric | trace | ours | each baseline. */
export function metricTable(book: ResultBook): string {
  const ours = book.replayed('lag')
  const peers = book.peers('peers')
  const lagNames = namesOf(book, 'lag')
  const stallNames = namesOf(book, 'stalls')
  const rows: string[][] = []
  const add = (metric: string, trace: string, own: string, cellOf: (name: string) => string) => {
    rows.push([metric, trace, own, ...[...lagNames, ...stallNames].map(cellOf)])
  }
  const lagRow = (
    metric: string,
    of: (lag: LagErrorResult) => string,
    isOf = (_: LagErrorResult) => true,
  ) => {
    for (const [trace, result] of ours) {
      if (!isOf(result.lag)) continue
      add(metric, trace, of(result.lag), name => cell(peers.get(trace)?.lag[name], of))
    }
  }
  lagRow('lag-seconds error, p99 / max, s', l => `${short(l.p99Ms)} / ${short(l.maxMs)}`)
  lagRow('finite while lagging, %', l => (l.lagging === 0 ? '' : ((100 * l.finite) / l.lagging).toFixed(1)))
  lagRow('phantom lag, % of samples', l => ((100 * l.phantom) / l.samples).toFixed(2))
  const describedOnly = book.replayed('describe-only')
  for (const [trace, { lag }] of describedOnly) {
    add(
      'the same error, DESCRIBE only, p99 / max, s',
      trace,
      `${short(lag.p99Ms)} / ${short(lag.maxMs)}`,
      () => '',
    )
  }
  for (const { trace, lagP99Ms, lagMaxMs } of book.wire) {
    add(
      'the same error, through the wire, p99 / max, s',
      trace,
      `${short(lagP99Ms)} / ${short(lagMaxMs)}`,
      () => '',
    )
  }
  for (const [trace, { stalls }] of ours) {
    if (stalls.due === 0) continue
    const of = (s: StallResult) => `${s.found}/${s.due}, ${short(s.latencyMaxMs)}`
    add('stalls found, longest latency, s', trace, of(stalls), name =>
      cell(peers.get(trace)?.stalls[name], of),
    )
  }
  for (const kind of ['healthy', 'unbounded'] as const) {
    const results = book.replayed(kind)
    const days = book.partitionDays(kind) / Math.max(1, results.size)
    for (const [trace, { stalls }] of results) {
      const peer = book.peers('peers-healthy').get(trace)
      add('false stalls a partition and day', trace, rate(stalls.falseAlarms / days), name => {
        const found = peer?.stalls[name]
        return found === undefined || peer === undefined ? '' : rate(found.falseAlarms / peer.partitionDays)
      })
    }
  }
  return markdown(['metric', 'trace', 'ours', ...lagNames, ...stallNames], rows)
}

function namesOf(book: ResultBook, part: 'lag' | 'stalls'): string[] {
  const [first] = [...book.peers('peers').values(), ...book.peers('peers-healthy').values()]
  return Object.keys(first?.[part] ?? {})
}

function cell<Of>(value: Of | undefined, of: (value: Of) => string): string {
  return value === undefined ? '' : of(value)
}

function short(ms: number): string {
  if (Number.isNaN(ms)) return '–'
  const value = ms / 1_000
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2)
}

function rate(perDay: number): string {
  return perDay === 0 ? '0' : perDay.toFixed(perDay < 0.1 ? 4 : 2)
}

const BEGIN = '## Accuracy, on a virtual clock'

export function section(book: ResultBook, goals: readonly GoalRow[], minutes: number): string {
  const machine = machineText()
  return [
    BEGIN,
    '',
    `\`npm run bench:accuracy -- --write\`, ${minutes.toFixed(0)} minutes on ${machine}. What the columns mean: \`bench/accuracy/README.md\`. Everything but the time that it takes comes out the same on any machine.`,
    '',
    goalTable(goals),
    '',
    metricTable(book),
    '',
  ].join('\n')
}

/** The machine that results are of. */
export function machineText(): string {
  const [cpu] = cpus()
  return `${cpus().length} × ${cpu?.model.trim()}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, Linux ${release()}, Node ${process.version}`
}

/** Puts the section in the place of the last one with its heading, or at the end. */
export async function writeSection(text: string): Promise<void> {
  const heading = text.slice(0, text.indexOf('\n'))
  const path = fileURLToPath(new URL('../RESULTS.md', import.meta.url))
  const before = await readFile(path, 'utf8')
  const from = before.indexOf(heading)
  if (from < 0) return writeFile(path, `${before.trimEnd()}\n\n${text}`)
  const next = before.indexOf('\n## ', from + heading.length)
  const rest = next < 0 ? '' : before.slice(next + 1)
  return writeFile(path, `${before.slice(0, from)}${text}${rest === '' ? '' : `\n${rest}`}`)
}
