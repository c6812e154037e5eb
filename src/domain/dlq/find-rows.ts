import { ROWS_PER_STEP, type Steps } from '../../model/steps.ts'
import type { Topology } from '../../model/topology.ts'

/** Which rows belong to dead-letter topics; the names are looked at once for each topology. */
export interface DeadLetterRows {
  readonly topology: Topology | null
  readonly rows: Int32Array
}

export const NO_ROWS: DeadLetterRows = { topology: null, rows: new Int32Array(0) }

export function* findRows(
  before: DeadLetterRows,
  topology: Topology,
  isDeadLetterTopic: (topic: string) => boolean,
): Steps<DeadLetterRows> {
  if (before.topology === topology) return before
  const rows: number[] = []
  for (let t = 0; t < topology.topics.length; t++) {
    if (t % ROWS_PER_STEP === ROWS_PER_STEP - 1) yield
    if (!isDeadLetterTopic(topology.topics[t] as string)) continue
    for (let row = topology.start[t] as number; row < (topology.start[t + 1] as number); row++) rows.push(row)
  }
  return { topology, rows: Int32Array.from(rows) }
}
