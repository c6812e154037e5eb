import type { TestContext } from 'node:test'
import { type ClusterReaderOptions, createClusterReader } from '../../src/kafka/cluster-reader.ts'
import { openKafkajsTransport, type TransportOptions } from '../../src/kafka/kafkajs-transport.ts'
import type { GroupObservation, Observation } from '../../src/model/observation.ts'
import type { ClusterReader, ReadWishes } from '../../src/model/ports.ts'
import { rowOf } from '../../src/model/topology.ts'
import { openCluster } from '../fakes/simulated-cluster/opened.ts'
import type { SimulatedCluster, SimulationOptions } from '../fakes/simulated-cluster/simulated-cluster.ts'

export interface OpenedReader {
  readonly cluster: SimulatedCluster
  /** The clock that the reader sees; only tests move it. */
  now: number
  /** Waits that the reader made for quotas, in milliseconds. */
  readonly waits: number[]
  read(signal?: AbortSignal, wishes?: ReadWishes): Promise<Observation>
  readonly reader: ClusterReader
}

export const ALL_STABLE: ReadWishes = { stableRows: 'all' }

export type ReaderOptions = Partial<Omit<ClusterReaderOptions, 'transport' | 'clock'>> & {
  readonly transport?: Partial<TransportOptions>
}

/** A reader over the real transport on a simulated cluster; both end with the test. */
export async function openReader(
  t: TestContext,
  simulation: SimulationOptions,
  options: ReaderOptions = {},
): Promise<OpenedReader> {
  const cluster = await openCluster(t, simulation)
  const { transport, ...settings } = options
  const reader = createClusterReader({
    transport: openKafkajsTransport({
      seeds: cluster.bootstrap,
      tls: null,
      sasl: null,
      clientId: 'kafka-health-exporter',
      requestTimeoutMs: 5_000,
      backoff: { minMs: 0, maxMs: 0 },
      ...transport,
    }),
    clock: () => opened.now,
    topics: name => !name.startsWith('__'),
    groups: () => true,
    expect: { topics: [], groups: [] },
    wait: async ms => {
      opened.waits.push(ms)
      opened.now += ms
    },
    ...settings,
  })
  t.after(() => reader.close())
  const opened: OpenedReader = {
    cluster,
    now: 1_000_000,
    waits: [],
    reader,
    read: (signal = new AbortController().signal, wishes) => reader.read(signal, wishes),
  }
  return opened
}

/** Values of a column by `topic-partition`, NaN as null. */
export function column(observation: Observation, values: ArrayLike<number>): Record<string, number | null> {
  const { topology } = observation.cluster!
  const named: Record<string, number | null> = {}
  topology.topics.forEach((topic, t) => {
    for (let row = topology.start[t]!; row < topology.start[t + 1]!; row++) {
      const value = values[row]!
      named[`${topic}-${row - topology.start[t]!}`] = Number.isNaN(value) ? null : value
    }
  })
  return named
}

/** `[log start, high watermark, outcome]` of one partition. */
export function partition(
  observation: Observation,
  topic: string,
  index: number,
): [number | null, number | null, string] {
  const { topology, partitions } = observation.cluster!
  const row = rowOf(topology, topic, index)
  const known = (value: number) => (Number.isNaN(value) ? null : value)
  return [
    known(partitions.logStart[row]!),
    known(partitions.highWatermark[row]!),
    partitions.outcomes[partitions.outcome[row]!]!,
  ]
}

export function group(observation: Observation, id: string): GroupObservation {
  const found = observation.cluster!.groups.find(one => one.id === id)
  if (found === undefined) throw new Error(`group ${id} was not observed`)
  return found
}

/** Commits of a group by `topic-partition`, NaN as null; null where they could not be read. */
export function commits(observation: Observation, id: string): Record<string, number | null> | null {
  const { topology } = observation.cluster!
  const { commits } = group(observation, id)
  if (commits === null) return null
  const all = new Float64Array(topology.start.at(-1)!).fill(-1)
  commits.rows.forEach((row, i) => {
    all[row] = commits.offsets[i]!
  })
  return Object.fromEntries(Object.entries(column(observation, all)).filter(([, offset]) => offset !== -1))
}

/** `stage node code` of every error. */
export function errorLines(observation: Observation): string[] {
  return observation.errors.map(({ stage, node, code }) => `${stage} ${node} ${code}`).sort()
}
