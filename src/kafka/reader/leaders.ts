import { ROWS_PER_STEP, type Steps } from '../../model/steps.ts'
import { leaderlessCode } from './partition-outcomes.ts'
import type { PlacedPartitions } from './poll-topology.ts'

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
  rows: readonly number[] | null,
): Steps<RowsByLeader> {
  const total = rows === null ? leader.length : rows.length
  const rowAt = (i: number) => (rows === null ? i : (rows[i] as number))
  const counts = new Map<number, number>()
  for (let i = 0; i < total; i++) {
    const node = leader[rowAt(i)] as number
    counts.set(node, (counts.get(node) ?? 0) + 1)
    if (i % (4 * ROWS_PER_STEP) === 4 * ROWS_PER_STEP - 1) yield
  }
  const slots = new Map<number, { rows: Int32Array; length: number }>()
  for (const [node, count] of counts) {
    if (node >= 0 && nodes.has(node)) slots.set(node, { rows: new Int32Array(count), length: 0 })
  }
  const leaderless = new Map<string, number[]>()
  for (let i = 0; i < total; i++) {
    const row = rowAt(i)
    const slot = slots.get(leader[row] as number)
    if (slot !== undefined) slot.rows[slot.length++] = row
    else {
      const code = leaderlessCode(leader[row] as number, errors[row] as number, nodes) as string
      const others = leaderless.get(code)
      if (others === undefined) leaderless.set(code, [row])
      else others.push(row)
    }
    if (i % (4 * ROWS_PER_STEP) === 4 * ROWS_PER_STEP - 1) yield
  }
  return { byNode: new Map([...slots].map(([node, slot]) => [node, slot.rows])), leaderless }
}
