import type { Ask } from '../ask.ts'
import { ERROR_NUMBERS } from '../error-codes.ts'
import type { SimulatedGroup } from '../group-state.ts'
import { WireReader } from '../wire-reader.ts'
import { WireWriter } from '../wire-writer.ts'
import { arbitraryOrder, inArbitraryOrder } from './arbitrary-order.ts'
import { groupError } from './group-errors.ts'

interface WantedTopic {
  /** Up to v9; from v10 on the id stands for it. */
  readonly name: string
  readonly id: string
  readonly partitions: readonly number[]
}

interface WantedGroup {
  readonly id: string
  /** Null: all committed offsets of the group. */
  readonly topics: readonly WantedTopic[] | null
}

/** OffsetFetch, v1 to v10: one group up to v7, many from v8 on, topics by id in v10. */
export function answerOffsetFetch(ask: Ask): Buffer {
  const { version } = ask
  const read = new WireReader(ask.body, ask.flexible)
  const groups = version >= 8 ? read.list(() => readGroup(read, version)) : [readSingleGroup(read)]
  const requireStable = version >= 7 && read.bool()
  const out = new WireWriter(ask.flexible, 65_536)
  if (version >= 3) out.int32(ask.throttleMs)
  if (version >= 8) out.length(groups.length)
  for (const group of inArbitraryOrder(groups)) writeGroup(out, ask, group, requireStable)
  if (version >= 8) out.end()
  return out.bytes()
}

function readSingleGroup(read: WireReader): WantedGroup {
  const id = read.string()
  const topics = read.nullableList(() => {
    const name = read.string()
    const partitions = read.list(() => read.int32())
    read.end()
    return { name, id: '', partitions }
  })
  return { id, topics }
}

function readGroup(read: WireReader, version: number): WantedGroup {
  const id = read.string()
  if (version >= 9) {
    read.nullableString() // member id
    read.int32() // member epoch
  }
  const topics = read.nullableList(() => {
    const name = version >= 10 ? '' : read.string()
    const topicId = version >= 10 ? read.uuid() : ''
    const partitions = read.list(() => read.int32())
    read.end()
    return { name, id: topicId, partitions }
  })
  read.end()
  return { id, topics }
}

function writeGroup(out: WireWriter, ask: Ask, wanted: WantedGroup, requireStable: boolean): void {
  const { version, cluster } = ask
  const group = cluster.groups.get(wanted.id)
  const error = groupError(ask, wanted.id, group)
  if (version >= 8) out.string(wanted.id)
  const topics = error === 0 ? topicsOf(ask, group, wanted.topics) : []
  out.length(topics.length)
  for (const topic of topics) writeTopic(out, ask, group, topic, requireStable)
  if (version >= 2) out.int16(error)
  out.end()
}

/** Share groups have no commits and unknown groups are empty; neither is an error. */
function topicsOf(
  ask: Ask,
  group: SimulatedGroup | undefined,
  wanted: readonly WantedTopic[] | null,
): readonly WantedTopic[] {
  const { cluster, version } = ask
  if (wanted !== null) {
    if (version < 10) return wanted
    return wanted.map(topic => ({ ...topic, name: cluster.topicById(topic.id)?.name ?? '' }))
  }
  if (!group || group.kind === 'share') return []
  const all: WantedTopic[] = []
  for (const [name, offsets] of group.commits) {
    const topic = cluster.topics.get(name)
    if (topic?.visible === false) continue
    if (version >= 10 && !topic) continue
    all.push({ name, id: topic?.id ?? '', partitions: [...offsets.keys()] })
  }
  return inArbitraryOrder(all)
}

function writeTopic(
  out: WireWriter,
  ask: Ask,
  group: SimulatedGroup | undefined,
  topic: WantedTopic,
  requireStable: boolean,
): void {
  const { version, faults, cluster } = ask
  if (version >= 10) out.uuid(topic.id)
  else out.string(topic.name)
  const forbidden = cluster.topics.get(topic.name)?.visible === false
  const unknownId = version >= 10 && topic.name === ''
  const offsets = group?.kind === 'share' ? undefined : group?.commits.get(topic.name)
  const count = topic.partitions.length
  out.length(count)
  const order = arbitraryOrder(count)
  for (let position = 0; position < count; position++) {
    const partition = topic.partitions[order(position)]!
    let error = faults.itemError({ group: group?.id ?? '', topic: topic.name, partition })
    if (error === 0 && forbidden) error = ERROR_NUMBERS.TOPIC_AUTHORIZATION_FAILED
    if (error === 0 && unknownId) error = ERROR_NUMBERS.UNKNOWN_TOPIC_ID
    if (error === 0 && requireStable && group?.pending.has(`${topic.name}-${partition}`)) {
      error = ERROR_NUMBERS.UNSTABLE_OFFSET_COMMIT
    }
    out.int32(partition)
    out.int64(error === 0 ? (offsets?.get(partition) ?? -1) : -1)
    if (version >= 5) out.int32(-1)
    out.string(group ? group.metadata : '')
    out.int16(error)
    out.end()
  }
  out.end()
}
