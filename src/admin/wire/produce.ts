import type { Api } from '../../kafka/wire/api.ts'
import { ProtocolReader } from '../../kafka/wire/protocol-reader.ts'
import { ProtocolWriter } from '../../kafka/wire/protocol-writer.ts'
import { byTopic } from './by-topic.ts'

/** From v9 on it is flexible, and from v13 on it knows topics by id only: nothing of it is needed here. */
export const PRODUCE: Api = { key: 0, name: 'Produce', min: 3, max: 8, flexibleFrom: 9 }

/** What a broker waits for its followers. */
export const PRODUCE_TIMEOUT_MS = 15_000
const ALL_IN_SYNC = -1

export interface PartitionBatch {
  readonly topic: string
  readonly partition: number
  readonly batch: Buffer
}

export interface ProduceResult {
  readonly topic: string
  readonly partition: number
  readonly errorCode: number
  /** Of the broker, from v8; or null. */
  readonly message: string | null
}

/** @param batches of each partition one at most */
export function encodeProduce(
  version: number,
  transactionalId: string | null,
  batches: readonly PartitionBatch[],
): Buffer {
  const size = batches.reduce((sum, { batch }) => sum + batch.length + 300, 300)
  const writer = new ProtocolWriter(PRODUCE, version, size)
  if (transactionalId === null) writer.nullString()
  else writer.string(transactionalId)
  writer.int16(ALL_IN_SYNC)
  writer.int32(PRODUCE_TIMEOUT_MS)
  const topics = byTopic(batches)
  writer.arrayLength(topics.size)
  for (const [topic, own] of topics) {
    writer.string(topic)
    writer.arrayLength(own.length)
    for (const { partition, batch } of own) {
      writer.int32(partition)
      writer.int32(batch.length)
      writer.raw(batch)
    }
  }
  return writer.finish()
}

export function decodeProduce(version: number, body: Buffer): readonly ProduceResult[] {
  const reader = new ProtocolReader(body, PRODUCE, version)
  const results: ProduceResult[] = []
  for (let topics = reader.listLength(6); topics > 0; topics--) {
    const topic = reader.string()
    for (let n = reader.listLength(version >= 5 ? 30 : 22); n > 0; n--) {
      const partition = reader.int32()
      const errorCode = reader.int16()
      reader.skip(16) // base_offset, log_append_time_ms
      if (version >= 5) reader.skip(8) // log_start_offset
      let message: string | null = null
      if (version >= 8) {
        for (let errors = reader.listLength(6); errors > 0; errors--) {
          reader.int32() // batch_index
          reader.skipString()
        }
        message = reader.nullableString()
      }
      results.push({ topic, partition, errorCode, message })
    }
  }
  reader.int32() // throttle_time_ms
  reader.end()
  return results
}
