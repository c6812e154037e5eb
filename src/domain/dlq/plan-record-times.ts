import type { Steps } from '../../model/steps.ts'
import { earlierRow } from '../partitions.ts'
import type { Placed } from '../place.ts'
import { findRows } from './find-rows.ts'

/** Compaction moves neither start nor end. */
const ASK_EVERY_MS = 60_000
/** In one poll. */
const MOST_ROWS = 2_000

/** Partitions of dead-letter topics of whose records it has to be asked anew when they are from; rows, ascending. */
export function* planRecordTimes(
  { before, read, earlier, topology, now }: Placed,
  isDeadLetterTopic: (topic: string) => boolean,
): Steps<Int32Array> {
  const { rows } = yield* findRows(before.deadLetters.rows, topology, isDeadLetterTopic)
  const wanted: { readonly row: number; readonly askedAt: number }[] = []
  for (const row of rows) {
    const start = read.logStart[row] as number
    const end = read.highWatermark[row] as number
    if (!(end > start)) continue
    const known = before.deadLetters.times.get(earlierRow(earlier, row))
    const askedAt = known?.askedAt ?? 0
    const isOld = now < askedAt || now - askedAt >= ASK_EVERY_MS
    if (known?.start === start && known.end === end && !isOld) continue
    wanted.push({ row, askedAt })
  }
  if (wanted.length > MOST_ROWS) wanted.sort((a, b) => a.askedAt - b.askedAt).length = MOST_ROWS
  return Int32Array.from(wanted, ({ row }) => row).sort()
}
