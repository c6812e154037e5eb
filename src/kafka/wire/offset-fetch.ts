import { ExporterError } from '../../errors.ts'
import { ROWS_PER_STEP, type Steps } from '../../model/steps.ts'
import type { Topology } from '../../model/topology.ts'
import type { Api } from './api.ts'
import { ProtocolReader } from './protocol-reader.ts'
import { ProtocolWriter } from './protocol-writer.ts'
import { RowColumn } from './row-column.ts'
import { type TopicIndex, topicIndexOf } from './topic-index.ts'

/** Not v10: it knows topics by id only, and older brokers call it unstable. */
export const OFFSET_FETCH: Api = { key: 9, name: 'OffsetFetch', min: 5, max: 9, flexibleFrom: 6 }

/** Below v8 a request is about one group. */
export const OFFSET_FETCH_MANY_GROUPS = 8

export interface OffsetFetchResponse {
  readonly throttleMs: number
  readonly groups: readonly FetchedOffsets[]
}

export interface FetchedOffsets {
  readonly id: string
  readonly errorCode: number
  /** Rows of the topology in the order of the answer. Partitions without a commit are not here. */
  readonly rows: Int32Array
  /** NaN where the partition has an error. */
  readonly offsets: Float64Array
  /** How many of `offsets` are NaN. */
  readonly unreadable: number
  /** Error code of the first of them, or 0. */
  readonly firstPartitionError: number
}

/**
 * All topics of each group, requireStable = false: with true, an open transaction hides the offset that was committed
 * before it (KIP-447).
 */
export function encodeOffsetFetch(version: number, groups: readonly string[]): Buffer {
  const writer = new ProtocolWriter(OFFSET_FETCH, version, 64 + groups.length * 48)
  if (version < OFFSET_FETCH_MANY_GROUPS) {
    writer.string(onlyOne(version, groups))
    writer.nullArray()
  } else {
    writer.arrayLength(groups.length)
    for (const group of groups) {
      writer.string(group)
      if (version >= 9) {
        writer.nullString() // member_id: as an admin, not as a member
        writer.int32(-1) // member_epoch
      }
      writer.nullArray()
      writer.tags()
    }
  }
  if (version >= 7) writer.boolean(false)
  writer.tags()
  return writer.finish()
}

export function* decodeOffsetFetch(
  version: number,
  body: Buffer,
  topology: Topology,
  groups: readonly string[],
): Steps<OffsetFetchResponse> {
  const index = yield* topicIndexOf(topology)
  const reader = new ProtocolReader(body, OFFSET_FETCH, version)
  const decoder = new CommitsDecoder(reader, topology, index)
  const throttleMs = reader.int32()
  const fetched: FetchedOffsets[] = []
  if (version < OFFSET_FETCH_MANY_GROUPS) {
    yield* decoder.topics()
    fetched.push(decoder.take(onlyOne(version, groups), reader.int16()))
  } else {
    for (let n = reader.listLength(5); n > 0; n--) {
      const id = reader.string()
      yield* decoder.topics()
      fetched.push(decoder.take(id, reader.int16()))
      reader.tags()
    }
  }
  reader.tags()
  reader.end()
  return { throttleMs, groups: fetched }
}

/** Collects the commits of one group after the other. */
class CommitsDecoder {
  readonly #reader: ProtocolReader
  readonly #topology: Topology
  readonly #index: TopicIndex
  readonly #column = new RowColumn()
  #budget = ROWS_PER_STEP
  #unreadable = 0
  #firstError = 0

  constructor(reader: ProtocolReader, topology: Topology, index: TopicIndex) {
    this.#reader = reader
    this.#topology = topology
    this.#index = index
  }

  *topics(): Steps<void> {
    const reader = this.#reader
    this.#budget -= 8 // what a group costs by itself
    for (let topics = reader.arrayLength(3); topics > 0; topics--) {
      const topic = this.#index.read(reader)
      const first = topic < 0 ? 0 : (this.#topology.start[topic] as number)
      const count = topic < 0 ? 0 : (this.#topology.start[topic + 1] as number) - first
      let partitions = reader.arrayLength(20)
      this.#budget -= 2
      while (partitions > 0) {
        const run = Math.min(partitions, Math.max(1, this.#budget))
        this.#partitions(run, first, count)
        partitions -= run
        this.#budget -= run
        if (this.#budget > 0) continue
        yield
        this.#budget = ROWS_PER_STEP
      }
      reader.tags()
    }
    if (this.#budget > 0) return
    yield
    this.#budget = ROWS_PER_STEP
  }

  #partitions(run: number, first: number, count: number): void {
    const reader = this.#reader
    const column = this.#column
    column.reserve(run)
    for (let i = 0; i < run; i++) {
      const at = reader.take(16) // partition_index 0, committed_offset 4, committed_leader_epoch 12
      reader.skipString() // metadata
      const error = reader.int16()
      reader.tags()
      const partition = reader.view.getInt32(at)
      const offset = reader.int64At(at + 4)
      if (partition < 0 || partition >= count) continue
      if (error !== 0) {
        this.#unreadable++
        if (this.#firstError === 0) this.#firstError = error
        column.push(first + partition, Number.NaN)
      } else if (offset >= 0) {
        column.push(first + partition, offset)
      }
    }
  }

  /** What has come since the last call. */
  take(id: string, errorCode: number): FetchedOffsets {
    const { rows, values } = this.#column.take()
    const unreadable = this.#unreadable
    const firstPartitionError = this.#firstError
    this.#unreadable = 0
    this.#firstError = 0
    return { id, errorCode, rows, offsets: values, unreadable, firstPartitionError }
  }
}

function onlyOne(version: number, groups: readonly string[]): string {
  const [group] = groups
  if (group === undefined || groups.length > 1) {
    throw new ExporterError('INTERNAL', `OffsetFetch v${version} is about one group, not ${groups.length}`)
  }
  return group
}
