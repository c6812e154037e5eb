import type { Api } from '../../kafka/wire/api.ts'
import { ProtocolReader } from '../../kafka/wire/protocol-reader.ts'
import { ProtocolWriter } from '../../kafka/wire/protocol-writer.ts'
import { byTopic } from './by-topic.ts'

export const INIT_PRODUCER_ID: Api = { key: 22, name: 'InitProducerId', min: 0, max: 1, flexibleFrom: 2 }
export const ADD_PARTITIONS: Api = { key: 24, name: 'AddPartitionsToTxn', min: 0, max: 2, flexibleFrom: 3 }
export const ADD_OFFSETS: Api = { key: 25, name: 'AddOffsetsToTxn', min: 0, max: 2, flexibleFrom: 3 }
export const END_TXN: Api = { key: 26, name: 'EndTxn', min: 0, max: 2, flexibleFrom: 3 }

/** A broker ends a transaction that is open for longer, as after a kill. */
export const TRANSACTION_TIMEOUT_MS = 30_000

/** Who writes, as its coordinator knows it. */
export interface Producer {
  readonly id: number
  readonly epoch: number
}

export interface Transaction extends Producer {
  readonly transactionalId: string
}

export interface TopicPartition {
  readonly topic: string
  readonly partition: number
}

/** @param transactionalId null: a producer that is known for as long as it writes */
export function encodeInitProducerId(
  version: number,
  transactionalId: string | null,
  transactionTimeoutMs: number,
): Buffer {
  const writer = new ProtocolWriter(INIT_PRODUCER_ID, version)
  if (transactionalId === null) writer.nullString()
  else writer.string(transactionalId)
  writer.int32(transactionTimeoutMs)
  return writer.finish()
}

export function decodeInitProducerId(
  version: number,
  body: Buffer,
): { readonly errorCode: number; readonly producer: Producer } {
  const reader = new ProtocolReader(body, INIT_PRODUCER_ID, version)
  reader.int32() // throttle_time_ms
  const errorCode = reader.int16()
  const producer = { id: reader.int64(), epoch: reader.int16() }
  reader.end()
  return { errorCode, producer }
}

export function encodeAddPartitions(
  version: number,
  transaction: Transaction,
  partitions: readonly TopicPartition[],
): Buffer {
  const writer = startOf(ADD_PARTITIONS, version, transaction)
  const topics = byTopic(partitions)
  writer.arrayLength(topics.size)
  for (const [topic, own] of topics) {
    writer.string(topic)
    writer.arrayLength(own.length)
    for (const { partition } of own) writer.int32(partition)
  }
  return writer.finish()
}

export interface PartitionResult extends TopicPartition {
  readonly errorCode: number
}

/** The shape that AddPartitionsToTxn, TxnOffsetCommit and OffsetCommit answer with. */
export function decodePartitionResults(api: Api, version: number, body: Buffer): readonly PartitionResult[] {
  const reader = new ProtocolReader(body, api, version)
  reader.int32() // throttle_time_ms
  const results: PartitionResult[] = []
  for (let topics = reader.listLength(6); topics > 0; topics--) {
    const topic = reader.string()
    for (let n = reader.listLength(6); n > 0; n--) {
      results.push({ topic, partition: reader.int32(), errorCode: reader.int16() })
    }
  }
  reader.end()
  return results
}

export function encodeAddOffsets(version: number, transaction: Transaction, group: string): Buffer {
  const writer = startOf(ADD_OFFSETS, version, transaction)
  writer.string(group)
  return writer.finish()
}

export function encodeEndTxn(version: number, transaction: Transaction, isCommitted: boolean): Buffer {
  const writer = startOf(END_TXN, version, transaction)
  writer.boolean(isCommitted)
  return writer.finish()
}

/** AddOffsetsToTxn and EndTxn. */
export function decodeErrorCode(api: Api, version: number, body: Buffer): number {
  const reader = new ProtocolReader(body, api, version)
  reader.int32() // throttle_time_ms
  const errorCode = reader.int16()
  reader.end()
  return errorCode
}

function startOf(api: Api, version: number, { transactionalId, id, epoch }: Transaction): ProtocolWriter {
  const writer = new ProtocolWriter(api, version)
  writer.string(transactionalId)
  writer.int64(id)
  writer.int16(epoch)
  return writer
}
