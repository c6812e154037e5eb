import { CATALOG } from '../../src/catalog/catalog.ts'
import { type Family, labelsOf } from '../../src/catalog/family.ts'

export interface EstateSize {
  readonly groups: number
  readonly topics: number
  readonly partitionsPerTopic: number
  readonly topicsPerGroup: number
}

/** A series: what stands before its value, and its value at the nth scrape. */
export interface Series {
  readonly head: string
  readonly value: (scrape: number, nowSeconds: number) => number
}

type LabelSet = Readonly<Record<string, string>>

const GROUP_STATES = ['Stable', 'PreparingRebalance', 'CompletingRebalance', 'Empty', 'Dead']
const ALWAYS_1 = /_up$|_exists$|_info$|build_info$/

/**
 * One cluster, at the worst for joins: each committed partition has a retention headroom, and two in a hundred are in a
 * bad state. Values move from scrape to scrape, as they would. Of the families that are named, or those on by default.
 */
export function estate(size: EstateSize, families: readonly string[] | null = null): readonly Series[] {
  const scopes = scopesOf(size)
  const isWanted = ({ name, onByDefault }: Family) => families?.includes(name) ?? onByDefault
  return CATALOG.filter(isWanted).flatMap(family => seriesOf(family, scopes))
}

interface Scopes {
  readonly topics: readonly LabelSet[]
  readonly partitions: readonly LabelSet[]
  readonly groups: readonly LabelSet[]
  readonly blocks: readonly LabelSet[]
  readonly cells: readonly LabelSet[]
}

function scopesOf({ groups, topics, partitionsPerTopic, topicsPerGroup }: EstateSize): Scopes {
  const range = (n: number) => Array.from({ length: n }, (_, i) => i)
  const topic = (t: number) => ({ topic: `orders.events.topic-${t % topics}` })
  const withPartitions = (labels: LabelSet) =>
    range(partitionsPerTopic).map(p => ({ ...labels, partition: String(p) }))
  const topicSets = range(topics).map(topic)
  const groupSets = range(groups).map(g => ({ consumergroup: `payments-consumer-group-${g}` }))
  const blocks = groupSets.flatMap((group, g) =>
    range(topicsPerGroup).map(i => ({ ...group, ...topic(g * topicsPerGroup + i) })),
  )
  return {
    topics: topicSets,
    partitions: topicSets.flatMap(withPartitions),
    groups: groupSets,
    blocks,
    cells: blocks.flatMap(withPartitions),
  }
}

function seriesOf(family: Family, scopes: Scopes): readonly Series[] {
  const sets = labelSetsOf(family, scopes)
  return sets.flatMap((labels, i) => samplesOf(family, labels, i))
}

function labelSetsOf(family: Family, scopes: Scopes): readonly LabelSet[] {
  const labels = labelsOf(family)
  if (family.name === 'kafka_consumergroup_partition_unhealthy_seconds') {
    const states = ['stalled', 'no_consumer']
    return scopes.cells
      .filter((_, i) => i % 50 === 0)
      .map((c, i) => ({ ...c, state: states[i % 2] as string }))
  }
  return scopeOf(family.name, labels, scopes).flatMap(known =>
    others(
      family.name,
      labels.filter(l => known[l] === undefined),
      known,
    ),
  )
}

function scopeOf(name: string, labels: readonly string[], scopes: Scopes): readonly LabelSet[] {
  if (labels.includes('consumergroup')) {
    if (labels.includes('partition')) return scopes.cells
    return labels.includes('topic') ? scopes.blocks : scopes.groups
  }
  if (!labels.includes('topic')) return [{}]
  const sets = labels.includes('partition') ? scopes.partitions : scopes.topics
  return name.startsWith('kafka_dlq_') ? sets.filter(holdsDeadLetters) : sets
}

/** Every fourth topic: hardly more can be, where each comes of a topic and a group. */
const holdsDeadLetters = ({ topic = '' }: LabelSet) => Number(topic.replace(/.*-/, '')) % 4 === 0

/** The label sets with the labels that the scope does not give: few values each. */
function others(name: string, labels: readonly string[], known: LabelSet): readonly LabelSet[] {
  if (name === 'kafka_consumergroup_state') return GROUP_STATES.map(state => ({ ...known, state }))
  if (name === 'kafka_consumergroup_partitions') {
    return ['stalled', 'advancing', 'caught_up'].map(state => ({ ...known, state }))
  }
  if (name.startsWith('kafka_sharegroup')) return []
  if (labels.includes('id')) {
    return ['1', '2', '3'].map(id => ({ ...known, ...filled(labels), id }))
  }
  return [{ ...known, ...filled(labels) }]
}

const filled = (labels: readonly string[]): LabelSet => Object.fromEntries(labels.map(l => [l, `${l}-1`]))

function samplesOf(family: Family, labels: LabelSet, i: number): readonly Series[] {
  if (family.kind === 'instrument' && family.type === 'histogram') {
    return [...(family.buckets ?? []), Number.POSITIVE_INFINITY].map((le, b) => ({
      head: head(`${family.name}_bucket`, {
        ...labels,
        le: le === Number.POSITIVE_INFINITY ? '+Inf' : String(le),
      }),
      value: n => n * Math.min(b, 6),
    }))
  }
  const all = family.kind === 'instrument' ? labels : { kafka_cluster: 'orders', ...labels }
  return [{ head: head(family.name, all), value: movement(family, labels, i) }]
}

function head(name: string, labels: LabelSet): string {
  const text = Object.entries(labels).map(([key, value]) => `${key}="${value}"`)
  return text.length === 0 ? `${name} ` : `${name}{${text.join(',')}} `
}

function movement(family: Family, labels: LabelSet, i: number): Series['value'] {
  const { name } = family
  if (name === 'kafka_consumergroup_state') return () => (labels.state === 'Stable' ? 1 : 0)
  if (name === 'kafka_consumergroup_partitions' && labels.state === 'stalled')
    return () => (i % 100 === 0 ? 1 : 0)
  if (name === 'kafka_topic_partition_under_replicated_partition') return () => (i % 100 === 0 ? 1 : 0)
  if (name === 'kafka_consumergroup_objective_lag_seconds') return () => 30
  if (name === 'kafka_consumergroup_retention_headroom_seconds')
    return n => 86_400 - ((i * 31 + n * 15) % 80_000)
  if (name.includes('lag_seconds')) return n => (i * 7 + n * 13) % 60
  if (name.endsWith('_timestamp_seconds')) return (_n, now) => now
  if (ALWAYS_1.test(name)) return () => 1
  // A dead letter now and then comes into one partition of twenty.
  if (name === 'kafka_dlq_records_total') return n => 1000 + (i % 20 === 0 ? Math.floor(n / 10) : 0)
  // Losses, rewinds, rebalances and errors are the exception.
  if (/lost|rewinds|rebalances|errors|future/.test(name)) return n => (i % 200 === 0 ? n : 0)
  if (name === 'kafka_consumergroup_commits_beyond_end') return () => (i % 200 === 0 ? 1 : 0)
  if (family.type === 'counter' || name.includes('offset')) return n => 1_000_000 + i + n * (1 + (i % 90))
  return n => (i * 7 + n * 13) % 100
}
