import type { TailAnswer, TailedRecord, TailLimits, TailMap, TailPosition } from '../../model/tail.ts'
import { topicOfRow } from '../../model/topology.ts'
import { partitionName } from '../reader/offsets-phase.ts'
import type { PollCalls } from '../reader/poll-calls.ts'
import { errorName, NONE } from '../wire/error-codes.ts'
import { decodeFetch, encodeFetch, FETCH, type FetchedPartition } from '../wire/fetch.ts'
import { readBatches } from '../wire/read-batches.ts'

const OFFSET_OUT_OF_RANGE = 1
/** Each is a read of its own for the broker's disks. */
const MOST_PARTITIONS = 500
/** Of records, in one answer: it is held while they are looked at. */
const MOST_BYTES = 4 * 1024 * 1024
const PARTITION_BYTES = 256 * 1024
/** Asked for each record where few are wanted; more comes by the batch. */
const SAMPLE_BYTES = 2 * 1024
/** Records that are handed over together. */
const MOST_RECORDS = 1_000

export interface Lane {
  readonly calls: PollCalls
  readonly map: TailMap
  readonly node: number
  readonly limits: TailLimits
  /** Shared by all lanes. */
  readonly budget: { left: number }
  readonly take: (answer: TailAnswer) => Promise<void>
}

interface Reading {
  readonly row: number
  offset: number
  /** Records that are still wanted. */
  left: number
  /** Its first batch is longer than a partition's part: asked for alone, it comes whole. */
  isLong: boolean
}

/**
 * Reads on from the positions of partitions that one broker leads, until each is at its end, has failed, or the bytes
 * are used up. What has more is asked for again behind the others, so that a full partition starves none.
 *
 * @param positions by row
 */
export async function readLane(lane: Lane, positions: readonly TailPosition[]): Promise<void> {
  let left: readonly Reading[] = positions.map(({ row, offset, maxRecords }) => ({
    row,
    offset,
    left: maxRecords,
    isLong: false,
  }))
  while (left.length > 0 && lane.budget.left > 0 && !lane.calls.isEnded) {
    const asked = nextOf(left)
    const again = await readOnce(lane, asked)
    left = [...left.filter(reading => !asked.includes(reading)), ...again]
  }
}

/** Those that are asked for together, by row: one that is long, or as many others as may be. */
function nextOf(left: readonly Reading[]): readonly Reading[] {
  const [first] = left
  if (first?.isLong) return [first]
  return left
    .filter(reading => !reading.isLong)
    .slice(0, MOST_PARTITIONS)
    .sort((a, b) => a.row - b.row)
}

/** Which of them have more. */
async function readOnce(lane: Lane, asked: readonly Reading[]): Promise<readonly Reading[]> {
  const { calls, map, node, limits, budget } = lane
  const { topology } = map
  const isAlone = asked.length === 1
  const bytes = Math.max(1, Math.min(budget.left, isAlone ? limits.maxBatchBytes : MOST_BYTES))
  const answer = await calls.ask(node, {
    api: FETCH,
    encode: version =>
      encodeFetch(version, {
        topology,
        rows: Int32Array.from(asked, reading => reading.row),
        offsets: Float64Array.from(asked, reading => reading.offset),
        maxBytes: Int32Array.from(asked, ({ left }) => Math.min(bytes, PARTITION_BYTES, left * SAMPLE_BYTES)),
        isolation: 1,
        totalBytes: bytes,
      }),
    decode: (version, body) => decodeFetch(version, body, topology),
  })
  if (!answer.ok || answer.value.errorCode !== NONE) {
    if (calls.isEnded) return []
    const code = answer.ok ? errorName(answer.value.errorCode) : answer.failure.code
    const message = answer.ok ? `broker ${node}: ${code}` : answer.failure.message
    for (const { row } of asked) await lane.take({ kind: 'failed', row, code, message })
    return []
  }
  const readings = new Map(asked.map(reading => [reading.row, reading]))
  const again: Reading[] = []
  let isAnyRead = false
  for (const partition of answer.value.partitions) {
    budget.left -= partition.records.length
    if (partition.records.length > 0) isAnyRead = true
  }
  for (const partition of answer.value.partitions) {
    const reading = readings.get(partition.row)
    if (reading === undefined || calls.isEnded) continue
    if (await readPartition(lane, reading, partition, isAnyRead)) again.push(reading)
  }
  return again
}

/** Whether there is more of it. */
async function readPartition(
  lane: Lane,
  reading: Reading,
  partition: FetchedPartition,
  isAnyRead: boolean,
): Promise<boolean> {
  const { row, errorCode, records, lastStableOffset: end } = partition
  if (errorCode === OFFSET_OUT_OF_RANGE) {
    await lane.take({ kind: 'out_of_range', row })
    return false
  }
  if (errorCode !== NONE) {
    const code = errorName(errorCode)
    const message = `broker ${lane.node}: ${partitionName(lane.map.topology, row)}: ${code}`
    await lane.take({ kind: 'failed', row, code, message })
    return false
  }
  if (records.length === 0) {
    // Others had all the room. Where nobody had anything, the end is not served yet.
    return reading.offset < end && isAnyRead
  }
  const before = reading.offset
  const cutBytes = await handOver(lane, reading, partition)
  if (reading.offset > before) {
    reading.isLong = false
    return reading.left > 0 && reading.offset < end
  }
  if (cutBytes === null) return false
  if (!reading.isLong && !(cutBytes > lane.limits.maxBatchBytes)) {
    reading.isLong = true
    return true
  }
  // Not even alone, or never: it is passed over by one, and the broker says what comes behind.
  reading.offset++
  await lane.take({ kind: 'read', row, records: [], unreadable: 1, nextOffset: reading.offset, end })
  return reading.offset < end
}

/** The length of the batch that the bytes end in; null where they end with one. */
async function handOver(
  { map, limits, take, calls }: Lane,
  reading: Reading,
  { row, records: bytes, aborted, lastStableOffset: end }: FetchedPartition,
): Promise<number | null> {
  const partition = row - (map.topology.start[topicOfRow(map.topology, row)] as number)
  const batches = readBatches(bytes, partition, reading.offset, aborted, limits.maxBatchBytes)
  let records: TailedRecord[] = []
  let unreadable = 0
  const flush = async () => {
    const answer = { kind: 'read', row, records, unreadable, nextOffset: reading.offset, end } as const
    records = []
    unreadable = 0
    await take(answer)
  }
  let isPending = false
  for (;;) {
    const step = batches.next()
    if (step.done) {
      if (isPending) await flush()
      return step.value.cutBytes
    }
    const batch = step.value
    const wanted = batch.records.length <= reading.left ? batch.records : batch.records.slice(0, reading.left)
    for (const record of wanted) records.push(record)
    unreadable += batch.unreadable
    reading.left -= wanted.length
    const last = wanted.at(-1)
    reading.offset = wanted === batch.records || last === undefined ? batch.nextOffset : last.offset + 1
    isPending = true
    if (records.length < MOST_RECORDS && reading.left > 0) continue
    await flush()
    isPending = false
    if (calls.isEnded || reading.left <= 0) return null
  }
}
