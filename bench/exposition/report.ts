import { cpus, release, totalmem } from 'node:os'
import type { LongestBlock } from './contender-server.ts'

/** Of one contender in one encoding; times in milliseconds over HTTP on loopback, to the last byte. */
export interface Measured {
  readonly name: string
  readonly gzip: boolean
  readonly series: number
  /** The first scrape of the process. */
  readonly coldMs: number
  /** Median of the first scrapes of later generations. */
  readonly firstMs: number
  /** Median of the second scrapes of a generation. */
  readonly secondMs: number
  /** CPU time of the process in a first scrape, all threads. */
  readonly cpuMs: number
  /** What it costs to bring a poll's values in, before any scrape. */
  readonly updateMs: number
  /** Over all first scrapes, the cold one included; null without an event loop. */
  readonly longestBlock: LongestBlock | null
  /** After the first scrape of the process. */
  readonly peakRssBytes: number
  readonly bytes: number
}

export function machine(): string {
  const [cpu] = cpus()
  return `${cpus().length} × ${cpu?.model.trim()}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, Linux ${release()}, Node ${process.version}`
}

export function table(results: readonly Measured[]): string {
  const head = [
    '| | encoding | series | first scrape ms | ns/series | second scrape ms | CPU ms | cold ms | update ms | longest block ms | on CPU ms | peak RSS MB | body MB |',
    '|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|',
  ]
  const rows = results.map(r => {
    const cells = [
      r.name,
      r.gzip ? 'gzip' : 'plain',
      r.series,
      r.firstMs.toFixed(0),
      ((r.firstMs * 1e6) / r.series).toFixed(0),
      r.secondMs.toFixed(r.secondMs < 100 ? 1 : 0),
      r.cpuMs.toFixed(0),
      r.coldMs.toFixed(0),
      r.updateMs.toFixed(0),
      r.longestBlock?.wallMs.toFixed(1) ?? '–',
      r.longestBlock?.onCpuMs.toFixed(1) ?? '–',
      (r.peakRssBytes / 1e6).toFixed(0),
      (r.bytes / 1e6).toFixed(1),
    ]
    return `| ${cells.join(' | ')} |`
  })
  return [...head, ...rows].join('\n')
}

/** The goals of the project, with what was measured in this run. */
export function goals(results: readonly Measured[]): string {
  const of = (name: string, gzip: boolean) => {
    const found = results.find(r => r.name.startsWith(name) && r.gzip === gzip)
    if (found === undefined) throw new Error(`${name} was not measured`)
    return found
  }
  const plain = of('kafka-health-exporter', false)
  const gzip = of('kafka-health-exporter', true)
  const theirPlain = of('prom-client', false)
  const theirGzip = of('prom-client', true)
  const block = Math.max(plain.longestBlock?.wallMs ?? Number.NaN, gzip.longestBlock?.wallMs ?? Number.NaN)
  const rows: readonly (readonly [string, number, number])[] = [
    ["plain, first scrape: share of prom-client's time", plain.firstMs / theirPlain.firstMs, 1 / 15],
    ["gzip, first scrape: share of prom-client's time", gzip.firstMs / theirGzip.firstMs, 1 / 8],
    ["plain, cold: share of prom-client's peak RSS", plain.peakRssBytes / theirPlain.peakRssBytes, 1 / 8],
    ['gzip: second scrape, share of the first', gzip.secondMs / gzip.firstMs, 1 / 10],
    ['longest block of the event loop, ms', block, 5],
    ['plain, first scrape: µs per series', (plain.firstMs * 1e3) / plain.series, 0.2],
  ]
  return rows
    .map(([goal, measured, limit]) => {
      const verdict = measured <= limit ? 'reached' : 'MISSED'
      return `- ${goal}: ${measured.toFixed(3)} (goal ${limit.toFixed(3)}): ${verdict}`
    })
    .join('\n')
}
