import { ROWS_PER_STEP, type Steps } from '../../model/steps.ts'

export interface PositionsByLeader {
  /** Positions in `rows`, in their order, by broker; the brokers in order of their first. */
  readonly byNode: ReadonlyMap<number, readonly number[]>
  /** Positions of rows without a leader. */
  readonly leaderless: readonly number[]
}

/**
 * @param rows any order, any number of times
 * @param leader by row
 */
export function* positionsByLeader(rows: Int32Array, leader: Int32Array): Steps<PositionsByLeader> {
  const byNode = new Map<number, number[]>()
  const leaderless: number[] = []
  for (let i = 0; i < rows.length; i++) {
    if (i % ROWS_PER_STEP === ROWS_PER_STEP - 1) yield
    const node = leader[rows[i] as number] as number
    const own = byNode.get(node)
    if (node < 0) leaderless.push(i)
    else if (own === undefined) byNode.set(node, [i])
    else own.push(i)
  }
  return { byNode, leaderless }
}
