import type { Ask } from '../ask.ts'
import { ERROR_NUMBERS } from '../error-codes.ts'
import type { AbortedTransaction } from '../log/record-batch.ts'
import { WireReader } from '../wire-reader.ts'
import { WireWriter } from '../wire-writer.ts'
import { readRecords } from './fetch-records.ts'
import { type FetchRequest, readFetchRequest, type WantedPartition } from './fetch-request.ts'

const { FETCH_SESSION_ID_NOT_FOUND, NOT_LEADER_OR_FOLLOWER, FENCED_LEADER_EPOCH } = ERROR_NUMBERS
/** `fetch.max.bytes` of a broker. */
const BROKER_MAX_BYTES = 57_671_680
/** KIP-951: since then errors of a moved leader name the new one. */
const NAMES_NEW_LEADER = 16

interface Told {
  readonly wanted: WantedPartition
  readonly error: number
  readonly highWatermark: number
  readonly lastStableOffset: number
  readonly logStart: number
  /** Null unless read committed. */
  readonly aborted: readonly AbortedTransaction[] | null
  readonly records: Buffer
}

/**
 * Fetch, v4 to v18, without sessions: at once with what there is, whatever the least bytes and the longest wait. As a
 * broker does, it answers in the order of the request, what is refused at the end.
 */
export function answerFetch(ask: Ask): Buffer {
  const { version } = ask
  const request = readFetchRequest(new WireReader(ask.body, ask.flexible), version, ask.cluster)
  const fault = version >= 7 ? ask.faults.answerError() : 0
  const whole = request.sessionId === 0 ? fault : FETCH_SESSION_ID_NOT_FOUND
  const told = whole === 0 ? tellAll(ask, request) : []
  ask.cluster.partitionsFetched += told.length
  const out = new WireWriter(ask.flexible, 65_536)
  out.int32(ask.throttleMs)
  if (version >= 7) {
    out.int16(whole)
    out.int32(0) // no session
  }
  const topics = groupAdjacent(told)
  out.length(topics.length)
  for (const partitions of topics) {
    const { name, topicId } = partitions[0]!.wanted
    if (version >= 13) out.uuid(topicId)
    else out.string(name)
    out.length(partitions.length)
    for (const partition of partitions) writePartition(out, ask, partition)
    out.end()
  }
  if (version >= NAMES_NEW_LEADER) writeNodeEndpoints(out, ask, told)
  else out.end()
  return out.bytes()
}

function tellAll(ask: Ask, { partitions, maxBytes, isReadCommitted }: FetchRequest): Told[] {
  const refused: Told[] = []
  const read: Told[] = []
  let bytesLeft = Math.min(maxBytes, BROKER_MAX_BYTES)
  let isFirst = true
  for (const wanted of partitions) {
    const refusal = refusalOf(ask, wanted)
    if (refusal !== 0) {
      refused.push({ ...failed(wanted, refusal), aborted: [] })
      continue
    }
    const partition = ask.cluster.topics.get(wanted.name)!.partitions[wanted.partition]!
    const error = readingError(ask, wanted)
    if (error !== 0) {
      read.push(failed(wanted, error))
      continue
    }
    const { highWatermark, logStart } = partition
    const lastStableOffset = partition.lastStableOffset ?? highWatermark
    const end = isReadCommitted ? lastStableOffset : highWatermark
    const limit = Math.min(wanted.maxBytes, bytesLeft)
    const { bytes, upTo } = readRecords(partition, wanted.offset, { end, limit, isFirst })
    // From the first partition with data on, limits are limits.
    if (bytes.length > 0) isFirst = false
    bytesLeft = Math.max(0, bytesLeft - bytes.length)
    const aborted = isReadCommitted ? (partition.log?.abortedTransactions(wanted.offset, upTo) ?? []) : null
    read.push({ wanted, error: 0, highWatermark, lastStableOffset, logStart, aborted, records: bytes })
  }
  return [...read, ...refused]
}

function failed(wanted: WantedPartition, error: number): Told {
  const nothing = { highWatermark: -1, lastStableOffset: -1, logStart: -1, aborted: null }
  return { wanted, error, ...nothing, records: Buffer.alloc(0) }
}

