import type { TailAnswer, TailedRecord, TailLimits, TailMap } from '../../model/tail.ts'
import { topicOfRow } from '../../model/topology.ts'
import type { FetchedPartition } from '../wire/fetch.ts'
import { readBatches } from '../wire/read-batches.ts'
import type { Reading } from './lane-queue.ts'

/** Records that are handed over together, but for the last batch of them. */
const MOST_RECORDS = 1_000

export interface HandOver {
  readonly map: TailMap
  readonly limits: TailLimits
  readonly calls: { readonly isEnded: boolean }
  readonly take: (answer: TailAnswer) => Promise<void>
}

/**
 * Hands over what one answer brought of a partition, as many as are wanted, and moves the reading on.
 *
 * @returns the length of the batch that the bytes end in; null where they end with one, or nothing more is wanted
 */
export async function handOver(
  { map, limits, take, calls }: HandOver,
  reading: Reading,
  { row, records: bytes, aborted, lastStableOffset: end }: FetchedPartition,
): Promise<number | null> {
  const partition = row - (map.topology.start[topicOfRow(map.topology, row)] as number)
  const batches = readBatches(bytes, partition, reading.offset, aborted, limits.maxBatchBytes)
  let records: TailedRecord[] = []
  let unreadable = 0
  let isPending = false
  const flush = async () => {
    const answer = { kind: 'read', row, records, unreadable, nextOffset: reading.offset, end } as const
    records = []
    unreadable = 0
    isPending = false
    await take(answer)
  }
  for (;;) {
    const step = batches.next()
    if (step.done) {
      if (isPending) await flush()
      return step.value.cutBytes
    }
    const batch = step.value
    const isWhole = batch.records.length <= reading.left
    const wanted = isWhole ? batch.records : batch.records.slice(0, reading.left)
    for (const record of wanted) records.push(record)
    // What lies behind those that are wanted is not told of twice.
    if (isWhole) unreadable += batch.unreadable
    reading.offset = isWhole ? batch.nextOffset : (wanted.at(-1) as TailedRecord).offset + 1
    reading.left -= wanted.length
    isPending = true
    if (records.length < MOST_RECORDS && reading.left > 0) continue
    await flush()
    if (calls.isEnded || reading.left <= 0) return null
  }
}
