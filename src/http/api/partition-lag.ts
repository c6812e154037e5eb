import type { GroupMember } from '../../model/observation.ts'
import {
  CELL_ADVANCED,
  CELL_BEYOND_END,
  CELL_HOLES,
  CELL_REWOUND,
  CELL_UNCOMMITTED,
  CELL_UNREADABLE,
  type CellState,
  type GroupLayout,
  type Snapshot,
} from '../../model/snapshot.ts'
import { publicStateOf } from './cell-order.ts'
import { ageSeconds, instant, known } from './json-values.ts'
import { lagMsOf } from './lag-time.ts'
import { unknownReasonOf } from './unknown-reason.ts'

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
  /** Null where one look at the cluster cannot tell whether it moves. */
  readonly state: CellState | null
  /** Why `state` is `unknown`; null otherwise. */
  readonly reason: string | null
  /** Age of the first uncommitted record; 0 where nothing waits, null where it is not known. */
  readonly lagSeconds: number | null
  /** Half the width of the interval in which `lagSeconds` lies; 0 = read from the record. */
  readonly lagSecondsUncertainty: number | null
  /** Time stamp of the first uncommitted record as it was written, or an estimate. */
  readonly headTimestamp: string | null
  /** How long there has been work without an advance, any length, healthy or not; 0 without work. */
  readonly stalledSeconds: number | null
  /** How long that may be before it counts as stalled. */
  readonly thresholdSeconds: number | null
  /** In a bad state: how long it has lasted. */
  readonly conditionSeconds: number | null
  /** Until retention may delete the first uncommitted record if the consumer stopped now; null where not in sight. */
  readonly headroomSeconds: number | null
  /** The same at present speeds, an estimate. */
  readonly timeToLossSeconds: number | null
  /** The commit went back and has not regained its place. */
  readonly rewound: boolean
  /** Offsets after the commit have holes, so that `lag` counts too many. */
  readonly holes: boolean
  /** False where READ on the topic is refused, so that time stamps are found by searches. */
  readonly readable: boolean
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

/** The first partition of a group in the order of `worstFirst`. */
export interface WorstPartition extends PartitionLag {
  readonly topic: string
}

/** A cell with the positions of its group and of its topic in the topology. */
export interface CellPlace {
  readonly g: number
  readonly t: number
  readonly c: number
}

export function toPartitionLag(
  snapshot: Snapshot,
  { g, t, c }: CellPlace,
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
    ...stateFields(snapshot, g, c),
    ...timeFields(snapshot, c),
    rewound: (flags & CELL_REWOUND) !== 0,
    holes: (flags & CELL_HOLES) !== 0,
    readable: (flags & CELL_UNREADABLE) === 0,
    owner: owner === null ? null : { memberId: owner.memberId, clientId: owner.clientId, host: owner.host },
    flags: flagsOf(flags),
    readAt: instant(cells.readAt[c] as number),
  }
}

function stateFields(snapshot: Snapshot, g: number, c: number) {
  const { cells, takenAt } = snapshot
  const state = publicStateOf(cells, c)
  const workSince = cells.workSince[c] as number
  return {
    state,
    reason: state === 'unknown' ? unknownReasonOf(snapshot, g, c) : null,
    stalledSeconds: cells.lag[c] === 0 ? 0 : ageSeconds(takenAt, workSince),
    thresholdSeconds: known((cells.thresholdMs[c] as number) / 1000),
    conditionSeconds: ageSeconds(takenAt, cells.conditionSince[c] as number),
  }
}

function timeFields(snapshot: Snapshot, c: number) {
  const { cells } = snapshot
  const lagMs = known(lagMsOf(snapshot, c))
  return {
    lagSeconds: lagMs === null ? null : lagMs / 1000,
    lagSecondsUncertainty:
      lagMs === null ? null : lagMs === 0 ? 0 : known((cells.headUncertaintyMs[c] as number) / 1000),
    headTimestamp: instant(cells.headTimestamp[c] as number),
    headroomSeconds: known((cells.headroomMs?.[c] ?? Number.NaN) / 1000),
    timeToLossSeconds: known((cells.timeToLossMs?.[c] ?? Number.NaN) / 1000),
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
