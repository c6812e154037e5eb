import type { TestContext } from 'node:test'
import { type KafkaCluster, startKafka } from '../harness/kafka-cluster.ts'
import { type Lab, startLab } from '../harness/lab.ts'
import { type Postgres, startPostgres } from '../harness/postgres.ts'
import { waitUntil } from '../harness/wait-until.ts'
import { byLabel, labelsOf, nameOf, type Samples, seriesOf, valueIn } from './exposition-text.ts'
import { type Observed, type WatchedExporter, watchExporter } from './watched-exporter.ts'

/** Three brokers, a controller of its own, Postgres, and the exporter that watches them. */
export interface World {
  readonly kafka: KafkaCluster
  readonly lab: Lab
  readonly postgres: Postgres
  readonly exporter: WatchedExporter
  close(): Promise<void>
}

export const MAX_READING_AGE_SECONDS = 5
/** One group on every partition of the offsets topic, or nearly. */
export const GROUPS = ['billing', 'shipping', 'search', 'mail', 'audit', 'stock'] as const

/**
 * `orders` has a replica everywhere; partition p of `solo` is on broker p + 1 alone. Each group has committed 6 of 10
 * records of every partition.
 */
export async function startWorld(): Promise<World> {
  const [kafka, postgres] = await Promise.all([startKafka({ dedicatedController: true }), startPostgres()])
  const lab = await startLab(kafka)
  const everywhere = [1, 2, 3, 1, 2, 3].map(first => [first, (first % 3) + 1, ((first + 1) % 3) + 1])
  await lab.createTopics([
    { name: 'orders', assignments: everywhere },
    { name: 'solo', assignments: [[1], [2], [3]] },
  ])
  const partitions = [
    ...everywhere.map((_, p) => ['orders', p] as const),
    ...[0, 1, 2].map(p => ['solo', p] as const),
  ]
  await lab.produce(partitions.map(([topic, partition]) => ({ topic, partition, count: 10 })))
  await lab.commitOffsets(
    GROUPS.map(group => ({ group, offsets: partitions.map(([topic, p]) => [topic, p, 6] as const) })),
  )
  const exporter = await watchExporter(`
clusters:
  - brokers: [${kafka.brokers.map(broker => `'${broker}'`).join(', ')}]
    poll_interval: 1s
    request_timeout: 2s
    max_reading_age: ${MAX_READING_AGE_SECONDS}s
    expect: {groups: [billing, expected], topics: [orders, expected-topic]}
dependencies:
  - {name: orders-db, kind: postgres, url: '${postgres.url}', interval: 1s, timeout: 1s}
web: {listen_address: '127.0.0.1:0'}
`)
  const close = async () => {
    await exporter.stop()
    await lab.close()
    await Promise.all([kafka.close(), postgres.close()])
  }
  const world = { kafka, lab, postgres, exporter, close }
  await exporter.until('everything is read', samples => isWhole(samples))
  return world
}

/** Nothing is missing of what `startWorld` made, and every broker answers. */
export function isWhole(samples: Samples): boolean {
  return missing(samples).length === 0
}

export function missing(samples: Samples): string[] {
  const counts = {
    kafka_topic_partition_current_offset: 9,
    kafka_topic_partition_oldest_offset: 9,
    kafka_topic_partition_leader: 9,
    kafka_consumergroup_current_offset: 9 * GROUPS.length,
    kafka_consumergroup_lag: 9 * GROUPS.length,
    kafka_consumergroup_lag_sum: 2 * GROUPS.length,
    kafka_consumergroup_offset_advance_age_seconds: 9 * GROUPS.length,
    kafka_consumergroup_members: GROUPS.length,
  }
  const ofWorld = (series: string) => {
    const { topic = 'orders', consumergroup = 'billing' } = labelsOf(series)
    return /^(orders|solo)$/.test(topic) && GROUPS.includes(consumergroup as (typeof GROUPS)[number])
  }
  return [
    ...Object.entries(counts).flatMap(([name, count]) => {
      const found = seriesOf(samples, name).filter(ofWorld).length
      return found === count ? [] : [`${found} of ${count} ${name}`]
    }),
    ...[1, 2, 3].flatMap(id => (brokerUp(samples)[id] === 1 ? [] : [`broker ${id}`])),
    ...GROUPS.filter(group => valueIn(samples, 'kafka_consumergroup_up', { consumergroup: group }) !== 1),
    ...(valueIn(samples, 'kafka_up') === 1 ? [] : ['kafka_up']),
  ]
}

