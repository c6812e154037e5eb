import type { Steps } from '../../model/steps.ts'
import type { Topology } from '../../model/topology.ts'
import type { Api } from './api.ts'
import { ProtocolReader } from './protocol-reader.ts'
import { ProtocolWriter } from './protocol-writer.ts'
import { ReadingPace } from './reading-pace.ts'
import { RowColumn } from './row-column.ts'
import { type TopicIndex, topicIndexOf } from './topic-index.ts'

export const DESCRIBE_LOG_DIRS: Api = { key: 35, name: 'DescribeLogDirs', min: 2, max: 4, flexibleFrom: 2 }

export interface DescribeLogDirsResponse {
  readonly throttleMs: number
  /** 0 below v3, where a principal without the right is answered with no directories at all. */
  readonly errorCode: number
  readonly dirs: readonly LogDir[]
  /** Rows of the topology that this broker has a replica of, in the order of the answer. */
  readonly rows: Int32Array
  /** Bytes of that replica. */
  readonly sizes: Float64Array
}

export interface LogDir {
  readonly path: string
  readonly errorCode: number
  /** Sum of all replicas in it, those outside the topology and those on their way to another directory included. */
  readonly bytes: number
  /** Of the volume; NaN below v4 and where the broker cannot say. */
  readonly totalBytes: number
  readonly usableBytes: number
}

/** All topics of the broker that is asked. */
export function encodeDescribeLogDirs(version: number): Buffer {
  const writer = new ProtocolWriter(DESCRIBE_LOG_DIRS, version, 16)
  writer.nullArray()
  writer.tags()
  return writer.finish()
}

export function* decodeDescribeLogDirs(
  version: number,
  body: Buffer,
  topology: Topology,
): Steps<DescribeLogDirsResponse> {
  const index = yield* topicIndexOf(topology)
  const reader = new ProtocolReader(body, DESCRIBE_LOG_DIRS, version)
  const pace = new ReadingPace(reader)
  const sizes = new RowColumn()
  const throttleMs = reader.int32()
  const errorCode = version >= 3 ? reader.int16() : 0
  const dirs: LogDir[] = []
  for (let n = reader.listLength(5); n > 0; n--) {
    const dirError = reader.int16()
    const path = reader.string()
    let bytes = 0
    for (let topics = reader.arrayLength(3); topics > 0; topics--) {
      bytes += readTopic(reader, topology, index, sizes)
      if (pace.isDue()) yield
    }
    const totalBytes = version >= 4 ? known(reader.int64()) : Number.NaN
    const usableBytes = version >= 4 ? known(reader.int64()) : Number.NaN
    reader.tags()
    dirs.push({ path, errorCode: dirError, bytes, totalBytes, usableBytes })
  }
  reader.tags()
  reader.end()
  const { rows, values } = sizes.take()
  return { throttleMs, errorCode, dirs, rows, sizes: values }
}

/** Sum of the topic's replicas. */
function readTopic(reader: ProtocolReader, topology: Topology, index: TopicIndex, sizes: RowColumn): number {
  const topic = index.read(reader)
  const first = topic < 0 ? 0 : (topology.start[topic] as number)
  const count = topic < 0 ? 0 : (topology.start[topic + 1] as number) - first
  const partitions = reader.arrayLength(22)
  sizes.reserve(partitions)
  let bytes = 0
  for (let i = 0; i < partitions; i++) {
    const partition = reader.int32()
    const size = reader.int64()
    reader.int64() // offset_lag
    const isFuture = reader.boolean()
    reader.tags()
    bytes += size
    if (!isFuture && partition >= 0 && partition < count) sizes.push(first + partition, size)
  }
  reader.tags()
  return bytes
}

function known(bytes: number): number {
  return bytes < 0 ? Number.NaN : bytes
}
