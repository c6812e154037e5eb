import type { Commits } from '../model/observation.ts'
import type { GroupLayout } from '../model/snapshot.ts'
import { ROWS_PER_STEP, type Steps } from '../model/steps.ts'
import { type Topology, topicOfRow } from '../model/topology.ts'

/** What one group brings into a poll. */
export interface GroupInput {
  readonly id: string
  /** Null: not read, what was known of it stays. */
  readonly commits: Commits | null
}

export interface Placement {
  /** The previous layout itself where the same groups have the same partitions. */
  readonly layout: GroupLayout
  /** Per cell: position in the previous layout or -1; null when the layout is the previous one. */
  readonly previousCell: Int32Array | null
  /** Per block, the same. */
  readonly previousBlock: Int32Array | null
  /** Per cell: the offset read in this poll; NaN where none was. */
  readonly incoming: Float64Array
}

/** Position of a cell in what is remembered, -1 where it is new. */
export function previousOf({ previousCell }: Placement, cell: number): number {
  return previousCell === null ? cell : (previousCell[cell] as number)
}

export const EMPTY_LAYOUT = (topology: Topology): GroupLayout => ({
  topology,
  groups: [],
  groupStart: new Int32Array(1),
  blockTopic: new Int32Array(0),
  blockStart: new Int32Array(1),
  cellRow: new Int32Array(0),
})

/**
 * Puts the offsets of a poll in their cells. Brokers send partitions in any order, and a layout changes rarely: so
 * the previous one is tried first, and built anew only when a group or a partition came or went.
 * `groups` must be in order of their ids. `rowMap` is that of mapRows from the previous layout's topology.
 */
export function* placeCommits(
  previous: GroupLayout,
  rowMap: Int32Array | null,
  topology: Topology,
  groups: readonly GroupInput[],
): Steps<Placement> {
  if (rowMap === null && sameGroups(previous.groups, groups)) {
    const incoming = yield* placeInto(previous, groups)
    if (incoming) return { layout: previous, previousCell: null, previousBlock: null, incoming }
  }
  return yield* rebuild(previous, rowMap, topology, groups)
}

function sameGroups(before: readonly string[], groups: readonly GroupInput[]): boolean {
  return before.length === groups.length && groups.every((g, i) => g.id === before[i])
}

function cellRange(layout: GroupLayout, g: number): readonly [number, number] {
  const first = layout.blockStart[layout.groupStart[g] as number] as number
  return [first, layout.blockStart[layout.groupStart[g + 1] as number] as number]
}

/** Null when some group has another set of partitions than before. */
function* placeInto(layout: GroupLayout, groups: readonly GroupInput[]): Steps<Float64Array | null> {
  const rows = layout.topology.start[layout.topology.topics.length] ?? 0
  // Not cleared between groups: an entry counts only if the cell it names lies in the group and has the row.
  const cellAt = new Int32Array(rows)
  const incoming = new Float64Array(layout.cellRow.length).fill(Number.NaN)
  let work = 0
  for (let g = 0; g < groups.length; g++) {
    const commits = (groups[g] as GroupInput).commits
    if (commits === null) continue
    const [first, end] = cellRange(layout, g)
    if (commits.rows.length !== end - first) return null
    for (let c = first; c < end; c++) cellAt[layout.cellRow[c] as number] = c
    for (let i = 0; i < commits.rows.length; i++) {
      const row = commits.rows[i] as number
      const cell = cellAt[row] as number
      if (cell < first || cell >= end || layout.cellRow[cell] !== row) return null
      incoming[cell] = commits.offsets[i] as number
    }
    work += commits.rows.length
    if (work >= ROWS_PER_STEP) {
      work = 0
      yield
    }
  }
  return incoming
}

/** One group's partitions in order of their rows, with what is known of each. */
interface GroupCells {
  readonly rows: Int32Array
  readonly from: Int32Array
  readonly offsets: Float64Array
}

function* rebuild(
  previous: GroupLayout,
  rowMap: Int32Array | null,
  topology: Topology,
  groups: readonly GroupInput[],
): Steps<Placement> {
  const before = new Map(previous.groups.map((id, g) => [id, g]))
  const parts: GroupCells[] = []
  let work = 0
  for (const group of groups) {
    const g = before.get(group.id)
    const old = g === undefined ? NO_CELLS : survivingCells(previous, g, rowMap)
    const cells = group.commits === null ? old : mergeCells(old, group.commits)
    parts.push(cells)
    work += cells.rows.length + 16
    if (work >= ROWS_PER_STEP) {
      work = 0
      yield
    }
  }
  return yield* assemble(previous, before, topology, groups, parts)
}

