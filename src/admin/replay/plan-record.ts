import { REPLAY_HEADERS } from '../../domain/dlq/own-headers.ts'
import type { Origin } from '../../domain/dlq/read-origin.ts'
import type { RecordHeader, TailedRecord } from '../../model/tail.ts'
import type { NewRecord } from '../wire/encode-record-batch.ts'
import { partitionOfKey } from './key-partition.ts'

/** Why a dead letter is not sent on, though no filter left it out. */
export type RefusalReason =
  | 'no_source_topic' //     its headers do not say where it comes from
  | 'own_topic' //           it comes from the dead-letter topic itself
  | 'no_such_topic' //       the topic that it comes from is no more, or one of the brokers' own
  | 'no_source_partition' // its headers do not say which, or the target has not as many
  | 'too_many_hops' //       it was replayed as often as may be, and came back each time
  | 'inexact_header' //      a key of a header is no UTF-8, and could not be written as it was
  | 'too_large' //           for the target, as its brokers say
  | 'invalid' //             for the target, as its brokers say
  | 'unreadable' //          damaged, or of an unknown codec

export interface PlanOptions {
  /** The dead-letter topic. */
  readonly topic: string
  /** Null: to where each record comes from. */
  readonly target: string | null
  readonly group: string
  readonly maxHops: number
  readonly keepsTimestamps: boolean
  readonly partitioning: 'key' | 'original'
}

export type PlannedRecord =
  | { readonly kind: 'refuse'; readonly reason: RefusalReason }
  | { readonly kind: 'send'; readonly topic: string; readonly record: NewRecord }

const HOPS = /^\d{1,9}$/
const MARKERS: ReadonlySet<string> = new Set(Object.values(REPLAY_HEADERS))
/** What is read in place of bytes that are no UTF-8. */
const REPLACEMENT = '\ufffd'

/** What becomes of a dead letter: what it was, with the markers of this replay behind its headers. */
export function planRecord(
  dead: TailedRecord,
  origin: Origin,
  options: PlanOptions,
  now: number,
): PlannedRecord {
  const topic = options.target ?? origin.topic
  if (topic === null) return refuse('no_source_topic')
  if (topic === options.topic) return refuse('own_topic')
  const hops = hopsOf(dead.headers)
  if (hops >= options.maxHops) return refuse('too_many_hops')
  if (dead.headers.some(({ key }) => key.includes(REPLACEMENT))) return refuse('inexact_header')
  const headers = [
    ...dead.headers.filter(({ key }) => !MARKERS.has(key)),
    marker(REPLAY_HEADERS.hops, String(hops + 1)),
    marker(REPLAY_HEADERS.from, `${options.topic}/${dead.partition}/${dead.offset}`),
    marker(REPLAY_HEADERS.by, options.group),
  ]
  const timestamp = options.keepsTimestamps && dead.timestamp >= 0 ? dead.timestamp : now
  return { kind: 'send', topic, record: { key: dead.key, value: dead.value, headers, timestamp } }
}

/** Null where the original partition is asked for and not to be had. The same key is always given the same one. */
export function choosePartition(
  dead: TailedRecord,
  origin: Origin,
  partitioning: PlanOptions['partitioning'],
  partitions: number,
): number | null {
  const { partition } = origin
  const original = partition !== null && partition < partitions ? partition : null
  if (partitioning === 'original') return original
  if (dead.key !== null) return partitionOfKey(dead.key, partitions)
  // What was in order in one partition stays so.
  return original ?? dead.partition % partitions
}

/** How often it was replayed before. */
export function hopsOf(headers: readonly RecordHeader[]): number {
  const text = headers.findLast(({ key }) => key === REPLAY_HEADERS.hops)?.value?.toString('latin1') ?? ''
  return HOPS.test(text) ? Number(text) : 0
}

function marker(key: string, value: string): RecordHeader {
  return { key, value: Buffer.from(value) }
}

function refuse(reason: RefusalReason): PlannedRecord {
  return { kind: 'refuse', reason }
}
