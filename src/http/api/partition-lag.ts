import type { GroupMember } from '../../model/observation.ts'
import {
  CELL_ADVANCED,
  CELL_BEYOND_END,
  CELL_REWOUND,
  CELL_UNCOMMITTED,
  type GroupLayout,
  type Snapshot,
} from '../../model/snapshot.ts'
import { ageSeconds, instant, known } from './json-values.ts'

/** One partition of one group. */
export interface PartitionLag {
  readonly partition: number
  /** Null where nothing is committed or it could not be read. */
  readonly committedOffset: number | null
  readonly logStartOffset: number | null
  /** High watermark. */
  readonly endOffset: number | null
  /** Messages, never negative; null where not known or where the commit lies beyond the end. */
  readonly lag: number | null
  /** Since the committed offset last moved forward; since the clock began where `lastAdvanceAt` is null. */
  readonly advanceAgeSeconds: number | null
  /** Null while no advance has been seen since the clocks began. */
  readonly lastAdvanceAt: string | null
  /** The member that it is assigned to; null where there is none or it is not known. */
  readonly owner: PartitionOwner | null
  readonly flags: readonly PartitionFlag[]
  /** When the commit and the lag were read. */
  readonly readAt: string | null
}

export interface PartitionOwner {
  readonly memberId: string
  readonly clientId: string
  readonly host: string
}

/** `beyondEnd`: committed past the end of the log. `rewound`: the commit went back and has not regained its place. */
export type PartitionFlag = 'beyondEnd' | 'rewound'

/** The partition of a group that is longest without an advance among those with lag. */
export interface WorstPartition extends PartitionLag {
  readonly topic: string
}

/** Cell `c`, which belongs to a block of topic `t`. */
export function toPartitionLag(
  snapshot: Snapshot,
  c: number,
  t: number,
  owner: GroupMember | null,
): PartitionLag {
  const { layout, cells, partitions } = snapshot
  const row = layout.cellRow[c] as number
  const flags = cells.flags[c] as number
  const progressAt = cells.progressAt[c] as number
  return {
    partition: row - (layout.topology.start[t] as number),
    committedOffset: flags & CELL_UNCOMMITTED ? null : known(cells.committed[c] as number),
    logStartOffset: known(partitions.logStart[row] as number),
    endOffset: known(partitions.highWatermark[row] as number),
    lag: known(cells.lag[c] as number),
    advanceAgeSeconds: ageSeconds(snapshot.takenAt, progressAt),
    lastAdvanceAt: flags & CELL_ADVANCED ? instant(progressAt) : null,
    owner: owner === null ? null : { memberId: owner.memberId, clientId: owner.clientId, host: owner.host },
    flags: flagsOf(flags),
    readAt: instant(cells.readAt[c] as number),
  }
}

function flagsOf(bits: number): readonly PartitionFlag[] {
  const flags: PartitionFlag[] = []
  if (bits & CELL_BEYOND_END) flags.push('beyondEnd')
  if (bits & CELL_REWOUND) flags.push('rewound')
  return flags
}

/** Topic (position in the topology) of the block that a cell of group `g` lies in. */
export function topicOfCell(layout: GroupLayout, g: number, c: number): number {
  let low = layout.groupStart[g] as number
  let high = (layout.groupStart[g + 1] as number) - 1
  while (low < high) {
    const middle = (low + high + 1) >>> 1
    if ((layout.blockStart[middle] as number) <= c) low = middle
    else high = middle - 1
  }
  return layout.blockTopic[low] as number
}

export function ownerOfRow(members: readonly GroupMember[] | null, row: number): GroupMember | null {
  return members?.find(member => member.rows.includes(row)) ?? null
}

/** The same for many rows: what is assigned is gone through once, and only what is asked for is kept. */
export function ownersOfRows(
  members: readonly GroupMember[] | null,
  rows: Iterable<number>,
): ReadonlyMap<number, GroupMember | null> {
  const owners = new Map<number, GroupMember | null>()
  for (const row of rows) owners.set(row, null)
  for (const member of members ?? []) {
    for (const row of member.rows) if (owners.get(row) === null) owners.set(row, member)
  }
  return owners
}
