import assert from 'node:assert/strict'
import type { GroupDetail } from '../../src/http/api/group-detail.ts'
import type { PartitionLag } from '../../src/http/api/partition-lag.ts'
import { type KafkaCluster, startKafka } from '../harness/kafka-cluster.ts'
import { type Lab, startLab } from '../harness/lab.ts'
import { labelsOf, type Samples, seriesOf, valueIn } from './exposition-text.ts'
import { ALL_FAMILIES, type Cell, takenAt } from './lag-clock.ts'
import { startTraffic, type Traffic } from './traffic.ts'
import { type Generation, type WatchedExporter, watchExporter } from './watched-exporter.ts'

export const PARTITIONS = 50
/** The slow one's commits are this far apart. */
export const SLOW_SECONDS = 5
export const POLL_SECONDS = 1
export const NO_CONSUMER_SECONDS = 3
const UNHEALTHY = 'kafka_consumergroup_partition_unhealthy_seconds'
const COMMITTED = 'kafka_consumergroup_current_offset'

/** Healthy consumers of several kinds on real brokers, and an exporter with short patience that watches them. */
export interface StallWorld {
  readonly kafka: KafkaCluster
  readonly lab: Lab
  readonly exporter: WatchedExporter
  /** On `many` and `slow`. */
  readonly traffic: readonly Traffic[]
  close(): Promise<void>
}

export async function startStallWorld(): Promise<StallWorld> {
  const kafka = await startKafka({ dedicatedController: true })
  const lab = await startLab(kafka)
  const alone = ['slow', 'idle', 'sparse', 'scaled', 'silent', 'left', 'replayed']
  await lab.createTopics([
    { name: 'many', partitions: PARTITIONS },
    ...alone.map(name => ({ name })),
    { name: 'rolling', partitions: 6 },
  ])
  await lab.produce(alone.map(topic => ({ topic, count: 5 })))
  const traffic = [startTraffic(lab, 'many', PARTITIONS), startTraffic(lab, 'slow')]
  await lab.join({ member: 'many', kind: 'classic', group: 'wedge', topics: ['many'] })
  await lab.join({
    ...{ member: 'slow', kind: 'classic', group: 'slow', topics: ['slow'] },
    commitEverySeconds: SLOW_SECONDS,
  })
  await lab.join({ member: 'idle', kind: 'classic', group: 'idle', topics: ['idle'] })
  const newest = kafka.abilities.consumerGroups ? 'consumer' : 'classic'
  await lab.join({ member: 'sparse', kind: newest, group: 'sparse', topics: ['sparse'] })
  await lab.join({ member: 'scaled', kind: 'classic', group: 'scaled', topics: ['scaled'] })
  const exporter = await watchExporter(`
clusters:
  - brokers: [${kafka.brokers.map(broker => `'${broker}'`).join(', ')}]
    poll_interval: ${POLL_SECONDS}s
    request_timeout: 2s
    no_consumer_after: ${NO_CONSUMER_SECONDS}s
    objectives:
      - {groups: ['rolling-.*'], stalled_after: 8s, stalled_after_max: 1m}
      - {groups: ['.*'], stalled_after: 2s, stalled_after_max: 1m}
${ALL_FAMILIES}
web: {listen_address: '127.0.0.1:0'}
`)
  await exporter.until('every partition is read', s => seriesOf(s, COMMITTED).length >= PARTITIONS + 4)
  return {
    kafka,
    lab,
    exporter,
    traffic,
    async close() {
      await Promise.all(traffic.map(one => one.stop()))
      await exporter.stop()
      await lab.close()
      await kafka.close()
    },
  }
}

/** `group topic/partition state` of whatever is in a bad state. */
export function unhealthy(samples: Samples, groups: RegExp = /./): string[] {
  return seriesOf(samples, UNHEALTHY)
    .map(labelsOf)
    .filter(({ consumergroup = '' }) => groups.test(consumergroup))
    .map(l => `${l.consumergroup} ${l.topic}/${l.partition} ${l.state}`)
}

export function unhealthyInAny(generations: readonly Generation[], groups?: RegExp): string[] {
  return [...new Set(generations.flatMap(({ samples }) => unhealthy(samples, groups)))]
}

export function isStalled(samples: Samples, cell: Cell): boolean {
  return valueIn(samples, UNHEALTHY, { ...cell, state: 'stalled' }) !== undefined
}

export function committedOf(samples: Samples, cell: Cell): number | undefined {
  return valueIn(samples, COMMITTED, { ...cell })
}

export async function ask(
  exporter: WatchedExporter,
  { consumergroup, topic, partition }: Cell,
): Promise<PartitionLag> {
  const detail = (await exporter.json(`/api/v1/groups/${consumergroup}`)) as GroupDetail
  const found = detail.topicList.find(one => one.topic === topic)?.partitions
  return found!.find(one => one.partition === Number(partition))!
}

/** States of a group on a topic and how many partitions are in each. */
export function states(samples: Samples, consumergroup: string): Record<string, number> {
  const found = seriesOf(samples, 'kafka_consumergroup_partitions', { consumergroup })
  return Object.fromEntries(
    found.filter(series => samples.get(series)! > 0).map(s => [labelsOf(s).state, samples.get(s)!]),
  )
}

/** The value of the condition in the first scrape that shows it, and what it must lie above and not reach a poll before. */
export function onset(seen: readonly Generation[], labels: Readonly<Record<string, string>>) {
  const at = seen.findIndex(({ samples }) => valueIn(samples, UNHEALTHY, labels) !== undefined)
  assert.ok(at > 0, 'the onset was seen')
  const { samples } = seen[at]!
  const seconds = valueIn(samples, UNHEALTHY, labels)!
  const before = seen.findLast(one => takenAt(one.samples) < takenAt(samples))!
  const sincePoll = (takenAt(samples) - takenAt(before.samples)) / 1_000
  return {
    seconds,
    secondsBefore: seconds - sincePoll,
    since: takenAt(samples) - Math.round(seconds * 1_000),
  }
}
