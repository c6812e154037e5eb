import { noAnswers } from '../model/evidence.ts'
import type { Observation, ReadError } from '../model/observation.ts'
import { pause } from '../model/pause.ts'
import type { Clock, ClusterReader, ReadWishes } from '../model/ports.ts'
import { EMPTY_TOPOLOGY, type Topology } from '../model/topology.ts'
import { createWorkQueue } from '../model/work-queue.ts'
import { type ClusterPollMemory, pollCluster } from './reader/cluster-poll.ts'
import { Descriptions } from './reader/descriptions.ts'
import { FetchSizes } from './reader/heads/fetch-sizes.ts'
import { findTransactions } from './reader/held-transactions.ts'
import { LogDirs } from './reader/log-dirs.ts'
import { readMetadata } from './reader/metadata-phase.ts'
import { PhaseTimes } from './reader/phase-times.ts'
import type { Poll } from './reader/poll.ts'
import { PollCalls } from './reader/poll-calls.ts'
import { NO_COST, type PolledCluster, type Probe, probing } from './reader/probe.ts'
import { ReadErrors } from './reader/read-errors.ts'
import { REQUEST_LIMITS, type RequestLimits } from './reader/request-limits.ts'
import { carryRows } from './reader/stable-rows.ts'
import { Throttle } from './reader/throttle.ts'
import { lookUpTimes, noTimes } from './reader/time-lookup.ts'
import { TopicConfigs } from './reader/topic-configs.ts'
import type { Transport } from './transport.ts'

const NO_WISHES: ReadWishes = { stableRows: new Int32Array(0) }

export interface ClusterReaderOptions {
  /** Closed with the reader. */
  readonly transport: Transport
  readonly clock: Clock
  /** Topics for which it says false are not asked about, unless they are expected; the same for groups. */
  readonly topics: (name: string) => boolean
  readonly groups: (name: string) => boolean
  /** Configured items: what is not seen of them is asked for by name. */
  readonly expect: { readonly topics: readonly string[]; readonly groups: readonly string[] }
  /** How often each group is described and each topic's configuration and log sizes are read. */
  readonly slowEveryMs?: number
  /** The transport's deadline: bounds waits for quotas, and for how long a stage goes on asking one broker. */
  readonly requestTimeoutMs?: number
  readonly limits?: Partial<RequestLimits>
  /** What is wrong with files and commands that connections need, asked at the end of each pass. */
  readonly troubles?: () => readonly ReadError[]
  /** Waits, less long when the signal ends. */
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>
}

/**
 * Reads a cluster in one pass per call: Metadata, then log starts and the lists of groups, then commits, then log ends,
 * each stage whole before the next, so that a commit is never newer than the end it is held against. Brokers are asked
 * in parallel; one that fails costs its own part only. A signal ends the pass: what was not read by then is an outcome
 * like any other. Calls must not overlap.
 */
export function createClusterReader(options: ClusterReaderOptions): ClusterReader {
  const { transport, clock, slowEveryMs = 60_000, requestTimeoutMs = 5_000, wait = pause } = options
  const limits = { ...REQUEST_LIMITS, ...options.limits }
  const expected = { topics: new Set(options.expect.topics), groups: new Set(options.expect.groups) }
  const wantsTopic = (topic: string) => options.topics(topic) || expected.topics.has(topic)
  const wantsGroup = (group: string) => options.groups(group) || expected.groups.has(group)
  const throttle = new Throttle(clock, requestTimeoutMs)
  const run = createWorkQueue()
  const memory: ClusterPollMemory = {
    commitCounts: new Map(),
    descriptions: new Descriptions(slowEveryMs),
    topicConfigs: new TopicConfigs(slowEveryMs),
    logDirs: new LogDirs(slowEveryMs),
  }
  const sizes = new FetchSizes()
  const shared = { transport, clock, run, throttle, requestTimeoutMs, wait }
  let topology: Topology = EMPTY_TOPOLOGY
  /** Null after a poll without metadata: then nobody knows whom to ask. */
  let polled: PolledCluster | null = null

  async function read(signal: AbortSignal, wishes: ReadWishes = NO_WISHES): Promise<Observation> {
    const calls = new PollCalls({ ...shared, signal })
    polled = null
    try {
      return await readWith(calls, wishes)
    } finally {
      calls.close()
    }
  }

  async function readWith(calls: PollCalls, { stableRows }: ReadWishes): Promise<Observation> {
    const startedAt = clock()
    const poll: Poll = { calls, errors: new ReadErrors(), limits, brokers: [] }
    const times = new PhaseTimes(clock)
    const before = topology
    const metadata = await times.time('metadata', () => readMetadata(poll, transport, before, wantsTopic))
    let cluster: Observation['cluster'] = null
    if (metadata.ok) {
      topology = metadata.value.topology
      poll.brokers = metadata.value.brokers
      throttle.keepOnly(new Set(poll.brokers.map(broker => broker.id)))
      if (topology !== before) sizes.keepOnly(topology)
      cluster = await pollCluster({
        poll,
        times,
        transport,
        metadata: metadata.value,
        wantsGroup,
        expected,
        stableRows: stableRows === 'all' ? 'all' : await calls.run(carryRows(before, topology, stableRows)),
        memory,
      })
      const { leader } = cluster.partitions
      polled = { topology, leader, brokers: poll.brokers, failures: calls.failures }
    } else poll.errors.add('metadata', -1, metadata.failure)
    return {
      startedAt,
      endedAt: clock(),
      cluster,
      brokers: poll.brokers.map(({ id, host, port }) => {
        const responseMs = calls.responseMs.get(id) ?? null
        return { id, host, port, responseMs, failure: calls.fastFailures.get(id) ?? null }
      }),
      errors: [...poll.errors.list(), ...(options.troubles?.() ?? [])],
      requests: calls.requests,
      slowRequests: calls.slowRequests,
      phases: times.milliseconds,
    }
  }

  async function probe<Result>(
    signal: AbortSignal,
    nothing: Result,
    look: (probe: Probe) => Promise<Result>,
    timeoutMs?: number,
  ): Promise<Result> {
    if (polled === null) return nothing
    return probing(polled, { ...shared, limits, signal, timeoutMs }, look)
  }

  return {
    read,
    readHeads: (questions, { budgetBytes, timeoutMs }, signal) =>
      probe(
        signal,
        { ...NO_COST, answers: noAnswers(questions.rows.length), bytes: 0 },
        async asked => {
          // Decompressors are much to have in memory where no records are read.
          const { readHeads } = await import('./reader/heads/read-heads.ts')
          return readHeads(asked, sizes, questions, budgetBytes)
        },
        timeoutMs,
      ),
    lookUpTimes: (questions, signal) =>
      probe(signal, { ...NO_COST, answers: noTimes(questions) }, asked => lookUpTimes(asked, questions)),
    findTransactions: (rows, signal) =>
      probe(signal, { ...NO_COST, transactions: new Map() }, asked => findTransactions(asked, rows)),
    close: () => transport.close(),
  }
}
