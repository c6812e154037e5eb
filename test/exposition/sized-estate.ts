import type { Snapshot } from '../../src/model/snapshot.ts'
import { buildSnapshot, type CellFacts } from '../fakes/snapshots.ts'

/** Groups by name on one topic, each with so many partitions; of `sick` partition 0 is stalled. */
export function estate(sizes: Readonly<Record<string, number>>, sick: readonly string[] = []): Snapshot {
  const cellsOf = (group: string, size: number) => {
    const cells: Record<number, CellFacts> = {}
    for (let p = 0; p < size; p++) {
      cells[p] = { committed: 1, lag: 1, ...(p === 0 && sick.includes(group) ? STALLED : {}) }
    }
    return cells
  }
  const partitions = Math.max(0, ...Object.values(sizes))
  return buildSnapshot({
    topics: [{ name: 't', partitions: Array.from({ length: partitions }, () => ({})) }],
    groups: Object.entries(sizes).map(([id, size]) => ({ id, commits: { t: cellsOf(id, size) } })),
  })
}

const STALLED = { state: 'stalled', conditionSince: 1_699_999_999_000 } as const
