import { ROWS_PER_STEP, type Steps } from '../../model/steps.ts'
import { moveRows } from '../cell-map.ts'

/** A last stable offset below the high watermark: some transaction is open there. */
export interface StableOffset {
  readonly offset: number
  /** Since when it has stood there, as far as polls have seen. */
  readonly since: number
}

/** By row; rows without an open transaction are left out. */
export type StableOffsets = ReadonlyMap<number, StableOffset>

export interface StableOffsetInputs {
  readonly now: number
  /** Of this poll; NaN where it was not asked for or not answered. Null: for no row. */
  readonly lastStableOffset: Float64Array | null
  readonly highWatermark: Float64Array
  /** From rows of the previous topology to those of now; null when they have not moved. */
  readonly rowMap: Int32Array | null
}

/** What was not asked stands as it was: only an answer says that a transaction has ended. */
export function* stepStableOffsets(before: StableOffsets, inputs: StableOffsetInputs): Steps<StableOffsets> {
  const { now, lastStableOffset, highWatermark, rowMap } = inputs
  const after = yield* moveRows(before, rowMap)
  if (lastStableOffset === null) return after
  for (let row = 0; row < lastStableOffset.length; row++) {
    if (row % (4 * ROWS_PER_STEP) === 0) yield
    const offset = lastStableOffset[row] as number
    if (Number.isNaN(offset)) continue
    const known = after.get(row)
    if (offset < (highWatermark[row] as number)) {
      // A clock that was set back begins anew.
      const since = known?.offset === offset ? Math.min(now, known.since) : now
      if (known?.offset !== offset || known.since !== since) after.set(row, { offset, since })
    } else if (known !== undefined && (known.offset !== offset || offset >= (highWatermark[row] as number))) {
      after.delete(row)
    }
  }
  return after
}
