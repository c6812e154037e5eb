import type { Api } from '../../kafka/wire/api.ts'
import { ProtocolReader } from '../../kafka/wire/protocol-reader.ts'
import { ProtocolWriter } from '../../kafka/wire/protocol-writer.ts'
import type { TopicPartition, Transaction } from './transactions.ts'

export const OFFSET_COMMIT: Api = { key: 8, name: 'OffsetCommit', min: 4, max: 7, flexibleFrom: 8 }
/**
 * The last version that says for how long offsets are kept (KIP-211). Brokers of all releases to date honour it; by a
 * later one, and by TxnOffsetCommit, they forget the offsets of a group without members: offsets.retention.minutes.
 */
export const LASTING_OFFSET_COMMIT: Api = { ...OFFSET_COMMIT, max: 4 }
export const TXN_OFFSET_COMMIT: Api = { key: 28, name: 'TxnOffsetCommit', min: 0, max: 2, flexibleFrom: 3 }
/** The first version that tells of offsets in an open transaction instead of passing over them (KIP-447). */
export const STABLE_OFFSET_FETCH: Api = { key: 9, name: 'OffsetFetch', min: 7, max: 7, flexibleFrom: 6 }
export const FIND_ONE_COORDINATOR: Api = { key: 10, name: 'FindCoordinator', min: 1, max: 2, flexibleFrom: 3 }

/** Five years. */
const RETENTION_MS = 5 * 365 * 86_400_000
const GROUP = 0
const TRANSACTION = 1

/** The next offset to be read of each partition. */
export interface Positions {
  readonly topic: string
  readonly offsets: readonly (readonly [partition: number, offset: number])[]
}

/** As who is no member: the coordinator refuses where the group has any. */
export function encodeOffsetCommit(version: number, group: string, positions: Positions): Buffer {
  const writer = new ProtocolWriter(OFFSET_COMMIT, version)
  writer.string(group)
  writer.int32(-1) // generation_id
  writer.string('') // member_id
  if (version >= 7) writer.nullString() // group_instance_id
  if (version <= 4) writer.int64(RETENTION_MS) // retention_time_ms
  writePositions(writer, positions, version >= 6)
  return writer.finish()
}

export function encodeTxnOffsetCommit(
  version: number,
  { transactionalId, id, epoch }: Transaction,
  group: string,
  positions: Positions,
): Buffer {
  const writer = new ProtocolWriter(TXN_OFFSET_COMMIT, version)
  writer.string(transactionalId)
  writer.string(group)
  writer.int64(id)
  writer.int16(epoch)
  writePositions(writer, positions, version >= 2)
  return writer.finish()
}

function writePositions(writer: ProtocolWriter, { topic, offsets }: Positions, hasEpoch: boolean): void {
  writer.arrayLength(1)
  writer.string(topic)
  writer.arrayLength(offsets.length)
  for (const [partition, offset] of offsets) {
    writer.int32(partition)
    writer.int64(offset)
    if (hasEpoch) writer.int32(-1) // committed_leader_epoch
    writer.nullString() // metadata
  }
}

/** @param isStable an error instead of an old offset where a transaction is open (UNSTABLE_OFFSET_COMMIT) */
export function encodeStableOffsetFetch(version: number, group: string, isStable: boolean): Buffer {
  const writer = new ProtocolWriter(STABLE_OFFSET_FETCH, version)
  writer.string(group)
  writer.nullArray()
  writer.boolean(isStable)
  writer.tags()
  return writer.finish()
}

export interface CommittedOffset extends TopicPartition {
  readonly offset: number
}

/** The first error there is, of the group or of a partition, is the error of all. */
export function decodeStableOffsetFetch(
  version: number,
  body: Buffer,
): { readonly errorCode: number; readonly committed: readonly CommittedOffset[] } {
  const reader = new ProtocolReader(body, STABLE_OFFSET_FETCH, version)
  reader.int32() // throttle_time_ms
  const committed: CommittedOffset[] = []
  let partitionError = 0
  for (let topics = reader.listLength(3); topics > 0; topics--) {
    const topic = reader.string()
    for (let n = reader.listLength(20); n > 0; n--) {
      const partition = reader.int32()
      const offset = reader.int64()
      reader.int32() // committed_leader_epoch
      reader.skipString() // metadata
      const errorCode = reader.int16()
      reader.tags()
      if (partitionError === 0) partitionError = errorCode
      if (offset >= 0) committed.push({ topic, partition, offset })
    }
    reader.tags()
  }
  const groupError = reader.int16()
  reader.tags()
  reader.end()
  return { errorCode: groupError === 0 ? partitionError : groupError, committed }
}

export function encodeFindOneCoordinator(
  version: number,
  name: string,
  kind: 'group' | 'transaction',
): Buffer {
  const writer = new ProtocolWriter(FIND_ONE_COORDINATOR, version)
  writer.string(name)
  writer.uint8(kind === 'group' ? GROUP : TRANSACTION)
  return writer.finish()
}

export function decodeFindOneCoordinator(
  version: number,
  body: Buffer,
): { readonly errorCode: number; readonly node: number } {
  const reader = new ProtocolReader(body, FIND_ONE_COORDINATOR, version)
  reader.int32() // throttle_time_ms
  const errorCode = reader.int16()
  reader.skipString() // error_message
  const node = reader.int32()
  reader.skipString() // host
  reader.int32() // port
  reader.end()
  return { errorCode, node }
}
