import { CellMap } from '../domain/cell-map.ts'
import type { ClusterState } from '../domain/state.ts'
import { ROWS_PER_STEP, type Steps } from '../model/steps.ts'

/** Kinds of columns, each begun at a multiple of its size. */
const KINDS = { i32: Int32Array, u32: Uint32Array, f64: Float64Array, u8: Uint8Array } as const

type Kind = keyof typeof KINDS
interface ArrayOf {
  readonly i32: Int32Array
  readonly u32: Uint32Array
  readonly f64: Float64Array
  readonly u8: Uint8Array
}

/** Every column of the file and what it is made of. */
const COLUMNS = {
  groupStart: 'i32',
  blockTopic: 'i32',
  blockStart: 'i32',
  cellRow: 'i32',
  latest: 'f64',
  progressAt: 'f64',
  flags: 'u8',
  rewinds: 'f64',
  rewoundCells: 'i32',
  rewoundFrom: 'f64',
  /** WORK_… per cell. */
  work: 'u8',
  /** Of the cells with WORK_LISTED, in order. */
  workSince: 'f64',
  stallSince: 'f64',
  gapCount: 'u32',
  gapCells: 'i32',
  /** Where each cell's gaps end in `gaps`. */
  gapEnds: 'i32',
  gaps: 'f64',
  unassignedSince: 'f64',
  stableRows: 'i32',
  stableOffsets: 'f64',
  stableSince: 'f64',
  lost: 'f64',
  lostCells: 'i32',
  lostUpTo: 'f64',
  futureRows: 'i32',
  futureTo: 'f64',
  deadLetterRows: 'i32',
  deadLetterEnds: 'f64',
} as const satisfies Record<string, Kind>

export type ColumnName = keyof typeof COLUMNS
export type StateColumns = { readonly [Name in ColumnName]: ArrayOf[(typeof COLUMNS)[Name]] }

/** Not in files of earlier versions, which are read all the same. */
export const LATER_COLUMNS: ReadonlySet<ColumnName> = new Set(['deadLetterRows', 'deadLetterEnds'])

export const COLUMN_NAMES = Object.keys(COLUMNS) as ColumnName[]

const WORK_NONE = 0
/** Begun in the poll that was saved, as most work has that is going on: nothing more need be said of it. */
const WORK_NOW = 1
const WORK_LISTED = 2

export function* columnsOf(state: ClusterState): Steps<StateColumns> {
  const { layout, clocks, progress, assignments, stable, lost, future, deadLetters } = state
  return {
    groupStart: layout.groupStart,
    blockTopic: layout.blockTopic,
    blockStart: layout.blockStart,
    cellRow: layout.cellRow,
    latest: clocks.latest,
    progressAt: clocks.progressAt,
    flags: clocks.flags,
    rewinds: clocks.rewinds,
    rewoundCells: yield* keysOf(clocks.rewoundFrom),
    rewoundFrom: yield* numbersOf(clocks.rewoundFrom, offset => offset),
    ...(yield* workColumns(state)),
    gapCount: progress.gapCount,
    ...(yield* gapColumns(state)),
    unassignedSince: assignments.unassignedSince,
    stableRows: yield* keysOf(stable),
    stableOffsets: yield* numbersOf(stable, s => s.offset),
    stableSince: yield* numbersOf(stable, s => s.since),
    lost: lost.perBlock,
    lostCells: yield* keysOf(lost.upTo),
    lostUpTo: yield* numbersOf(lost.upTo, offset => offset),
    futureRows: yield* keysOf(future.countedTo),
    futureTo: yield* numbersOf(future.countedTo, offset => offset),
    deadLetterRows: yield* keysOf(deadLetters.ends),
    deadLetterEnds: yield* numbersOf(deadLetters.ends, offset => offset),
  }
}

function* keysOf(map: ReadonlyMap<number, unknown>): Steps<Int32Array> {
  const keys = new Int32Array(map.size)
  let n = 0
  for (const key of map.keys()) {
    if (n % ROWS_PER_STEP === ROWS_PER_STEP - 1) yield
    keys[n++] = key
  }
  return keys
}

