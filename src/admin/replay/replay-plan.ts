import { ExporterError } from '../../errors.ts'
import { EARLIEST, LATEST } from '../../kafka/wire/list-offsets.ts'
import type { AdminCalls } from '../admin-calls.ts'
import { readClusterMap, readOffsets } from '../cluster-map.ts'
import type { GroupPosition } from '../group-position.ts'
import { refusalOf } from './route-records.ts'

const READ_COMMITTED = 1

/** What there is to be replayed, by partition of the dead-letter topic. Nothing written later belongs to it. */
export interface ReplayPlan {
  readonly clusterId: string | null
  readonly starts: Float64Array
  readonly ends: Float64Array
  readonly positions: Float64Array
  /** Offsets between the positions and the ends: as many records, or fewer. */
  readonly atMost: number
  /** Some partition has a position already. */
  readonly isResumed: boolean
  /** Partitions with something in them and without a position. */
  readonly unplaced: number
}

export interface PlanParts {
  readonly calls: AdminCalls
  readonly topic: string
  readonly position: GroupPosition
  /** Begin at the log start, whatever was replayed before. */
  readonly isAgain: boolean
}

export async function planReplay({ calls, topic, position, isAgain }: PlanParts): Promise<ReplayPlan> {
  const map = await readTopicMap(calls, topic)
  const starts = await calls.persist(async () =>
    readOffsets(calls, await readTopicMap(calls, topic), EARLIEST, READ_COMMITTED),
  )
  const ends = await calls.persist(async () =>
    readOffsets(calls, await readTopicMap(calls, topic), LATEST, READ_COMMITTED),
  )
  const committed = isAgain ? new Map<number, number>() : await position.peek()
  return { clusterId: map.clusterId, starts, ends, ...placePositions(topic, committed, starts, ends) }
}

/** Throws ExporterError POSITION_BEYOND_END where a position cannot be of the records that are there. */
export function placePositions(
  topic: string,
  committed: ReadonlyMap<number, number>,
  starts: Float64Array,
  ends: Float64Array,
): Pick<ReplayPlan, 'positions' | 'atMost' | 'isResumed' | 'unplaced'> {
  let atMost = 0
  let unplaced = 0
  const positions = starts.map((start, partition) => {
    const end = ends[partition] as number
    const position = committed.get(partition) ?? start
    if (position > end) {
      throw new ExporterError(
        'POSITION_BEYOND_END',
        `topic ${topic}, partition ${partition} ends at ${end}, and ${position} was replayed up to: it was made anew, or cut. ` +
          'Begin at its start by --again',
      )
    }
    if (!committed.has(partition) && end > start) unplaced++
    atMost += Math.max(0, end - Math.max(position, start))
    return position
  })
  return { positions, atMost, isResumed: committed.size > 0, unplaced }
}

/** Of one topic: its partitions are the rows. */
export async function readTopicMap(calls: AdminCalls, topic: string) {
  const map = await readClusterMap(calls, [topic])
  if (map.topology.topics.length > 0) return map
  const code = map.refused.get(topic) ?? 'UNKNOWN_TOPIC_OR_PARTITION'
  if (code === 'TOPIC_AUTHORIZATION_FAILED') {
    throw new ExporterError(code, `topic ${topic}: it may not be described: grant DESCRIBE and READ on it`)
  }
  if (code === 'UNKNOWN_TOPIC_OR_PARTITION')
    throw new ExporterError(code, `topic ${topic}: there is no such topic`)
  throw refusalOf(topic, code)
}
