import { BAD_STATES, CELL_STATES, CELL_UNCOMMITTED, type Objective } from '../../model/snapshot.ts'
import { ROWS_PER_STEP, type Steps } from '../../model/steps.ts'
import type { Placement } from '../layout.ts'
import type { EarlierRows } from '../partitions.ts'

/** How long each group has met its objective while there was traffic. */
export interface KeptUp {
  /** End of the last poll; NaN after a restart, for nobody watched since. */
  readonly at: number
  /** Milliseconds by group id; groups without an objective are not there. */
  readonly byGroup: ReadonlyMap<string, number>
}

export const NOTHING_KEPT: KeptUp = { at: Number.NaN, byGroup: new Map() }

/** As it comes back from a saved state: the time that the program was down does not count. */
export function restoreKeptUp(byGroup: ReadonlyMap<string, number>): KeptUp {
  return { at: Number.NaN, byGroup }
}

export interface KeptUpInputs {
  readonly now: number
  /** Polls further apart than this watched nothing in between. */
  readonly maxReadingAgeMs: number
  /** Per group of the layout. */
  readonly objectives: readonly Objective[]
  /** Per cell: position in CELL_STATES, CELL_UNCOMMITTED, effective lag, instant that lag in time counts from. */
  readonly state: Uint8Array
  readonly flags: Uint8Array
  readonly lag: Float64Array
  readonly headAt: Float64Array
  /** Per cell of the previous layout: newest committed offset known. */
  readonly latestBefore: Float64Array
  /** By row: last known ends of the poll before and its rows, and the ends that this poll alone read. */
  readonly endBefore: Float64Array
  readonly earlier: EarlierRows
  readonly end: Float64Array
}

const IS_BAD = Uint8Array.from(CELL_STATES, state => (BAD_STATES.has(state) ? 1 : 0))
const UNKNOWN = CELL_STATES.indexOf('unknown')

/**
 * One poll's step: the time since the poll before counts where a commit or an end of the group moved and all its
 * partitions are known to meet the objective; it does not where nothing moved or one of them is not known; and a
 * partition known to break it sets the clock back to 0.
 */
export function* stepKeptUp(before: KeptUp, placement: Placement, inputs: KeptUpInputs): Steps<KeptUp> {
  const { layout } = placement
  const { now } = inputs
  const passed = now - before.at
  const elapsed = passed > 0 && passed <= inputs.maxReadingAgeMs ? passed : 0
  const byGroup = new Map<string, number>()
  for (let g = 0, c = 0; g < layout.groups.length; g++) {
    const end = layout.blockStart[layout.groupStart[g + 1] as number] as number
    const limit = inputs.objectives[g]?.lagMs ?? null
    if (limit === null) {
      c = end
      continue
    }
    let hasTraffic = false
    let isKnown = true
    let isBroken = false
    for (; c < end; c++) {
      if (c % ROWS_PER_STEP === 0) yield
      hasTraffic ||= hasMoved(placement, inputs, c)
      const verdict = judge(placement, inputs, c, limit)
      if (verdict === 'broken') isBroken = true
      else if (verdict === 'unknown') isKnown = false
    }
    if (g % ROWS_PER_STEP === 0) yield
    const id = layout.groups[g] as string
    const kept = before.byGroup.get(id) ?? 0
    byGroup.set(id, isBroken ? 0 : isKnown && hasTraffic ? kept + elapsed : kept)
  }
  return { at: now, byGroup }
}

function hasMoved({ layout, previousCell, incoming }: Placement, inputs: KeptUpInputs, c: number): boolean {
  const from = previousCell === null ? c : (previousCell[c] as number)
  const row = layout.cellRow[c] as number
  const fromRow = inputs.earlier === null ? row : (inputs.earlier[row] as number)
  return (
    isOther(inputs.latestBefore[from], incoming[c] as number) ||
    isOther(inputs.endBefore[fromRow], inputs.end[row] as number)
  )
}

function isOther(before: number | undefined, now: number): boolean {
  return before !== undefined && !Number.isNaN(before + now) && before !== now
}

function judge(
  { layout, incoming }: Placement,
  inputs: KeptUpInputs,
  c: number,
  limit: number,
): 'met' | 'broken' | 'unknown' {
  const state = inputs.state[c] as number
  // An older reading ages while it cannot be read again: that breaks nothing.
  const isRead = !Number.isNaN((incoming[c] as number) + (inputs.end[layout.cellRow[c] as number] as number))
  if (!isRead) return 'unknown'
  if (IS_BAD[state] === 1) return 'broken'
  // Assigned, with nothing to commit so far: no lag to speak of.
  if ((inputs.flags[c] as number) & CELL_UNCOMMITTED) return 'met'
  if (state === UNKNOWN) return 'unknown'
  if (inputs.lag[c] === 0) return 'met'
  const lagMs = inputs.now - (inputs.headAt[c] as number)
  return lagMs > limit ? 'broken' : lagMs <= limit ? 'met' : 'unknown'
}
