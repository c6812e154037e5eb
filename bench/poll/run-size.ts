import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BenchCluster, openKfake, openSimulation } from './clusters.ts'
import { type MeasuredChild, type ScrapeReport, scrape, startMeasured } from './measured-child.ts'
import type { MeasuredReport } from './measured-process.ts'
import { median, megabytes, table } from './report.ts'
import { type Goals, SIZES, type SizeName } from './sizes.ts'

/** Turning on slow clocks, which the limit on requests does not count. */
const SLOW_APIS = new Set([
  'DescribeGroups',
  'ConsumerGroupDescribe',
  'ShareGroupDescribe',
  'StreamsGroupDescribe',
  'DescribeShareGroupOffsets',
  'DescribeConfigs',
  'DescribeLogDirs',
])
const WATCHED_POLLS = 4
/** What the default lets be read of records in one interval. */
const MOST_PROBE_MB = 63
/** Counters are published at 0 first, so that the second poll shows the requests of two. */
const COUNTED_FROM = 2

interface Round {
  readonly poll: MeasuredReport
  readonly scraped: MeasuredReport
  readonly page: ScrapeReport
  readonly bytes: number
  /** Commits that moved before the poll; partitions whose records were asked for in it. */
  readonly moved: number
  readonly probes: number
}

export interface SizeRun {
  readonly place: 'simulation' | 'kfake'
  readonly probes: 'on' | 'off'
  readonly polls: number
}

/** Measures the exporter on one cluster of this size; whether the goals were met. */
export async function runSize(
  programs: string,
  name: SizeName,
  { place, probes, polls }: SizeRun,
): Promise<boolean> {
  const { title, workload, goals } = SIZES[name]
  const on = place === 'kfake' ? "franz-go's kfake" : 'the simulated cluster'
  console.log(`\n${title}; on ${on}, probes ${probes}`)
  const cluster = place === 'kfake' ? await openKfake(workload) : await openSimulation(workload)
  const folder = await mkdtemp(join(tmpdir(), 'bench-poll-'))
  try {
    const exporter = await startMeasured(`${programs}measured-exporter.js`, [cluster.brokers, folder, probes])
    try {
      const rounds: Round[] = []
      for (let n = 0; n < polls; n++) rounds.push(await round(exporter, cluster, false))
      const watched: Round[] = []
      for (let n = 0; n < WATCHED_POLLS; n++) watched.push(await round(exporter, cluster, true))
      return show(rounds, watched, goals)
    } finally {
      await exporter.close()
    }
  } finally {
    await cluster.close()
    await rm(folder, { recursive: true, force: true })
  }
}

async function round(exporter: MeasuredChild, cluster: BenchCluster, watchLoop: boolean): Promise<Round> {
  const moved = await cluster.advance()
  const before = await cluster.bytesSent()
  const fetchedBefore = await cluster.partitionsFetched()
  const poll = await exporter.tell({ kind: 'poll', watchLoop })
  const bytes = (await cluster.bytesSent()) - before
  const probes = (await cluster.partitionsFetched()) - fetchedBefore
  const page = await scrape(poll.url)
  const scraped = await exporter.tell({ kind: 'look', watchLoop })
  return { poll, scraped, page, bytes, moved, probes }
}

function show(rounds: readonly Round[], watched: readonly Round[], goals: Goals): boolean {
  const rows = rounds.map(({ poll, scraped, page, bytes, moved, probes }, n) => ({
    poll: n + 1,
    'cpu ms': poll.cpuMs,
    'wall ms': poll.wallMs,
    requests: n < COUNTED_FROM ? Number.NaN : fastRequests(poll),
    'slow requests': n < COUNTED_FROM ? Number.NaN : allRequests(poll) - fastRequests(poll),
    'MB read': megabytes(bytes),
    moved,
    probes,
    deferred: poll.deferred,
    'probe MB': megabytes(poll.probeBytes),
    'rss MB': megabytes(poll.rssBytes),
    'peak MB': megabytes(scraped.peakRssBytes),
    'scrape cpu ms': scraped.cpuMs,
    'scrape wall ms': page.wallMs,
    series: page.series,
    'MB scraped': megabytes(page.bytes),
  }))
  table(rows)
  for (const error of new Set(rounds.flatMap(round => round.poll.errors))) console.log(`  error: ${error}`)
  // The first poll also compiles, connects and lays out; it is shown, and the others decide.
  const steady = rounds.slice(1)
  const blocks = watched.map(round => round.scraped.block!)
  const judged = [
    ['CPU per poll, median, ms', median(steady.map(r => r.poll.cpuMs)), goals.cpuMs],
    ['wall per poll, longest, ms', Math.max(...steady.map(r => r.poll.wallMs)), goals.wallMs],
    ['peak RSS, MB', megabytes(rounds.at(-1)!.scraped.peakRssBytes), goals.peakRssMb],
    [
      'requests per poll, most',
      Math.max(...rounds.slice(COUNTED_FROM).map(r => fastRequests(r.poll))),
      goals.requests,
    ],
    [
      'bytes of records per poll, most, MB',
      megabytes(Math.max(...rounds.map(r => r.poll.probeBytes))),
      MOST_PROBE_MB,
    ],
    // Standing groups ask for nothing, moving ones once; what is asked twice for want of bytes counts twice.
    ['look-ups per commit that moved, most', Math.max(...steady.map(r => r.probes / r.moved)), 1],
    ['longest block of the loop, on CPU, ms', Math.max(...blocks.map(b => b.onCpuMs)), goals.blockMs],
  ] as const
  const measured = judged.filter(([, value]) => !Number.isNaN(value))
  for (const [what, value, goal] of measured) {
    console.log(`  ${what}: ${value.toFixed(1)} (goal ${goal}${value <= goal ? '' : ', MISSED'})`)
  }
  const scrapeNs = median(steady.map(r => (r.scraped.cpuMs * 1e6) / r.page.series))
  console.log(`  scrape, median: ${scrapeNs.toFixed(0)} ns of CPU per series, plain text`)
  const turns = blocks.map(b => `${b.wallMs.toFixed(1)} (${b.waitedMs.toFixed(1)} of it without a core)`)
  console.log(`  longest turn of the loop in ${blocks.length} watched polls, wall ms: ${turns.join(', ')}`)
  return rounds.every(r => r.poll.errors.length === 0) && measured.every(([, value, goal]) => value <= goal)
}

function allRequests(report: MeasuredReport): number {
  return Object.values(report.requests).reduce((sum, count) => sum + count, 0)
}

function fastRequests(report: MeasuredReport): number {
  return Object.entries(report.requests).reduce((sum, [api, n]) => sum + (SLOW_APIS.has(api) ? 0 : n), 0)
}
