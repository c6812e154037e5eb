import type { Ask } from '../ask.ts'
import type { SimulatedTopic } from '../cluster-state.ts'
import { ERROR_NUMBERS } from '../error-codes.ts'
import type { SimulatedPartition } from '../simulated-partition.ts'
import { WireReader } from '../wire-reader.ts'
import { WireWriter } from '../wire-writer.ts'
import { arbitraryOrder, inArbitraryOrder } from './arbitrary-order.ts'

/** Special timestamps, with the first version that has them. */
const LATEST = -1
const EARLIEST = -2
const MAX_TIMESTAMP = -3
const EARLIEST_LOCAL = -4
const LATEST_TIERED = -5
const EARLIEST_PENDING_UPLOAD = -6
const SINCE_VERSION = new Map([
  [MAX_TIMESTAMP, 7],
  [EARLIEST_LOCAL, 8],
  [LATEST_TIERED, 9],
  [EARLIEST_PENDING_UPLOAD, 11],
])

interface WantedTopic {
  readonly name: string
  /** Three numbers per partition: index, leader epoch, timestamp. */
  readonly partitions: Float64Array
}

/** ListOffsets, v1 to v11. */
export function answerListOffsets(ask: Ask): Buffer {
  const { version } = ask
  const read = new WireReader(ask.body, ask.flexible)
  read.int32() // replica id
  const readCommitted = version >= 2 && read.int8() === 1
  const topics = read.list(() => readTopic(read, version))
  const out = new WireWriter(ask.flexible, ask.body.length * 2 + 64)
  if (version >= 2) out.int32(ask.throttleMs)
  out.length(topics.length)
  for (const topic of inArbitraryOrder(topics)) writeTopic(out, ask, topic, readCommitted)
  out.end()
  return out.bytes()
}

function readTopic(read: WireReader, version: number): WantedTopic {
  const name = read.string()
  const count = read.length() ?? 0
  if (count > read.left) throw new RangeError('array beyond the end of the request')
  const partitions = new Float64Array(count * 3)
  for (let i = 0; i < partitions.length; i += 3) {
    partitions[i] = read.int32()
    partitions[i + 1] = version >= 4 ? read.int32() : -1
    partitions[i + 2] = read.int64()
    read.end()
  }
  read.end()
  return { name, partitions }
}

function writeTopic(out: WireWriter, ask: Ask, wanted: WantedTopic, readCommitted: boolean): void {
  const topic = ask.cluster.topics.get(wanted.name)
  const twice = repeatedPartitions(wanted.partitions)
  const given = wanted.partitions.length / 3 - twice.rows
  out.string(wanted.name)
  out.length(given)
  const order = arbitraryOrder(wanted.partitions.length / 3)
  const told = new Set<number>()
  for (let position = 0; position < wanted.partitions.length / 3; position++) {
    const at = order(position) * 3
    const index = wanted.partitions[at]!
    if (twice.indexes.has(index)) {
      if (told.has(index)) continue
      told.add(index)
    }
    const epoch = wanted.partitions[at + 1]!
    const timestamp = wanted.partitions[at + 2]!
    const error = twice.indexes.has(index)
      ? ERROR_NUMBERS.INVALID_REQUEST
      : errorOf(ask, topic, wanted.name, index, epoch, timestamp)
    writePartition(out, ask.version, topic?.partitions[index], index, error, timestamp, readCommitted)
  }
  out.end()
}

/** A real broker answers a partition that is asked for twice once, with INVALID_REQUEST. */
function repeatedPartitions(partitions: Float64Array): { indexes: Set<number>; rows: number } {
  const seen = new Set<number>()
  const indexes = new Set<number>()
  let rows = 0
  for (let at = 0; at < partitions.length; at += 3) {
    const index = partitions[at]!
    if (seen.has(index)) {
      indexes.add(index)
      rows++
    }
    seen.add(index)
  }
  return { indexes, rows }
}

function errorOf(
  ask: Ask,
  topic: SimulatedTopic | undefined,
  name: string,
  index: number,
  epoch: number,
  timestamp: number,
): number {
  const fault = ask.faults.itemError({ topic: name, partition: index }, true)
  if (fault !== 0) return fault
  // Authorisation comes first: a forbidden topic and a missing one look the same.
  if (topic?.visible === false) return ERROR_NUMBERS.TOPIC_AUTHORIZATION_FAILED
  const partition = topic?.partitions[index]
  if (!partition) return ERROR_NUMBERS.UNKNOWN_TOPIC_OR_PARTITION
  if (partition.leader !== ask.node) return ERROR_NUMBERS.NOT_LEADER_OR_FOLLOWER
  if (epoch >= 0 && epoch > partition.leaderEpoch) return ERROR_NUMBERS.UNKNOWN_LEADER_EPOCH
  if (epoch >= 0 && epoch < partition.leaderEpoch) return ERROR_NUMBERS.FENCED_LEADER_EPOCH
  if (ask.version < (SINCE_VERSION.get(timestamp) ?? 0)) return ERROR_NUMBERS.UNSUPPORTED_VERSION
  return 0
}

function writePartition(
  out: WireWriter,
  version: number,
  partition: SimulatedPartition | undefined,
  index: number,
  error: number,
  timestamp: number,
  readCommitted: boolean,
): void {
  let foundOffset = -1
  let foundTimestamp = -1
  if (error === 0 && partition) {
    const end = partition.highWatermark
    const readable = readCommitted ? (partition.lastStableOffset ?? end) : end
    if (timestamp === LATEST) foundOffset = readable
    else if (timestamp === EARLIEST || timestamp === EARLIEST_LOCAL) foundOffset = partition.logStart
    else if (timestamp === MAX_TIMESTAMP || timestamp >= 0) {
      const found = recordAt(partition, timestamp)
      // The whole log is searched; a record that the client could not read yet is then no answer.
      if (found && found.offset < readable) [foundOffset, foundTimestamp] = [found.offset, found.timestamp]
    }
  }
  out.int32(index)
  out.int16(error)
  out.int64(foundTimestamp)
  out.int64(foundOffset)
  if (version >= 4) out.int32(foundOffset === -1 ? -1 : (partition?.leaderEpoch ?? -1))
  out.end()
}

function recordAt(
  { log, timeline }: SimulatedPartition,
  timestamp: number,
): { readonly offset: number; readonly timestamp: number } | null {
  if (log) return timestamp === MAX_TIMESTAMP ? log.newest() : log.findTimestamp(timestamp)
  const entry = timestamp >= 0 ? timeline.find(([, time]) => time >= timestamp) : newest(timeline)
  return entry ? { offset: entry[0], timestamp: entry[1] } : null
}

function newest(timeline: SimulatedPartition['timeline']): readonly [number, number] | undefined {
  return timeline.reduce<readonly [number, number] | undefined>(
    (latest, entry) => (latest === undefined || entry[1] > latest[1] ? entry : latest),
    undefined,
  )
}
