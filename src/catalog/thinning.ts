import { GRANULARITIES, type Granularity, type Levels } from '../model/detail.ts'
import { positionIn } from '../model/position-in.ts'
import { BAD_STATES, CELL_STATES, type GroupLayout, type Snapshot } from '../model/snapshot.ts'
import type { Family, Scope } from './family.ts'

export const IS_BAD = Uint8Array.from(CELL_STATES, state => (BAD_STATES.has(state) ? 1 : 0))

/** From this level on a family is thinned: only what needs attention is left of it. Infinity: never. */
export function thinnedFrom(family: Family): number {
  const from: Granularity | undefined = family.kind === 'instrument' ? undefined : family.thinnedFrom
  return from === undefined ? Number.POSITIVE_INFINITY : GRANULARITIES.indexOf(from)
}

/** Levels of what a family has its positions in, by block or by topic. */
export function levelsFor(scope: Scope, levels: Levels): Uint8Array | null {
  return scope === 'topic' || scope === 'partition' ? levels.topics : levels.blocks
}

/**
 * What stays of a thinned family.
 * `cell`: in a bad state, or with more than half of its retention used up; `partition`: without a leader or all of its
 * replicas; `block`: committed beyond the end; every topic.
 */
export function needsAttention(scope: Scope, snapshot: Snapshot): (position: number) => boolean {
  switch (scope) {
    case 'cell':
      return ailingCells(snapshot)
    case 'partition': {
      const { leader, inSyncReplicas, replicas } = snapshot.partitions
      return row => (leader[row] as number) < 0 || (inSyncReplicas[row] as number) < (replicas[row] as number)
    }
    case 'block': {
      const { beyondEnd } = snapshot.blocks
      return b => (beyondEnd[b] as number) > 0
    }
    case 'topic':
      return () => true
  }
}

function ailingCells({ cells, takenAt }: Snapshot): (cell: number) => boolean {
  const { state, headroomMs, headAt } = cells
  if (headroomMs === null) return c => IS_BAD[state[c] as number] === 1
  // Rules on the share of the retention that is left need the lag of such a partition beside its headroom; they can ask
  // for no more than half.
  return c => IS_BAD[state[c] as number] === 1 || (headroomMs[c] as number) < takenAt - (headAt[c] as number)
}

/** Level of a group on a topic, by its block; 0 where there is none. */
export function levelOfBlock({ blocks }: Levels, block: number): number {
  return blocks === null || block < 0 ? 0 : (blocks[block] as number)
}

/** Position of the block of group `g` on topic `t`, or -1, by bisection. */
export function blockOf({ groupStart, blockTopic }: GroupLayout, g: number, t: number): number {
  return positionIn(blockTopic, t, groupStart[g] as number, groupStart[g + 1] as number)
}

/** Position of the cell of a row in a block, or -1. */
export function cellOf({ blockStart, cellRow }: GroupLayout, block: number, row: number): number {
  return positionIn(cellRow, row, blockStart[block] as number, blockStart[block + 1] as number)
}
