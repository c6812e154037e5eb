import { type DeadLetterView, NO_DEAD_LETTERS } from '../../model/dead-letters.ts'
import type { Evidence, TimeAnswers } from '../../model/evidence.ts'
import type { Steps } from '../../model/steps.ts'
import { moveRows } from '../cell-map.ts'
import type { GroupMemory } from '../group-memory.ts'
import type { Placed } from '../place.ts'
import type { LagMemory } from '../state.ts'
import type { TrackOptions } from '../track-options.ts'
import { type DeadLetterMemory, NO_DEAD_LETTER_MEMORY, type RecordTimes } from './dead-letter-memory.ts'
import { findRows } from './find-rows.ts'
import { undrainedOf } from './undrained.ts'

/** One poll's step; costs in proportion to the partitions of dead-letter topics, and nothing where there are none. */
export function* trackDeadLetters(
  placed: Placed,
  evidence: Pick<Evidence, 'deadLetters'>,
  { partitions, readings }: Pick<LagMemory, 'partitions' | 'readings'>,
  groups: ReadonlyMap<string, GroupMemory>,
  options: Pick<TrackOptions, 'isDeadLetterTopic' | 'drainedBy' | 'maxReadingAgeMs'>,
): Steps<readonly [DeadLetterMemory, DeadLetterView]> {
  const { isDeadLetterTopic, drainedBy, maxReadingAgeMs } = options
  const { before, topology, read, rowMap, placement, now } = placed
  const oldestHeld = now - maxReadingAgeMs
  const found = yield* findRows(before.deadLetters.rows, topology, isDeadLetterTopic)
  const { rows } = found
  if (rows.length === 0) return [{ ...NO_DEAD_LETTER_MEMORY, rows: found }, NO_DEAD_LETTERS]

  const depth = Float64Array.from(rows, row =>
    Math.max(0, (partitions.highWatermark[row] as number) - (partitions.logStart[row] as number)),
  )
  const endsBefore = yield* moveRows(before.deadLetters.ends, rowMap)
  const ends = new Map<number, number>()
  for (const row of rows) {
    const end = read.highWatermark[row] as number
    const known = endsBefore.get(row)
    // After an unclean election the end may lie lower; what has arrived has arrived.
    if (!Number.isNaN(end)) ends.set(row, Math.max(end, known ?? 0))
    else if (known !== undefined) ends.set(row, known)
  }

  const times = yield* stepTimes(placed, evidence)
  const known = (of: (times: RecordTimes) => readonly [at: number, missedAt: number]) =>
    Float64Array.from(rows, (row, i) => {
      const there = times.get(row)
      if (there === undefined || !((depth[i] as number) > 0)) return Number.NaN
      const [at, missedAt] = of(there)
      return missedAt === 0 || missedAt >= oldestHeld ? at : Number.NaN
    })
  const view: DeadLetterView = {
    rows,
    depth,
    undrained: undrainedOf({
      rows,
      depth,
      layout: placement.layout,
      readings,
      groups,
      drainedBy,
      oldestHeld,
    }),
    arrived: Float64Array.from(rows, row => ends.get(row) ?? Number.NaN),
    oldestAt: known(({ oldestAt, oldestMissedAt }) => [oldestAt, oldestMissedAt]),
    newestAt: known(({ newestAt, newestMissedAt }) => [newestAt, newestMissedAt]),
    drainedBy,
  }
  return [{ rows: found, ends, times }, view]
}

function* stepTimes(
  { before, read, rowMap, now }: Placed,
  { deadLetters }: Pick<Evidence, 'deadLetters'>,
): Steps<ReadonlyMap<number, RecordTimes>> {
  const times = yield* moveRows(before.deadLetters.times, rowMap)
  if (deadLetters === null) return times
  const { oldest, newest } = deadLetters
  oldest.rows.forEach((row, i) => {
    const known = times.get(row)
    const isWhole = isAnswered(oldest, i) && isAnswered(newest, i)
    times.set(row, {
      start: read.logStart[row] as number,
      end: read.highWatermark[row] as number,
      askedAt: isWhole ? now : 0,
      oldestAt: timeOf(oldest, i, known?.oldestAt),
      newestAt: timeOf(newest, i, known?.newestAt),
      oldestMissedAt: isAnswered(oldest, i) ? 0 : Math.min(now, known?.oldestMissedAt || now),
      newestMissedAt: isAnswered(newest, i) ? 0 : Math.min(now, known?.newestMissedAt || now),
    })
  })
  return times
}

function isAnswered({ offsets }: TimeAnswers, i: number): boolean {
  return !Number.isNaN(offsets[i] as number)
}

/** What was known stands for a while where there was no answer. */
function timeOf(answers: TimeAnswers, i: number, known: number | undefined): number {
  if (!isAnswered(answers, i)) return known ?? Number.NaN
  const timestamp = answers.recordTimestamps[i] as number
  return timestamp >= 0 ? timestamp : Number.NaN
}