const NO_CELLS: GroupCells = {
  rows: new Int32Array(0),
  from: new Int32Array(0),
  offsets: new Float64Array(0),
}

function survivingCells(layout: GroupLayout, g: number, rowMap: Int32Array | null): GroupCells {
  const [first, end] = cellRange(layout, g)
  const rows = new Int32Array(end - first)
  const from = new Int32Array(end - first)
  let n = 0
  for (let c = first; c < end; c++) {
    const row =
      rowMap === null ? (layout.cellRow[c] as number) : (rowMap[layout.cellRow[c] as number] as number)
    if (row < 0) continue
    rows[n] = row
    from[n++] = c
  }
  return {
    rows: rows.subarray(0, n),
    from: from.subarray(0, n),
    offsets: new Float64Array(n).fill(Number.NaN),
  }
}

/** 2^21 positions times 2^31 rows stay exact below 2^53. */
const POSITIONS = 2_097_152

/** A read group has exactly the partitions that were read; one that a broker names twice counts once. */
function mergeCells(old: GroupCells, commits: Commits): GroupCells {
  const count = Math.min(commits.rows.length, POSITIONS)
  // Sorting numbers that carry their position keeps the sort native.
  const order = new Float64Array(count)
  for (let i = 0; i < count; i++) order[i] = (commits.rows[i] as number) * POSITIONS + i
  order.sort()
  const rows = new Int32Array(count)
  const from = new Int32Array(count).fill(-1)
  const offsets = new Float64Array(count)
  let n = 0
  let k = 0
  for (let i = 0; i < count; i++) {
    const position = (order[i] as number) % POSITIONS
    const row = commits.rows[position] as number
    if (n > 0 && rows[n - 1] === row) continue
    while (k < old.rows.length && (old.rows[k] as number) < row) k++
    if (k < old.rows.length && old.rows[k] === row) from[n] = old.from[k] as number
    rows[n] = row
    offsets[n++] = commits.offsets[position] as number
  }
  return { rows: rows.subarray(0, n), from: from.subarray(0, n), offsets: offsets.subarray(0, n) }
}

function* assemble(
  previous: GroupLayout,
  before: ReadonlyMap<string, number>,
  topology: Topology,
  groups: readonly GroupInput[],
  parts: readonly GroupCells[],
): Steps<Placement> {
  const cellCount = parts.reduce((sum, p) => sum + p.rows.length, 0)
  const cellRow = new Int32Array(cellCount)
  const previousCell = new Int32Array(cellCount)
  const incoming = new Float64Array(cellCount)
  const groupStart = new Int32Array(groups.length + 1)
  const blockTopic: number[] = []
  const blockStart: number[] = []
  const previousBlock: number[] = []
  let cell = 0
  let work = 0
  for (let g = 0; g < groups.length; g++) {
    const { rows, from, offsets } = parts[g] as GroupCells
    cellRow.set(rows, cell)
    previousCell.set(from, cell)
    incoming.set(offsets, cell)
    const oldBlock = blockFinder(previous, before.get((groups[g] as GroupInput).id))
    let topicEnd = -1
    for (let i = 0; i < rows.length; i++) {
      if ((rows[i] as number) < topicEnd) continue
      const t = topicOfRow(topology, rows[i] as number)
      topicEnd = topology.start[t + 1] as number
      blockTopic.push(t)
      blockStart.push(cell + i)
      previousBlock.push(oldBlock(topology.topics[t] as string))
    }
    cell += rows.length
    groupStart[g + 1] = blockTopic.length
    work += rows.length + 16
    if (work >= ROWS_PER_STEP) {
      work = 0
      yield
    }
  }
  blockStart.push(cell)
  const layout: GroupLayout = {
    topology,
    groups: groups.map(g => g.id),
    groupStart,
    blockTopic: Int32Array.from(blockTopic),
    blockStart: Int32Array.from(blockStart),
    cellRow,
  }
  return { layout, previousCell, previousBlock: Int32Array.from(previousBlock), incoming }
}

/**
 * Finds a group's earlier block of a topic; blocks are in order of their topics' names. A topic that was made anew
 * counts on under its name, for its counters are labelled with nothing else.
 */
function blockFinder(layout: GroupLayout, g: number | undefined): (topic: string) => number {
  if (g === undefined) return () => -1
  const first = layout.groupStart[g] as number
  const end = layout.groupStart[g + 1] as number
  return topic => {
    const t = layout.topology.indexOf.get(topic)
    if (t === undefined) return -1
    let low = first
    let high = end - 1
    while (low <= high) {
      const middle = (low + high) >>> 1
      const at = layout.blockTopic[middle] as number
      if (at === t) return middle
      if (at < t) low = middle + 1
      else high = middle - 1
    }
    return -1
  }
}