export function brokerUp(samples: Samples): Record<string, number> {
  return byLabel(samples, 'kafka_broker_up', 'id')
}

const ALWAYS =
  /^kafka_(up|brokers|broker_up|broker_info|cluster_info|topic_up|topic_partitions|topic_info|topic_partition_(replicas|in_sync_replica))$/
const OF_EXPORTER = /^kafka_health_exporter_(?!poll_(errors|duration))/

/** Absent while a part cannot be read. */
const OF_ALL_PARTITIONS = /_lag_(sum|max|seconds_max)$|_commits_beyond_end$|_catch_up_seconds$/
/** There in some states only. */
const BY_STATE = /_partitions$|_(unhealthy|headroom|loss)_seconds$/

/**
 * What of a whole cluster can be read without these brokers: it must not have a gap. A lag needs the group's
 * coordinator and the partition's leader, and what is counted over partitions needs all of their leaders.
 */
export function readableWithout(samples: Samples, brokers: readonly number[]): string[] {
  const isLost = (id: string | number | undefined) => brokers.includes(Number(id))
  const isLed = ({ topic = '', partition = '' }) =>
    !isLost(valueIn(samples, 'kafka_topic_partition_leader', { topic, partition }))
  const isCoordinated = ({ consumergroup = '' }) => {
    const [info] = seriesOf(samples, 'kafka_consumergroup_info', { consumergroup })
    return info !== undefined && !isLost(labelsOf(info).coordinator)
  }
  return [...samples.keys()].filter(series => {
    const name = nameOf(series)
    const labels = labelsOf(series)
    if (ALWAYS.test(name) || OF_EXPORTER.test(name)) return true
    if (/^kafka_topic_partition_(current|oldest)_offset$/.test(name)) return isLed(labels)
    if (!/^kafka_consumergroup_/.test(name) || !isCoordinated(labels)) return false
    if (/^kafka_consumergroup_lag(_seconds)?$/.test(name)) return isLed(labels)
    return !OF_ALL_PARTITIONS.test(name) && !BY_STATE.test(name)
  })
}

/** Partitions of the topic that the broker leads. */
export function ledBy(samples: Samples, broker: number, topic: string): string[] {
  return seriesOf(samples, 'kafka_topic_partition_leader', { topic })
    .filter(series => samples.get(series) === broker)
    .map(series => labelsOf(series).partition!)
}

export function pollErrors(samples: Samples, stage: string): string[] {
  return seriesOf(samples, 'kafka_health_exporter_poll_errors_total', { stage }).map(
    series => labelsOf(series).code!,
  )
}

/** All is well again, so that a fault finds what the one before it found, even where its test failed half-way. */
export async function inSync({ kafka, exporter }: World): Promise<void> {
  const brokers = [1, 2, 3].map(id => kafka.broker(id))
  for (const broker of brokers) if (broker.pid !== null) broker.cont()
  await Promise.all(brokers.map(broker => broker.pid === null && broker.restart()))
  await kafka.ready()
  await exporter.until('every replica is in sync and everything is read', samples => {
    const under = seriesOf(samples, 'kafka_topic_partition_under_replicated_partition')
    return isWhole(samples) && under.every(series => samples.get(series) === 0)
  })
}

/** The coordinators serve their groups again, as Kafka's own client sees it. */
export async function groupsServed({ lab }: World): Promise<void> {
  await waitUntil('the groups are served', async () => {
    const { groups } = await lab.oracle()
    return GROUPS.every(group => groups[group]?.offsets.length === 9 && groups[group].state === 'Empty')
  })
}

export function report(t: TestContext, observed: Observed): void {
  t.diagnostic(`slowest of ${observed.count} scrapes: ${observed.slowestMs.toFixed(1)} ms`)
}
