import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { startServing } from '../../test/e2e/command.ts'
import type { KafkaCluster } from '../../test/harness/kafka-cluster.ts'
import { ownDirectory } from '../../test/harness/owned-process.ts'
import { waitUntil } from '../../test/harness/wait-until.ts'
import { cpuShare, peakRssMb, rssMb } from './process-cost.ts'
import { startProducer } from './steady-producer.ts'
import type { Watch } from './watches.ts'

export const STEADY = 5_000
export const BURST = 50_000
export const PARTITIONS = 6

export interface Durations {
  readonly warmUp: number
  readonly steady: number
  readonly burst: number
}

export interface Bench {
  readonly kafka: KafkaCluster
  readonly registryUrl: string
  /** The program's main.js. */
  readonly program: string
  /** Seconds. */
  readonly durations: Durations
}

export interface Measured {
  /** Shares of a core at 5,000 records/s, and during the burst. */
  readonly cpu: number
  readonly burstCpu: number
  /** MB: before the burst, and the highest of its first and second half, and of what follows until all is counted. */
  readonly before: number
  readonly firstHalf: number
  readonly secondHalf: number
  readonly after: number
  /** From the end of the burst until every record is accounted for; null where nothing is watched. */
  readonly caughtUpSeconds: number | null
  readonly burstRate: number
  /** Of the records that were produced at either rate. */
  readonly lookedAt: number
}

/** One exporter in a process of its own beside one stream of records; without a watch, what it costs anyway. */
export async function measure(bench: Bench, watch: Watch, isWatched: boolean): Promise<Measured> {
  const { kafka, registryUrl, program, durations } = bench
  const [broker = ''] = kafka.brokers
  const [host = '', port = ''] = broker.split(':')
  const config = join(ownDirectory('bench-tail'), 'exporter.yml')
  writeFileSync(
    config,
    `
clusters: [{brokers: ['${broker}'], poll_interval: 5s, topics: {include: [${watch.topic}]}, dlq: {read_headers: ${isWatched}}}]
${isWatched ? watch.config(registryUrl) : ''}
state_file: ${join(ownDirectory('bench-state'), 'state')}
`,
  )
  const exporter = await startServing([`--config=${config}`], {}, program)
  const producer = await startProducer({ host, port: Number(port) }, PARTITIONS, watch)
  const { pid } = exporter
  try {
    await waitUntil('the cluster is seen', async () => (await sum(exporter.url, ['kafka_up'])) === 1)
    // Where it follows the topic from is not told before a counter is there.
    if (isWatched)
      await waitUntil('it is watched', async () => (await sum(exporter.url, watch.counters)) === 0)
    await producer.pace(STEADY)
    await pause(durations.warmUp * 1_000)
    const cpu = await cpuShare(pid, durations.steady)
    const before = rssMb(pid)
    await producer.pace(BURST)
    const [atStart, startedAt] = [producer.produced, performance.now()]
    const burstShare = cpuShare(pid, durations.burst)
    const firstHalf = await peakRssMb(pid, pause(durations.burst * 500))
    const secondHalf = await peakRssMb(pid, burstShare)
    await producer.pace(0)
    const burstRate = ((producer.produced - atStart) * 1_000) / (performance.now() - startedAt)
    const endedAt = performance.now()
    const counted = waitUntil(
      'every record is accounted for',
      async () => !isWatched || (await sum(exporter.url, watch.counters)) === producer.produced,
      { timeoutMs: 120_000, pauseMs: 500 },
    )
    const after = await peakRssMb(pid, counted)
    const caughtUpSeconds = isWatched ? (performance.now() - endedAt) / 1_000 : null
    const unread = isWatched ? await sum(exporter.url, watch.counters, watch.unread) : producer.produced
    const lookedAt = 1 - (Number.isNaN(unread) ? 0 : unread) / producer.produced
    return {
      lookedAt,
      cpu,
      burstCpu: await burstShare,
      before,
      firstHalf,
      secondHalf,
      after,
      caughtUpSeconds,
      burstRate,
    }
  } finally {
    await producer.close()
    await exporter.end()
  }
}

/** NaN where no series of the metrics is there. */
async function sum(url: string, metrics: readonly string[], which = /(?:)/): Promise<number> {
  const answer = await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(30_000) })
  const values: number[] = []
  for (const line of (await answer.text()).split('\n')) {
    const end = line.search(/[ {]/)
    if (metrics.includes(line.slice(0, end)) && which.test(line))
      values.push(Number(line.slice(line.lastIndexOf(' '))))
  }
  return values.length === 0 ? Number.NaN : values.reduce((total, value) => total + value, 0)
}
