import { type BlockColumns, CELL_BEYOND_END, CELL_UNCOMMITTED } from '../model/snapshot.ts'
import { ROWS_PER_STEP, type Steps } from '../model/steps.ts'
import type { Placement } from './layout.ts'

/**
 * The last whole reading of every cell: commit, log start and end of one poll, never of two. Where there has been no
 * whole one lately, the last commit alone.
 */
export interface Readings {
  readonly committed: Float64Array
  readonly lag: Float64Array
  /** Milliseconds since the epoch; 0 where nothing has been read lately. */
  readonly readAt: Float64Array
  /** CELL_BEYOND_END and CELL_UNCOMMITTED. */
  readonly flags: Uint8Array
}

export function noReadings(cells: number): Readings {
  return {
    committed: new Float64Array(cells).fill(Number.NaN),
    lag: new Float64Array(cells).fill(Number.NaN),
    readAt: new Float64Array(cells),
    flags: new Uint8Array(cells),
  }
}

/** Whether log start and end were read with the commit. */
export function isWhole({ lag, flags }: Pick<Readings, 'lag' | 'flags'>, cell: number): boolean {
  return !Number.isNaN(lag[cell]) || ((flags[cell] as number) & (CELL_BEYOND_END | CELL_UNCOMMITTED)) !== 0
}

/**
 * Sums per (group, topic): absent as soon as one part is, for a sum over a hole is a lie. A partition without a commit
 * is no hole, but no part either; as kafka_exporter does, its -1 counts in the sum of offsets where that is asked for.
 */
export function* sumBlocks(
  readings: Readings,
  { blockStart, blockTopic }: Placement['layout'],
  uncommittedOffset: number,
): Steps<Pick<BlockColumns, 'committedSum' | 'lagSum' | 'beyondEnd'>> {
  const count = blockTopic.length
  const committedSum = new Float64Array(count)
  const lagSum = new Float64Array(count)
  const beyondEnd = new Float64Array(count)
  const skipsUncommitted = Number.isNaN(uncommittedOffset)
  for (let b = 0, c = 0; b < count; b++) {
    let offsets = 0
    let messages = 0
    let beyond = 0
    let parts = 0
    for (; c < (blockStart[b + 1] as number); c++) {
      if (c % ROWS_PER_STEP === 0) yield
      const flag = readings.flags[c] as number
      if (flag & CELL_UNCOMMITTED) {
        if (skipsUncommitted) continue
        offsets += uncommittedOffset
      } else {
        offsets += readings.committed[c] as number
        messages += readings.lag[c] as number
      }
      parts++
      if (!isWhole(readings, c)) beyond = Number.NaN
      else if (flag & CELL_BEYOND_END) beyond++
    }
    committedSum[b] = parts === 0 ? Number.NaN : offsets
    lagSum[b] = parts === 0 ? Number.NaN : messages
    beyondEnd[b] = beyond
  }
  return { committedSum, lagSum, beyondEnd }
}
