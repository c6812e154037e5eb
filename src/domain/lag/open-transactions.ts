import type { OpenTransaction } from '../../model/evidence.ts'
import type { Placed } from '../place.ts'
import type { StableOffsets } from '../progress/stable-offsets.ts'
import type { ClusterState } from '../state.ts'

/** As many are asked for at once: each takes requests to several brokers. */
const MAX_ROWS = 20

/** Rows, ascending, whose last stable offset has stood for too long; those that have stood longest, if there are many. */
export function transactionRows({ before, rowMap, now }: Placed, hungAfterMs: number): Int32Array {
  const hung = [...before.stable]
    .filter(([, { since }]) => now - since > hungAfterMs)
    .sort(([, a], [, b]) => a.since - b.since)
    .map(([row]) => (rowMap === null ? row : (rowMap[row] ?? -1)))
    .filter(row => row >= 0)
  return Int32Array.from(hung.slice(0, MAX_ROWS)).sort()
}

/** An answer stands as long as the offset does that it was about. */
export function rememberTransactions(
  { before, rowMap }: Placed,
  found: ClusterState['openTransactions'] | null,
  stable: StableOffsets,
): ClusterState['openTransactions'] {
  if (found === null && before.openTransactions.size === 0) return before.openTransactions
  const known = new Map<number, OpenTransaction>()
  for (const [from, transaction] of before.openTransactions) {
    const row = rowMap === null ? from : (rowMap[from] ?? -1)
    if (stable.get(row)?.offset === transaction.startOffset) known.set(row, transaction)
  }
  for (const [row, transaction] of found ?? []) if (stable.has(row)) known.set(row, transaction)
  return known
}