function* numbersOf<Value>(
  map: ReadonlyMap<number, Value>,
  numberOf: (value: Value) => number,
): Steps<Float64Array> {
  const numbers = new Float64Array(map.size)
  let n = 0
  for (const value of map.values()) {
    if (n % ROWS_PER_STEP === ROWS_PER_STEP - 1) yield
    numbers[n++] = numberOf(value)
  }
  return numbers
}

function* workColumns({
  progress,
  polledAt,
}: ClusterState): Steps<Pick<StateColumns, 'work' | 'workSince' | 'stallSince'>> {
  const count = progress.workSince.length
  const work = new Uint8Array(count)
  let listed = 0
  for (let c = 0; c < count; c++) {
    if (c % (4 * ROWS_PER_STEP) === 4 * ROWS_PER_STEP - 1) yield
    const since = progress.workSince[c] as number
    if (Number.isNaN(since)) continue
    work[c] = since === polledAt && progress.stallSince[c] === polledAt ? WORK_NOW : WORK_LISTED
    if (work[c] === WORK_LISTED) listed++
  }
  const workSince = new Float64Array(listed)
  const stallSince = new Float64Array(listed)
  for (let c = 0, n = 0; n < listed; c++) {
    if (c % (4 * ROWS_PER_STEP) === 4 * ROWS_PER_STEP - 1) yield
    if (work[c] !== WORK_LISTED) continue
    workSince[n] = progress.workSince[c] as number
    stallSince[n++] = progress.stallSince[c] as number
  }
  return { work, workSince, stallSince }
}

/** The clocks of work again, one entry per cell. */
export function restoreWork(columns: StateColumns, polledAt: number) {
  const { work } = columns
  const workSince = new Float64Array(work.length).fill(Number.NaN)
  const stallSince = new Float64Array(work.length).fill(Number.NaN)
  for (let c = 0, n = 0; c < work.length; c++) {
    if (work[c] === WORK_NONE) continue
    const isListed = work[c] === WORK_LISTED
    workSince[c] = isListed ? (columns.workSince[n] as number) : polledAt
    stallSince[c] = isListed ? (columns.stallSince[n] as number) : polledAt
    if (isListed) n++
  }
  return { workSince, stallSince }
}

function* gapColumns({ progress }: ClusterState): Steps<Pick<StateColumns, 'gapCells' | 'gapEnds' | 'gaps'>> {
  const gapCells = yield* keysOf(progress.gaps)
  const gapEnds = new Int32Array(gapCells.length)
  let end = 0
  let n = 0
  for (const pairs of progress.gaps.values()) {
    end += pairs.length
    gapEnds[n++] = end
    if (n % ROWS_PER_STEP === 0) yield
  }
  const gaps = new Float64Array(end)
  n = 0
  for (const pairs of progress.gaps.values()) {
    gaps.set(pairs, (gapEnds[n] as number) - pairs.length)
    if (++n % ROWS_PER_STEP === 0) yield
  }
  return { gapCells, gapEnds, gaps }
}

export function restoreGaps({ gapCells, gapEnds, gaps }: StateColumns): ReadonlyMap<number, Float64Array> {
  const restored = new CellMap<Float64Array>()
  let from = 0
  gapCells.forEach((cell, n) => {
    const end = gapEnds[n] as number
    restored.set(cell, gaps.slice(from, end))
    from = end
  })
  return restored
}

/** A column out of the file's bytes, copied: typed arrays must begin at a multiple of their size, the file may not. */
export function columnFrom<Name extends ColumnName>(name: Name, bytes: Uint8Array): StateColumns[Name] {
  const copy = Uint8Array.prototype.slice.call(bytes).buffer
  return new KINDS[COLUMNS[name]](copy as ArrayBuffer) as unknown as StateColumns[Name]
}

export function isColumn(name: string): name is ColumnName {
  return Object.hasOwn(COLUMNS, name)
}