/** What is decided before a log is looked at; a topic that may not be read looks the same as one that may not be seen. */
function refusalOf(ask: Ask, { name, partition }: WantedPartition): number {
  const fault = ask.faults.itemError({ topic: name, partition }, ask.version < 7)
  if (fault !== 0) return fault
  if (name === '') return ERROR_NUMBERS.UNKNOWN_TOPIC_ID
  const topic = ask.cluster.topics.get(name)
  if (topic && !(topic.visible && topic.readable)) return ERROR_NUMBERS.TOPIC_AUTHORIZATION_FAILED
  return topic?.partitions[partition] ? 0 : ERROR_NUMBERS.UNKNOWN_TOPIC_OR_PARTITION
}

function readingError(ask: Ask, { name, partition: index, leaderEpoch, offset }: WantedPartition): number {
  const partition = ask.cluster.topics.get(name)!.partitions[index]!
  // KIP-392: since v11 a consumer may read from any replica.
  const serves = ask.version >= 11 && partition.replicas.includes(ask.node)
  if (partition.leader !== ask.node && !serves) return NOT_LEADER_OR_FOLLOWER
  if (leaderEpoch >= 0 && leaderEpoch > partition.leaderEpoch) return ERROR_NUMBERS.UNKNOWN_LEADER_EPOCH
  if (leaderEpoch >= 0 && leaderEpoch < partition.leaderEpoch) return FENCED_LEADER_EPOCH
  // What is not replicated yet is no mistake to ask for; there is only nothing to give.
  const end = partition.log?.end ?? partition.highWatermark
  return offset < partition.logStart || offset > end ? ERROR_NUMBERS.OFFSET_OUT_OF_RANGE : 0
}

/** A topic comes twice where others are between its partitions. */
function groupAdjacent(told: readonly Told[]): Told[][] {
  const topics: Told[][] = []
  for (const entry of told) {
    const last = topics.at(-1)
    const { name, topicId } = entry.wanted
    if (last && last[0]!.wanted.name === name && last[0]!.wanted.topicId === topicId) last.push(entry)
    else topics.push([entry])
  }
  return topics
}

function writePartition(out: WireWriter, ask: Ask, told: Told): void {
  const { version } = ask
  out.int32(told.wanted.partition)
  out.int16(told.error)
  out.int64(told.highWatermark)
  out.int64(told.lastStableOffset)
  if (version >= 5) out.int64(told.logStart)
  out.length(told.aborted === null ? null : told.aborted.length)
  for (const { producerId, firstOffset } of told.aborted ?? []) {
    out.int64(producerId)
    out.int64(firstOffset)
    out.end()
  }
  if (version >= 11) out.int32(-1) // preferred read replica
  out.length(told.records.length)
  out.raw(told.records)
  const leader = version >= NAMES_NEW_LEADER ? newLeader(ask, told) : null
  if (leader === null) {
    out.end()
    return
  }
  const value = new WireWriter(true, 16)
  value.int32(leader.id)
  value.int32(leader.epoch)
  value.end()
  out.tagged(1, value.bytes())
}

function newLeader(ask: Ask, { error, wanted }: Told): { id: number; epoch: number } | null {
  if (error !== NOT_LEADER_OR_FOLLOWER && error !== FENCED_LEADER_EPOCH) return null
  const partition = ask.cluster.topics.get(wanted.name)?.partitions[wanted.partition]
  return partition ? { id: partition.leader, epoch: partition.leaderEpoch } : null
}

function writeNodeEndpoints(out: WireWriter, ask: Ask, told: readonly Told[]): void {
  const ids = new Set(told.map(entry => newLeader(ask, entry)?.id))
  const nodes = [...ask.cluster.nodes.values()].filter(node => ids.has(node.id))
  if (nodes.length === 0) {
    out.end()
    return
  }
  const value = new WireWriter(true, nodes.length * 64)
  value.length(nodes.length)
  for (const node of nodes) {
    value.int32(node.id)
    value.string(node.host)
    value.int32(node.port)
    value.string(node.rack)
    value.end()
  }
  out.tagged(0, value.bytes())
}
