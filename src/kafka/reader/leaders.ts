import { ROWS_PER_STEP, type Steps } from '../../model/steps.ts'
import { leaderlessCode } from './partition-outcomes.ts'
import type { PlacedPartitions } from './poll-topology.ts'

const ROWS_PER_TURN = 4 * ROWS_PER_STEP
/** Broker ids are small as a rule, but may be anything up to 2^31. */
const MAX_TABLE = 65_536

export interface RowsByLeader {
  /** Rows in ascending order, by broker. */
  readonly byNode: ReadonlyMap<number, Int32Array>
  /** Rows that nobody can be asked about, by the reason. */
  readonly leaderless: ReadonlyMap<string, readonly number[]>
}

/** @param rows ascending; all rows where null */
export function* rowsByLeader(
  { leader, errors }: Pick<PlacedPartitions, 'leader' | 'errors'>,
  nodes: ReadonlySet<number>,
  rows: ArrayLike<number> | null,
): Steps<RowsByLeader> {
  const total = rows === null ? leader.length : rows.length
  const ids = [...nodes]
  const positionOf = positions(ids)
  const counts = new Int32Array(ids.length)
  for (let i = 0; i < total; i++) {
    const position = positionOf(leader[rows === null ? i : (rows[i] as number)] as number)
    if (position >= 0) counts[position] = (counts[position] as number) + 1
    if (i % ROWS_PER_TURN === ROWS_PER_TURN - 1) yield
  }
  const columns = ids.map((_, position) => new Int32Array(counts[position] as number))
  const filled = new Int32Array(ids.length)
  const leaderless = new Map<string, number[]>()
  for (let i = 0; i < total; i++) {
    const row = rows === null ? i : (rows[i] as number)
    const position = positionOf(leader[row] as number)
    if (position >= 0) {
      const at = filled[position] as number
      ;(columns[position] as Int32Array)[at] = row
      filled[position] = at + 1
    } else {
      const code = leaderlessCode(leader[row] as number, errors[row] as number, nodes) as string
      const others = leaderless.get(code)
      if (others === undefined) leaderless.set(code, [row])
      else others.push(row)
    }
    if (i % ROWS_PER_TURN === ROWS_PER_TURN - 1) yield
  }
  const byNode = new Map<number, Int32Array>()
  columns.forEach((column, position) => {
    if (column.length > 0) byNode.set(ids[position] as number, column)
  })
  return { byNode, leaderless }
}

/** Position of a broker in the list, -1 where it is not there: asked for every row, so by a table where ids allow. */
function positions(ids: readonly number[]): (node: number) => number {
  const largest = Math.max(-1, ...ids)
  if (largest >= MAX_TABLE) {
    const byId = new Map(ids.map((id, position) => [id, position]))
    return node => byId.get(node) ?? -1
  }
  const table = new Int32Array(largest + 1).fill(-1)
  ids.forEach((id, position) => {
    if (id >= 0) table[id] = position
  })
  return node => (node >= 0 && node <= largest ? (table[node] as number) : -1)
}
