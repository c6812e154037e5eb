import type { TailAnswer, TailLimits, TailMap, TailPosition } from '../../model/tail.ts'
import { topicOfRow } from '../../model/topology.ts'
import { partitionName } from '../reader/offsets-phase.ts'
import type { PollCalls } from '../reader/poll-calls.ts'
import { errorName, NONE } from '../wire/error-codes.ts'
import { decodeFetch, encodeFetch, FETCH, FETCH_BY_ID, type FetchedPartition } from '../wire/fetch.ts'
import { handOver } from './hand-over.ts'
import { type Hunger, LaneQueue, MOST_HUNGRY, type Reading } from './lane-queue.ts'

const OFFSET_OUT_OF_RANGE = 1
const PARTITION_BYTES = 256 * 1024
/** Of records, in one answer: it is held while they are looked at. */
const MOST_BYTES = MOST_HUNGRY * PARTITION_BYTES
/** Asked for each record where few are wanted, and at least: more comes by the batch. */
const SAMPLE_BYTES = 2 * 1024
const LEAST_BYTES = 32 * 1024

export interface Lane {
  readonly calls: PollCalls
  readonly map: TailMap
  readonly node: number
  readonly limits: TailLimits
  /** Shared by all lanes. */
  readonly budget: { left: number }
  readonly take: (answer: TailAnswer) => Promise<void>
}

/**
 * Reads on from the positions of partitions that one broker leads, until each is at its end, has failed, or the bytes
 * are used up. What has more is asked for again behind the others, so that a full partition starves none.
 *
 * @param positions by row
 * @param waiting rows that had more when the last pass ended, those that have waited longest first
 * @returns the same of this pass
 */
export async function readLane(
  lane: Lane,
  positions: readonly TailPosition[],
  waiting: ReadonlyMap<number, Hunger>,
): Promise<ReadonlyMap<number, Hunger>> {
  const queue = new LaneQueue(positions, waiting)
  const { ok: readsById } = await lane.calls.versionOf(lane.node, FETCH_BY_ID)
  const api = readsById && haveIds(lane.map, positions) ? FETCH_BY_ID : FETCH
  while (lane.budget.left > 0 && !lane.calls.isEnded) {
    const asked = queue.next()
    if (asked.length === 0) break
    await readOnce(lane, api, asked, queue)
  }
  return queue.waiting()
}

function haveIds({ topology }: TailMap, positions: readonly TailPosition[]): boolean {
  return positions.every(({ row }) => topology.topicIds[topicOfRow(topology, row)] !== '')
}

async function readOnce(
  lane: Lane,
  api: typeof FETCH,
  asked: readonly Reading[],
  queue: LaneQueue,
): Promise<void> {
  const { calls, map, node, limits, budget } = lane
  const { topology } = map
  const bytes = Math.max(1, Math.min(budget.left, asked.length === 1 ? limits.maxBatchBytes : MOST_BYTES))
  const maxBytes = ({ left }: Reading) =>
    Math.min(bytes, PARTITION_BYTES, Math.max(LEAST_BYTES, left * SAMPLE_BYTES))
  const answer = await calls.ask(node, {
    api,
    encode: version =>
      encodeFetch(version, {
        topology,
        rows: Int32Array.from(asked, reading => reading.row),
        offsets: Float64Array.from(asked, reading => reading.offset),
        maxBytes: Int32Array.from(asked, maxBytes),
        isolation: 1,
        totalBytes: bytes,
      }),
    decode: (version, body) => decodeFetch(version, body, topology),
  })
  if (!answer.ok || answer.value.errorCode !== NONE) {
    if (calls.isEnded) return
    const code = answer.ok ? errorName(answer.value.errorCode) : answer.failure.code
    const message = answer.ok ? `broker ${node}: ${code}` : answer.failure.message
    for (const { row } of asked) await lane.take({ kind: 'failed', row, code, message })
    return
  }
  const readings = new Map(asked.map(reading => [reading.row, reading]))
  let isAnyRead = false
  for (const { records } of answer.value.partitions) {
    budget.left -= records.length
    if (records.length > 0) isAnyRead = true
  }
  const served: Reading[] = []
  for (const partition of answer.value.partitions) {
    const reading = readings.get(partition.row)
    if (reading === undefined || calls.isEnded) continue
    const more = await readPartition(lane, reading, partition)
    if (more === 'served') served.push(reading)
    // Where nobody had anything, the end is not served yet.
    else if (more === 'starved' && isAnyRead) queue.starved(reading)
  }
  for (const reading of served) queue.served(reading)
}

/** Whether there is more of it, and whether it had any this time. */
async function readPartition(
  lane: Lane,
  reading: Reading,
  partition: FetchedPartition,
): Promise<'served' | 'starved' | 'done'> {
  const { row, errorCode, records, lastStableOffset: end } = partition
  if (errorCode === OFFSET_OUT_OF_RANGE) {
    await lane.take({ kind: 'out_of_range', row })
    return 'done'
  }
  if (errorCode !== NONE) {
    const code = errorName(errorCode)
    const message = `broker ${lane.node}: ${partitionName(lane.map.topology, row)}: ${code}`
    await lane.take({ kind: 'failed', row, code, message })
    return 'done'
  }
  if (records.length === 0) {
    // Others had all the room.
    if (reading.offset < end) return 'starved'
    // That it can be read is told of, though nothing was there.
    await lane.take({ kind: 'read', row, records: [], unreadable: 0, nextOffset: reading.offset, end })
    return 'done'
  }
  const before = reading.offset
  const cutBytes = await handOver(lane, reading, partition)
  if (reading.offset === before && cutBytes !== null) {
    if (reading.hunger !== 'long') return 'starved'
    // Not even alone: it is passed over by one, and the broker says what comes behind.
    reading.offset++
    await lane.take({ kind: 'read', row, records: [], unreadable: 1, nextOffset: reading.offset, end })
  }
  return reading.offset > before && reading.left > 0 && reading.offset < end ? 'served' : 'done'
}
