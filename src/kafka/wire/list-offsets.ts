import { ExporterError } from '../../errors.ts'
import { ROWS_PER_STEP, type Steps } from '../../model/steps.ts'
import { type Topology, topicOfRow } from '../../model/topology.ts'
import type { Api } from './api.ts'
import { ProtocolReader } from './protocol-reader.ts'
import { ProtocolWriter } from './protocol-writer.ts'
import { topicIndexOf } from './topic-index.ts'

export const LIST_OFFSETS: Api = { key: 2, name: 'ListOffsets', min: 6, max: 11, flexibleFrom: 6 }

/** Next offset to be written: the high watermark, or the last stable offset for isolation 1. */
export const LATEST = -1
/** Log start offset. */
export const EARLIEST = -2
/** Offset and time stamp of the record with the highest time stamp (KIP-734), from v7. */
export const MAX_TIMESTAMP = -3

export interface ListOffsetsQuery {
  readonly topology: Topology
  /** Ascending, each once: a partition named twice is refused by the broker as INVALID_REQUEST. */
  readonly rows: Int32Array
  /** LATEST, EARLIEST, MAX_TIMESTAMP, or milliseconds since the epoch; of each of the rows where it is a column. */
  readonly timestamp: number | Float64Array
  /** 0 = read_uncommitted, 1 = read_committed. */
  readonly isolation: 0 | 1
  /** From v10: how long the broker may wait for remote storage (KIP-1075). */
  readonly timeoutMs?: number
}

export interface ListOffsetsColumns {
  /** NaN where the partition has an error; -1 where there is no such record. */
  readonly offsets: Float64Array
  readonly timestamps: Float64Array | null
  readonly errors: Int16Array
}

const BYTES_PER_PARTITION = 17
const ANY_LEADER_EPOCH = -1
const UNKNOWN_SERVER_ERROR = -1

export function* encodeListOffsets(version: number, query: ListOffsetsQuery): Steps<Buffer> {
  const { topology, rows } = query
  const topicCount = yield* countTopics(topology, rows)
  const writer = new ProtocolWriter(
    LIST_OFFSETS,
    version,
    64 + rows.length * BYTES_PER_PARTITION + topicCount * 32,
  )
  writer.int32(-1) // replica_id: a consumer
  writer.uint8(query.isolation)
  writer.arrayLength(topicCount)
  let budget = ROWS_PER_STEP
  let at = 0
  let topic = rows.length === 0 ? 0 : topicOfRow(topology, rows[0] as number)
  while (at < rows.length) {
    while ((topology.start[topic + 1] as number) <= (rows[at] as number)) topic++
    const end = endOfTopic(topology, topic, rows, at)
    writer.string(topology.topics[topic] as string)
    writer.arrayLength(end - at)
    while (at < end) {
      const run = Math.min(end, at + budget)
      budget -= run - at
      writePartitions(writer, rows, at, run, topology.start[topic] as number, query.timestamp)
      at = run
      if (budget > 0) continue
      yield
      budget = ROWS_PER_STEP
    }
    writer.tags()
  }
  if (version >= 10) writer.int32(query.timeoutMs ?? 5_000)
  writer.tags()
  return writer.finish()
}

/** Writes by row into columns of the topology's length. Rows that the answer does not hold are left as they are. */
export function* decodeListOffsets(
  version: number,
  body: Buffer,
  topology: Topology,
  into: ListOffsetsColumns,
): Steps<{ throttleMs: number }> {
  const index = yield* topicIndexOf(topology)
  const reader = new ProtocolReader(body, LIST_OFFSETS, version)
  const throttleMs = reader.int32()
  let budget = ROWS_PER_STEP
  for (let topics = reader.arrayLength(3); topics > 0; topics--) {
    const topic = index.read(reader)
    const first = topic < 0 ? 0 : (topology.start[topic] as number)
    const count = topic < 0 ? 0 : (topology.start[topic + 1] as number) - first
    let partitions = reader.arrayLength(27)
    budget--
    while (partitions > 0 || budget <= 0) {
      const run = Math.min(partitions, Math.max(1, budget))
      readPartitions(reader, run, first, count, into)
      partitions -= run
      budget -= run
      if (budget > 0) continue
      yield
      budget = ROWS_PER_STEP
    }
    reader.tags()
  }
  reader.tags()
  reader.end()
  return { throttleMs }
}

function readPartitions(
  reader: ProtocolReader,
  run: number,
  first: number,
  count: number,
  into: ListOffsetsColumns,
): void {
  // partition_index 0, error_code 4, timestamp 6, offset 14, leader_epoch 22
  const { offsets, timestamps, errors } = into
  const { view } = reader
  for (let i = 0; i < run; i++) {
    const at = reader.take(26)
    reader.tags()
    const partition = view.getInt32(at)
    const error = view.getInt16(at + 4)
    const offset = reader.int64At(at + 14)
    if (partition < 0 || partition >= count) continue
    const row = first + partition
    // No log is that long; an offset that cannot be exact is no offset.
    const isExact = offset <= Number.MAX_SAFE_INTEGER
    offsets[row] = error === 0 && isExact ? offset : Number.NaN
    if (timestamps !== null) timestamps[row] = error === 0 ? reader.int64At(at + 6) : Number.NaN
    errors[row] = error === 0 && !isExact ? UNKNOWN_SERVER_ERROR : error
  }
}

function writePartitions(
  writer: ProtocolWriter,
  rows: Int32Array,
  from: number,
  to: number,
  first: number,
  timestamp: number | Float64Array,
): void {
  for (let i = from; i < to; i++) {
    writer.int32((rows[i] as number) - first)
    writer.int32(ANY_LEADER_EPOCH)
    writer.int64(typeof timestamp === 'number' ? timestamp : (timestamp[i] as number))
    writer.tags()
  }
}

function* countTopics(topology: Topology, rows: Int32Array): Steps<number> {
  let topics = 0
  let end = 0
  let previous = -1
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number
    if (row <= previous) throw new ExporterError('INTERNAL', `row ${row} asked for after row ${previous}`)
    previous = row
    if (row >= end) {
      topics++
      end = topology.start[topicOfRow(topology, row) + 1] as number
      if (row >= end) throw new ExporterError('INTERNAL', `row ${row} is not in the topology`)
    }
    if ((i & 0xffff) === 0xffff) yield
  }
  return topics
}

function endOfTopic(topology: Topology, topic: number, rows: Int32Array, from: number): number {
  const end = topology.start[topic + 1] as number
  let at = from
  while (at < rows.length && (rows[at] as number) < end) at++
  return at
}
