import {
  CELL_BEYOND_END,
  CELL_REWOUND,
  CELL_STATES,
  CELL_UNCOMMITTED,
  CELL_UNREADABLE,
  type CellState,
  type Snapshot,
} from '../../model/snapshot.ts'
import { cellRange, isIdle, rankOfState, stateOf, worstFirst } from '../api/cell-order.ts'
import { isLossNear, lagMsOf } from '../api/lag-time.ts'
import { unknownReasonOf } from '../api/unknown-reason.ts'

/** Partitions of one kind: how many there are, and the few of them that a sentence names. */
export interface Tally {
  count: number
  /** Cells, the worst first, at most NAMED. */
  readonly named: number[]
  /** Messages; NaN where a part is not known. */
  lag: number
}

/** All that sentences about one group are made of, from one pass over its cells. */
export interface GroupTally {
  /** By state, the worst first; states without a cell are left out. */
  readonly states: ReadonlyMap<CellState, Tally>
  /** Those of which nothing can be told are left out: nothing committed, and nobody known to read. */
  readonly partitions: number
  readonly beyondEnd: Tally
  readonly rewound: Tally
  /** READ on the topic is refused. */
  readonly unreadable: Tally
  /** `unknown`, apart from those beyond the end, by reason. */
  readonly reasons: ReadonlyMap<string, Tally>
  /** With something to read and without a bad state. */
  readonly waiting: Tally
  /** Of them, those whose lag in time is not known. */
  readonly untimed: Tally
  /** Of them, those of which no advance can be told of. */
  readonly unclocked: Tally
  /** The cell with the earliest `headAt`; -1 where none is known. */
  readonly oldest: number
  /** Assigned and without a commit, but not for too long. They are in none of the three above. */
  readonly uncommitted: Tally
  /** The cell that retention is nearest to, of those that are near a loss where there are some; -1: none in sight. */
  readonly nearestLoss: number
  readonly isLossNear: boolean
}

/** Two more than the worst: what a person reads before looking at the table. */
export const NAMED = 3

const UNKNOWN = CELL_STATES.indexOf('unknown')
const ADVANCING = CELL_STATES.indexOf('advancing')
const CAUGHT_UP = CELL_STATES.indexOf('caught_up')

export function tallyGroup(snapshot: Snapshot, g: number): GroupTally {
  const { cells } = snapshot
  const [first, end] = cellRange(snapshot.layout, g)
  const add = adder(snapshot)
  const byState = CELL_STATES.map(emptyTally)
  const reasons = new Map<string, Tally>()
  const [beyondEnd, rewound, unreadable] = [emptyTally(), emptyTally(), emptyTally()]
  const [untimed, unclocked, uncommitted] = [emptyTally(), emptyTally(), emptyTally()]
  let idle = 0
  let oldest = -1
  let nearestLoss = -1
  let nearLoss = -1
  for (let c = first; c < end; c++) {
    const state = cells.state[c] as number
    const flags = cells.flags[c] as number
    if (isIdle(cells, c)) {
      idle++
      continue
    }
    const tally = byState[state] as Tally
    // Of the many that have caught up nobody is named.
    if (state === CAUGHT_UP) tally.count++
    else add(state === ADVANCING && flags & CELL_UNCOMMITTED ? uncommitted : tally, c)
    if (flags & CELL_BEYOND_END) add(beyondEnd, c)
    else if (state === UNKNOWN) add(entryOf(reasons, unknownReasonOf(snapshot, g, c)), c)
    if (flags & CELL_REWOUND) add(rewound, c)
    if (flags & CELL_UNREADABLE) add(unreadable, c)
    if (state === ADVANCING && !(flags & CELL_UNCOMMITTED)) {
      if (Number.isNaN(cells.headAt[c])) add(untimed, c)
      if (Number.isNaN(cells.workSince[c])) add(unclocked, c)
    }
    if (isLess(cells.headAt, c, oldest)) oldest = c
    if (cells.headroomMs === null) continue
    if (isLess(cells.headroomMs, c, nearestLoss)) nearestLoss = c
    const isNear = isLossNear(cells.headroomMs[c] as number, lagMsOf(snapshot, c))
    if (isNear && isLess(cells.headroomMs, c, nearLoss)) nearLoss = c
  }
  const states = CELL_STATES.map((state, i) => [state, byState[i] as Tally] as const)
  const ordered = states
    .filter(([, { count }]) => count > 0)
    .sort(([a], [b]) => rankOfState(a) - rankOfState(b))
  return {
    states: new Map(ordered),
    partitions: end - first - idle,
    beyondEnd,
    rewound,
    unreadable,
    reasons,
    waiting: byState[ADVANCING] as Tally,
    untimed,
    unclocked,
    oldest,
    uncommitted,
    nearestLoss: nearLoss < 0 ? nearestLoss : nearLoss,
    isLossNear: nearLoss >= 0,
  }
}

export function countOf(tally: GroupTally, state: (typeof CELL_STATES)[number]): number {
  return tally.states.get(state)?.count ?? 0
}

/** Every state, those without a cell at 0. */
export function countsByState(snapshot: Snapshot, first: number, end: number): Record<CellState, number> {
  const counts = Object.fromEntries(CELL_STATES.map(state => [state, 0])) as Record<CellState, number>
  for (let c = first; c < end; c++) counts[stateOf(snapshot.cells, c)]++
  return counts
}

function adder({ cells }: Snapshot): (tally: Tally, c: number) => void {
  const isWorse = worstFirst(cells)
  return (tally, c) => {
    tally.count++
    tally.lag += cells.lag[c] as number
    const { named } = tally
    if (named.length === NAMED && isWorse(c, named[NAMED - 1] as number) >= 0) return
    named.push(c)
    named.sort(isWorse)
    if (named.length > NAMED) named.pop()
  }
}

function isLess(column: Float64Array, c: number, least: number): boolean {
  const value = column[c] as number
  return least < 0 ? !Number.isNaN(value) : value < (column[least] as number)
}

function entryOf<Key>(map: Map<Key, Tally>, key: Key): Tally {
  const tally = map.get(key) ?? emptyTally()
  map.set(key, tally)
  return tally
}

function emptyTally(): Tally {
  return { count: 0, named: [], lag: 0 }
}
