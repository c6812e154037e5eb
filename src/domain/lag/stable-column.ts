import type { Evidence } from '../../model/evidence.ts'
import { earlierRow } from '../partitions.ts'
import type { Placed } from '../place.ts'

/** Whether this poll found a row's last stable offset elsewhere than it was: what was open there has ended. */
export function hasStableMoved({ before, read, earlier }: Placed): (row: number) => boolean {
  const { lastStableOffset } = read
  if (lastStableOffset === null) return () => false
  return row => {
    const stable = lastStableOffset[row] as number
    if (Number.isNaN(stable)) return false
    return before.stable.get(earlierRow(earlier, row))?.offset !== stable
  }
}

/**
 * Last stable offsets by row, NaN where this poll does not know: what was asked for, and what Fetch told beside the
 * records where that says something new.
 */
export function stableColumn({ before, read }: Placed, { questions, heads }: Evidence): Float64Array | null {
  let column = read.lastStableOffset
  const isNews = (q: number) => (heads.lastStableOffset[q] as number) < (heads.highWatermark[q] as number)
  let any = before.stable.size > 0
  for (let q = 0; q < questions.rows.length && !any; q++) any = isNews(q)
  if (!any) return column
  for (let q = 0; q < questions.rows.length; q++) {
    const row = questions.rows[q] as number
    const stable = heads.lastStableOffset[q] as number
    if (Number.isNaN(stable)) continue
    if (column === read.lastStableOffset) {
      column = column === null ? new Float64Array(read.leader.length).fill(Number.NaN) : column.slice()
    }
    if (Number.isNaN((column as Float64Array)[row])) (column as Float64Array)[row] = stable
  }
  return column
}
