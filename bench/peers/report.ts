import type { Goal } from './goals.ts'
import type { Measured } from './measured.ts'

const COLUMNS: readonly (readonly [string, (one: Measured) => number])[] = [
  ['first byte ms', one => one.firstByteMs],
  ['whole ms', one => one.wholeMs],
  ['two at once ms', one => one.twoMs],
  ['series', one => one.series],
  ['MB', one => one.bytes / 1e6],
  ['CPU ms', one => one.cpuMs],
  ['peak RSS MB', one => one.peakRssBytes / 1e6],
  ['requests', one => one.requests],
  ['requests for two', one => one.requestsOfTwo],
  ['MB from Kafka', one => one.bytesFromKafka / 1e6],
  ['through the gate ms', one => one.gateMs],
  ['+ 1 ms a request ms', one => one.delayedMs],
  ['broker hangs ms', one => one.hungMs],
]

export function table(measured: readonly Measured[]): string {
  const rows = measured.map(one => [
    one.contender.name + (one.contender.model === 'poll' ? ' (polls)' : ''),
    ...COLUMNS.map(([, pick]) => shown(pick(one))),
  ])
  return markdown(['', ...COLUMNS.map(([name]) => name)], rows)
}

export function goalTable(goals: readonly Goal[]): string {
  const rows = goals.map(({ what, of, measured, limit }) => [
    what,
    of,
    significant(measured),
    significant(limit),
    measured <= limit ? 'reached' : '**not reached**',
  ])
  return markdown(['goal', 'of', 'measured', 'limit', ''], rows)
}

function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const rule = head.map((_, n) => (n === 0 ? '---' : '--:'))
  return [head, rule, ...rows].map(cells => `| ${cells.join(' | ')} |`).join('\n')
}

function shown(value: number): string {
  if (Number.isNaN(value)) return '–'
  if (value === Number.POSITIVE_INFINITY) return 'no end'
  return value < 10 ? significant(value) : Math.round(value).toLocaleString('en')
}

function significant(value: number): string {
  return value >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)))
}
