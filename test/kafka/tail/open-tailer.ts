import type { TestContext } from 'node:test'
import { openKafkajsTransport } from '../../../src/kafka/kafkajs-transport.ts'
import { createRecordTailer } from '../../../src/kafka/tail/record-tailer.ts'
import type { TailAnswer, TailLimits, TailMap, TailPosition } from '../../../src/model/tail.ts'
import { buildTopology, rowOf, type Topology, topicOfRow } from '../../../src/model/topology.ts'
import { openCluster } from '../../fakes/simulated-cluster/opened.ts'
import type { SimulatedCluster, SimulationOptions } from '../../fakes/simulated-cluster/simulated-cluster.ts'

const LIMITS: TailLimits = { maxBytes: 64 * 1024 * 1024, maxBatchBytes: 1024 * 1024 }

export type From = readonly [topic: string, partition: number, offset: number, maxRecords?: number]

/** A tailer over the real transport on a simulated cluster; both end with the test. */
export async function openTailer(t: TestContext, simulation: SimulationOptions) {
  const cluster = await openCluster(t, simulation)
  const tailer = createRecordTailer({
    transport: openKafkajsTransport({
      seeds: cluster.bootstrap,
      tls: null,
      sasl: null,
      clientId: 'kafka-health-exporter',
      requestTimeoutMs: 30_000,
      backoff: { minMs: 0, maxMs: 0 },
    }),
    clock: Date.now,
    requestTimeoutMs: 30_000,
  })
  t.after(() => tailer.close())
  let map = mapOf(cluster)
  return {
    cluster,
    /** As a poll would find it now. */
    look: () => {
      map = mapOf(cluster)
    },
    async read(
      from: readonly From[],
      limits: Partial<TailLimits> = {},
      take: (answer: TailAnswer) => void | Promise<void> = () => {},
      signal = new AbortController().signal,
    ) {
      const answers: TailAnswer[] = []
      const positions = from
        .map(([topic, partition, offset, maxRecords = Number.POSITIVE_INFINITY]): TailPosition => {
          return { row: rowOf(map.topology, topic, partition), offset, maxRecords }
        })
        .sort((a, b) => a.row - b.row)
      const bytes = await tailer.read(
        map,
        positions,
        { ...LIMITS, ...limits },
        async answer => {
          answers.push(answer)
          await take(answer)
        },
        signal,
      )
      return { bytes, answers, lines: answers.map(answer => lineOf(map.topology, answer)) }
    },
  }
}

/** `topic/partition: 3..5 → 6`, with what could not be read behind it. */
function lineOf(topology: Topology, answer: TailAnswer): string {
  const t = topicOfRow(topology, answer.row)
  const place = `${topology.topics[t]}/${answer.row - (topology.start[t] as number)}`
  if (answer.kind === 'out_of_range') return `${place}: out of range`
  if (answer.kind === 'failed') return `${place}: ${answer.code}`
  const { records, unreadable, nextOffset } = answer
  const first = records[0]
  const what = first === undefined ? 'none' : `${first.offset}..${records.at(-1)?.offset}`
  return `${place}: ${what} → ${nextOffset}${unreadable > 0 ? `, ${unreadable} unreadable` : ''}`
}

function mapOf(cluster: SimulatedCluster): TailMap {
  const topics = [...cluster.topics.values()]
  const topology = buildTopology(
    topics.map(({ name, id, partitions }) => ({ name, id, partitions: partitions.length })),
  )
  const leader = new Int32Array(topology.start.at(-1) as number)
  for (const { name, partitions } of topics) {
    partitions.forEach((partition, p) => {
      leader[rowOf(topology, name, p)] = partition.leader
    })
  }
  const brokers = [...cluster.state.nodes.values()].map(({ id, host, port }) => ({ id, host, port }))
  return { topology, leader, brokers }
}
