import { ROWS_PER_STEP, type Steps } from '../../model/steps.ts'
import { CellMap } from '../cell-map.ts'
import { addGap, type Gaps, NO_GAPS, type StallLimits, stallThreshold } from './learnt-gaps.ts'

/** What has been learnt of every cell's pace. */
export interface Learnt {
  /** Gaps since the first. */
  readonly gapCount: Uint32Array
  /** By cell; those without long gaps are left out. */
  readonly gaps: ReadonlyMap<number, Gaps>
  readonly thresholdMs: Float32Array
}

/**
 * The next poll's columns. While cells stay in their places they are those of the poll before, until something is
 * learnt: then copies, for what was remembered is never written in place.
 */
export class LearntColumns implements Learnt {
  gapCount: Uint32Array
  gaps: ReadonlyMap<number, Gaps>
  thresholdMs: Float32Array
  readonly #before: Learnt
  readonly #moved: boolean
  #own: CellMap<Gaps> | null

  /** `moved`: the layout has changed, and every cell is carried to its place. */
  constructor(before: Learnt, moved: boolean, cells: number) {
    this.#before = before
    this.#moved = moved
    this.#own = moved ? new CellMap() : null
    this.gapCount = moved ? new Uint32Array(cells) : before.gapCount
    this.thresholdMs = moved ? new Float32Array(cells) : before.thresholdMs
    this.gaps = this.#own ?? before.gaps
  }

  /** `from`: the cell's earlier place, -1 for a new one. */
  carry(cell: number, from: number, unlearntMs: number): void {
    if (!this.#moved) return
    this.thresholdMs[cell] = from < 0 ? unlearntMs : (this.#before.thresholdMs[from] as number)
    if (from < 0) return
    this.gapCount[cell] = this.#before.gapCount[from] as number
    const gaps = this.#before.gaps.size === 0 ? undefined : this.#before.gaps.get(from)
    if (gaps !== undefined) this.#own?.set(cell, gaps)
  }

  /** For thresholds that are not known, as after a restart. */
  recount(cell: number, limits: StallLimits): void {
    if (this.thresholdMs === this.#before.thresholdMs) this.thresholdMs = this.thresholdMs.slice()
    const total = this.gapCount[cell] as number
    this.thresholdMs[cell] = stallThreshold(this.gaps.get(cell) ?? NO_GAPS, total, limits)
  }

  /** False, and nothing has been done, when `ownGaps` must come first. */
  add(cell: number, ms: number, limits: StallLimits): boolean {
    const total = this.gapCount[cell] as number
    const known = this.gaps.get(cell) ?? NO_GAPS
    const gaps = addGap(known, total, ms, limits.stalledAfterMs)
    if (gaps !== known) {
      if (this.#own === null) return false
      if (gaps.length === 0) this.#own.delete(cell)
      else this.#own.set(cell, gaps)
    }
    if (this.gapCount === this.#before.gapCount) this.gapCount = this.gapCount.slice()
    this.gapCount[cell] = total + 1
    const threshold = stallThreshold(gaps, total + 1, limits)
    if (threshold === this.thresholdMs[cell]) return true
    if (this.thresholdMs === this.#before.thresholdMs) this.thresholdMs = this.thresholdMs.slice()
    this.thresholdMs[cell] = threshold
    return true
  }

  *ownGaps(): Steps<void> {
    const own = new CellMap<Gaps>()
    for (const [cell, gaps] of this.#before.gaps) {
      if (own.size % ROWS_PER_STEP === ROWS_PER_STEP - 1) yield
      own.set(cell, gaps)
    }
    this.#own = own
    this.gaps = own
  }
}
