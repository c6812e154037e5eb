import { ExporterError } from '../../errors.ts'
import type { Steps } from '../../model/steps.ts'
import { type Topology, topicOfRow } from '../../model/topology.ts'
import type { AbortedTransaction } from './aborted-transactions.ts'
import type { Api } from './api.ts'
import { ProtocolReader } from './protocol-reader.ts'
import { ProtocolWriter } from './protocol-writer.ts'
import { ReadingPace } from './reading-pace.ts'
import { topicIndexOf } from './topic-index.ts'

/**
 * The last version that names topics; 13 and later want topic ids, which a topic of before Kafka 2.8 need not have.
 * Kafka 2.7 to 4.3 speak it.
 */
export const FETCH: Api = { key: 1, name: 'Fetch', min: 12, max: 12, flexibleFrom: 12 }

/** Names topics by their ids, all of which must have one: a topic created anew is then never taken for the old one. */
export const FETCH_BY_ID: Api = { key: 1, name: 'Fetch', min: 13, max: 13, flexibleFrom: 12 }
const FIRST_WITH_IDS = 13

export interface FetchQuery {
  readonly topology: Topology
  /** Ascending, each once. */
  readonly rows: Int32Array
  /** One entry per row: the first offset that is wanted. */
  readonly offsets: Float64Array
  /**
   * One entry per row. The first partition that has anything answers with one whole batch even where it is longer;
   * from the others nothing comes where their first batch does not fit, and a later batch may be cut.
   */
  readonly maxBytes: Int32Array
  /** 0 = read_uncommitted, 1 = read_committed: up to the last stable offset, with the aborted transactions. */
  readonly isolation: 0 | 1
  /** Of records, over all partitions. */
  readonly totalBytes: number
}

export interface FetchedPartition {
  readonly row: number
  readonly errorCode: number
  /** The three are NaN where the broker did not say. */
  readonly highWatermark: number
  readonly lastStableOffset: number
  readonly logStart: number
  /** Empty for isolation 0. */
  readonly aborted: readonly AbortedTransaction[]
  /**
   * For `findFirstRecord`. A view of the answer, which it keeps in memory. They are of one segment: where they end
   * says nothing of where the log ends, and no bytes do not mean no records.
   */
  readonly records: Buffer
}

export interface FetchResponse {
  readonly throttleMs: number
  readonly errorCode: number
  /** In the order of the answer; what is not in the topology is left out. */
  readonly partitions: readonly FetchedPartition[]
}

const BYTES_PER_PARTITION = 33
const FULL_FETCH_WITHOUT_SESSION = -1
const ANY_LEADER_EPOCH = -1
const NO_EPOCH = -1
const NOT_A_FOLLOWER = -1

/** Answers at once with what is there: the records that are asked for have been written, so there is nothing to wait for. */
export function encodeFetch(version: number, query: FetchQuery): Buffer {
  const { topology, rows } = query
  const writer = new ProtocolWriter(FETCH, version, 64 + rows.length * (BYTES_PER_PARTITION + 32))
  writer.int32(-1) // replica_id: a consumer
  writer.int32(0) // max_wait_ms
  writer.int32(0) // min_bytes
  writer.int32(query.totalBytes)
  writer.uint8(query.isolation)
  writer.int32(0) // session_id
  writer.int32(FULL_FETCH_WITHOUT_SESSION)
  const ends = topicEnds(topology, rows)
  writer.arrayLength(ends.length)
  let at = 0
  for (const end of ends) {
    const topic = topicOfRow(topology, rows[at] as number)
    if (version >= FIRST_WITH_IDS) writer.uuid(topology.topicIds[topic] as string)
    else writer.string(topology.topics[topic] as string)
    writer.arrayLength(end - at)
    for (; at < end; at++) {
      writer.int32((rows[at] as number) - (topology.start[topic] as number))
      writer.int32(ANY_LEADER_EPOCH)
      writer.int64(query.offsets[at] as number)
      writer.int32(NO_EPOCH) // last_fetched_epoch
      writer.int64(NOT_A_FOLLOWER) // log_start_offset
      writer.int32(query.maxBytes[at] as number)
      writer.tags()
    }
    writer.tags()
  }
  writer.arrayLength(0) // forgotten_topics_data
  writer.string('') // rack_id: the leader answers by itself
  writer.tags()
  return writer.finish()
}

export function* decodeFetch(version: number, body: Buffer, topology: Topology): Steps<FetchResponse> {
  const hasIds = version >= FIRST_WITH_IDS
  const index = yield* topicIndexOf(topology)
  const byId = hasIds ? topicsById(topology) : null
  const reader = new ProtocolReader(body, FETCH, version)
  const pace = new ReadingPace(reader)
  const partitions: FetchedPartition[] = []
  const throttleMs = reader.int32()
  const errorCode = reader.int16()
  reader.int32() // session_id
  for (let topics = reader.arrayLength(hasIds ? 18 : 3); topics > 0; topics--) {
    const topic = byId === null ? index.read(reader) : (byId.get(reader.uuid()) ?? -1)
    const first = topic < 0 ? 0 : (topology.start[topic] as number)
    const count = topic < 0 ? 0 : (topology.start[topic + 1] as number) - first
    for (let n = reader.listLength(37); n > 0; n--) {
      const partition = yield* readPartition(reader, pace, first)
      const position = partition.row - first
      if (position >= 0 && position < count) partitions.push(partition)
      if (pace.isDue()) yield
    }
    reader.tags()
  }
  reader.tags()
  reader.end()
  return { throttleMs, errorCode, partitions }
}

function* readPartition(reader: ProtocolReader, pace: ReadingPace, first: number): Steps<FetchedPartition> {
  const row = first + reader.int32()
  const errorCode = reader.int16()
  const highWatermark = known(reader.int64())
  const lastStableOffset = known(reader.int64())
  const logStart = known(reader.int64())
  const aborted: AbortedTransaction[] = []
  const abortedCount = Math.max(0, reader.nullableArrayLength(17))
  reader.countObjects(abortedCount)
  for (let n = abortedCount; n > 0; n--) {
    aborted.push({ producerId: reader.int64(), firstOffset: reader.int64() })
    reader.tags()
    if (pace.isDue()) yield
  }
  reader.int32() // preferred_read_replica: only named to those who say their rack
  const records = reader.byteString()
  reader.tags()
  return { row, errorCode, highWatermark, lastStableOffset, logStart, aborted, records }
}

const positions = new WeakMap<Topology, ReadonlyMap<string, number>>()

function topicsById(topology: Topology): ReadonlyMap<string, number> {
  const known = positions.get(topology)
  if (known !== undefined) return known
  const byId = new Map(topology.topicIds.map((id, t) => [id, t]))
  positions.set(topology, byId)
  return byId
}

/** No log is so long that its offsets are not exact. */
function known(offset: number): number {
  return offset < 0 || offset > Number.MAX_SAFE_INTEGER ? Number.NaN : offset
}

/** For each topic that rows are of, the position in `rows` after its last. */
function topicEnds(topology: Topology, rows: Int32Array): number[] {
  const ends: number[] = []
  let end = 0
  let previous = -1
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number
    if (row <= previous) throw new ExporterError('INTERNAL', `row ${row} asked for after row ${previous}`)
    previous = row
    if (row < end) continue
    if (i > 0) ends.push(i)
    end = topology.start[topicOfRow(topology, row) + 1] ?? 0
    if (row >= end) throw new ExporterError('INTERNAL', `row ${row} is not in the topology`)
  }
  if (rows.length > 0) ends.push(rows.length)
  return ends
}
