import type { Steps } from '../../model/steps.ts'
import type { Topology } from '../../model/topology.ts'
import type { Api } from './api.ts'
import { ProtocolReader } from './protocol-reader.ts'
import { ProtocolWriter } from './protocol-writer.ts'
import { ReadingPace } from './reading-pace.ts'
import { RowColumn } from './row-column.ts'
import { topicIndexOf } from './topic-index.ts'

export const DESCRIBE_SHARE_GROUP_OFFSETS: Api = {
  key: 90,
  name: 'DescribeShareGroupOffsets',
  min: 0,
  max: 1,
  flexibleFrom: 0,
}

export interface DescribeShareGroupOffsetsResponse {
  readonly throttleMs: number
  readonly groups: readonly DescribedShareOffsets[]
}

export interface DescribedShareOffsets {
  readonly id: string
  readonly errorCode: number
  /** Rows of the topology in the order of the answer. */
  readonly rows: Int32Array
  /** NaN where the share partition is not initialised or has an error. */
  readonly startOffsets: Float64Array
  /** KIP-1226; NaN below v1 and where the broker does not know it. */
  readonly lags: Float64Array
  /** How many of `rows` have an error. */
  readonly unreadable: number
  /** Error code of the first of them, or 0. */
  readonly firstPartitionError: number
}

/** All topics of each group. */
export function encodeDescribeShareGroupOffsets(version: number, groups: readonly string[]): Buffer {
  const writer = new ProtocolWriter(DESCRIBE_SHARE_GROUP_OFFSETS, version)
  writer.arrayLength(groups.length)
  for (const group of groups) {
    writer.string(group)
    writer.nullArray()
    writer.tags()
  }
  writer.tags()
  return writer.finish()
}

export function* decodeDescribeShareGroupOffsets(
  version: number,
  body: Buffer,
  topology: Topology,
): Steps<DescribeShareGroupOffsetsResponse> {
  const index = yield* topicIndexOf(topology)
  const reader = new ProtocolReader(body, DESCRIBE_SHARE_GROUP_OFFSETS, version)
  const pace = new ReadingPace(reader)
  const starts = new RowColumn()
  const lags = new RowColumn()
  const throttleMs = reader.int32()
  const groups: DescribedShareOffsets[] = []
  for (let n = reader.listLength(6); n > 0; n--) {
    const id = reader.string()
    let unreadable = 0
    let firstPartitionError = 0
    for (let topics = reader.arrayLength(19); topics > 0; topics--) {
      const topic = index.read(reader)
      const first = topic < 0 ? 0 : (topology.start[topic] as number)
      const count = topic < 0 ? 0 : (topology.start[topic + 1] as number) - first
      reader.skip(16) // topic_id
      for (let partitions = reader.arrayLength(20); partitions > 0; partitions--) {
        const partition = reader.int32()
        const start = reader.int64()
        reader.int32() // leader_epoch
        const lag = version >= 1 ? reader.int64() : -1
        const error = reader.int16()
        reader.skipString() // error_message
        reader.tags()
        if (pace.isDue()) yield
        if (partition < 0 || partition >= count) continue
        if (error !== 0) {
          unreadable++
          if (firstPartitionError === 0) firstPartitionError = error
        }
        starts.reserve(1)
        lags.reserve(1)
        starts.push(first + partition, error === 0 && start >= 0 ? start : Number.NaN)
        lags.push(first + partition, error === 0 && lag >= 0 ? lag : Number.NaN)
      }
      reader.tags()
    }
    const errorCode = reader.int16()
    reader.skipString() // error_message
    reader.tags()
    const { rows, values: startOffsets } = starts.take()
    const { values } = lags.take()
    groups.push({ id, errorCode, rows, startOffsets, lags: values, unreadable, firstPartitionError })
    if (pace.isDue()) yield
  }
  reader.tags()
  reader.end()
  return { throttleMs, groups }
}
