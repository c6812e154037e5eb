import {
  BAD_STATES,
  CELL_STATES,
  CELL_UNCOMMITTED,
  type CellColumns,
  type CellState,
  type GroupLayout,
} from '../../model/snapshot.ts'

/**
 * How bad a state is, the worst first: somebody is there and stands, nobody is there, nobody ever was, nobody is meant
 * to be. What is not known comes before what moves, for it may be any of them.
 */
const WORST_FIRST: readonly CellState[] = [
  'stalled',
  'hung_transaction',
  'no_consumer',
  'never_committed',
  'abandoned',
  'unknown',
  'advancing',
  'caught_up',
]

/** By position in CELL_STATES: 0 is the worst. */
const RANKS = Uint8Array.from(CELL_STATES, state => WORST_FIRST.indexOf(state))

const UNKNOWN = CELL_STATES.indexOf('unknown')

const BAD = CELL_STATES.map(state => BAD_STATES.has(state))

export function stateOf(cells: CellColumns, c: number): CellState {
  return CELL_STATES[cells.state[c] as number] as CellState
}

/** Null where one look cannot tell: that something moves cannot be said of a cell without a clock. */
export function publicStateOf(cells: CellColumns, c: number): CellState | null {
  const state = stateOf(cells, c)
  return state === 'advancing' && Number.isNaN(cells.workSince[c]) ? null : state
}

export function isBad(cells: CellColumns, c: number): boolean {
  return BAD[cells.state[c] as number] as boolean
}

/**
 * Nothing is committed and nobody is known to read: a partition that is there for kafka_exporter's -1, or whose
 * assignment is not known this moment. Nothing follows from it for its group.
 */
export function isIdle(cells: CellColumns, c: number): boolean {
  return cells.state[c] === UNKNOWN && ((cells.flags[c] as number) & CELL_UNCOMMITTED) !== 0
}

/** 0 is the worst. */
export function rankOfState(state: CellState): number {
  return WORST_FIRST.indexOf(state)
}

/**
 * By state; those in a bad one by how long it has lasted, those with work by how long they have stood, then by the age
 * of what waits, then by lag. Equals stay in the order of topics and partitions.
 */
export function worstFirst(cells: CellColumns): (a: number, b: number) => number {
  const { state, conditionSince, workSince, headAt, lag } = cells
  return (a, b) =>
    (RANKS[state[a] as number] as number) - (RANKS[state[b] as number] as number) ||
    earliest(conditionSince[a] as number, conditionSince[b] as number) ||
    earliest(workSince[a] as number, workSince[b] as number) ||
    earliest(headAt[a] as number, headAt[b] as number) ||
    earliest(-(lag[a] as number), -(lag[b] as number)) ||
    a - b
}

/** Smallest first, NaN last. */
function earliest(a: number, b: number): number {
  if (a < b) return -1
  if (a > b) return 1
  if (a === b) return 0
  return Number(Number.isNaN(a)) - Number(Number.isNaN(b))
}

/** Cells of group `g`. */
export function cellRange(layout: GroupLayout, g: number): readonly [first: number, end: number] {
  const end = layout.blockStart[layout.groupStart[g + 1] as number] ?? 0
  return [layout.blockStart[layout.groupStart[g] as number] ?? end, end]
}
