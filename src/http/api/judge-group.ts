import { CELL_ADVANCED, type GroupView, type ShareView, type Snapshot } from '../../model/snapshot.ts'
import type { Steps } from '../../model/steps.ts'
import { cellRange, publicStateOf } from './cell-order.ts'
import { CONDITIONS, conditionOf, type Judged } from './condition.ts'
import { GROUP_INDEX } from './group-index.ts'
import { instant, known } from './json-values.ts'
import { SnapshotView } from './snapshot-view.ts'

/** What the condition of group `g` follows from, without making all that is told of it. */
export function judgedOf(snapshot: Snapshot, g: number): Judged {
  const group = snapshot.groups[g] as GroupView
  const index = GROUP_INDEX.of(snapshot)
  const worst = index.worstCell[g] as number
  const partitions = group.share === null ? cellsOf(snapshot, g) : group.share.rows.length
  return {
    kind: group.kind,
    state: group.state,
    failure: group.failure,
    partitions,
    worstState: worstStateOf(snapshot, g),
    worst: worst < 0 ? null : { lastAdvanceAt: lastAdvanceOf(snapshot, worst) },
    partitionsBehind: index.cellsBehind[g] as number,
    partitionsBeyondEnd: known(index.beyondEnd[g] as number),
    lagSum: known(index.lagSum[g] as number),
    lagMax: lagMaxOf(group),
    lagSecondsMax: known(group.lagMsMax / 1000),
    lossNear: index.lossNear[g] === 1,
    objective: { lagSeconds: group.objective.lagMs === null ? null : group.objective.lagMs / 1000 },
  }
}

/** By group: position in CONDITIONS. Lists and figures go through all of them, each more than once. */
export const GROUP_CONDITIONS = new SnapshotView(judgeGroups)

const GROUPS_PER_STEP = 512

function* judgeGroups(snapshot: Snapshot): Steps<Uint8Array> {
  yield* GROUP_INDEX.steps(snapshot)
  const conditions = new Uint8Array(snapshot.groups.length)
  for (let g = 0; g < conditions.length; g++) {
    conditions[g] = CONDITIONS.indexOf(conditionOf(judgedOf(snapshot, g)))
    if (g % GROUPS_PER_STEP === GROUPS_PER_STEP - 1) yield
  }
  return conditions
}

export function cellsOf({ layout }: Snapshot, g: number): number {
  const [first, end] = cellRange(layout, g)
  return end - first
}

/** The worst state that any cell is in; null where there is no cell, or where one look cannot tell. */
export function worstStateOf(snapshot: Snapshot, g: number): Judged['worstState'] {
  const worst = GROUP_INDEX.of(snapshot).worstCell[g] as number
  if (worst < 0) return cellsOf(snapshot, g) > 0 ? 'caught_up' : null
  return publicStateOf(snapshot.cells, worst)
}

function lastAdvanceOf({ cells }: Snapshot, c: number): string | null {
  return (cells.flags[c] as number) & CELL_ADVANCED ? instant(cells.progressAt[c] as number) : null
}

/** The pipeline takes it over cells, which share groups do not have. */
export function lagMaxOf({ lagMax, share }: { lagMax: number; share: ShareView | null }): number | null {
  if (share === null) return known(lagMax)
  let largest = Number.NaN
  for (const lag of share.lags) if (!(lag <= largest) && !Number.isNaN(lag)) largest = lag
  return known(largest)
}
