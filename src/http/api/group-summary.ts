import type { GroupKind } from '../../model/observation.ts'
import type { ClusterHandle } from '../../model/ports.ts'
import type { CellState, Objective, ShareView, Snapshot } from '../../model/snapshot.ts'
import { type Topology, topicOfRow } from '../../model/topology.ts'
import { groupWords } from '../words/group-words.ts'
import { GROUP_INDEX } from './group-index.ts'
import { ageSeconds, instant, known, knownText } from './json-values.ts'
import { cellsOf, lagMaxOf, worstStateOf } from './judge-group.ts'
import { ownerOfRow, toPartitionLag, topicOfCell, type WorstPartition } from './partition-lag.ts'

/** One group, as lists show it. Ages are counted to the snapshot's `takenAt`. */
export interface GroupSummary {
  /** Null for the one unnamed cluster. */
  readonly cluster: string | null
  readonly group: string
  readonly kind: GroupKind
  /** As the broker writes it: Stable, Empty, …; null where it does not say. */
  readonly state: string | null
  readonly protocolType: string | null
  /** Assignor or protocol name. */
  readonly protocol: string | null
  /** Broker id. */
  readonly coordinator: number | null
  /** Named under `expect` in the configuration. */
  readonly configured: boolean
  /** Whether the last poll could read it. */
  readonly up: boolean
  readonly exists: boolean
  /** Null while the group could not be described. */
  readonly members: number | null
  readonly topics: number
  readonly partitions: number
  readonly partitionsBehind: number
  readonly partitionsBeyondEnd: number | null
  /** Messages; null where a part of the sum is not known. */
  readonly lagSum: number | null
  /** The largest that is known of any partition. */
  readonly lagMax: number | null
  /** Of all partitions, those without lag too. */
  readonly oldestAdvanceAgeSeconds: number | null
  /** Largest known age of a first uncommitted record, over its partitions. */
  readonly lagSecondsMax: number | null
  /** Partitions of which that age is not known, though something waits or may wait there. */
  readonly partitionsUntimed: number
  /**
   * The longest that any partition with lag has been without an advance; 0 where nothing is behind, null where that
   * is not known.
   */
  readonly sicknessSeconds: number | null
  /** Of the partition in `worst`; caught_up without one, null where there is no partition to say it of. */
  readonly worstState: CellState | null
  /** In a bad state. */
  readonly partitionsBad: number
  /** The worst by its state, then by how long that has lasted. Null where all have caught up. */
  readonly worst: WorstPartition | null
  /** Least time that retention may still leave to any partition; null where no loss is in sight. */
  readonly headroomSeconds: number | null
  /** Some partition has less than a day left, and less than what waits there has waited already. */
  readonly lossNear: boolean
  /** Null for share groups, which have none. */
  readonly objective: ObjectiveView | null
  /** How long it has kept its objective while there was traffic; null without one. */
  readonly keptUpSeconds: number | null
  /** The one thing to say of it. */
  readonly summary: string
  /** Observed since the counters began. */
  readonly rebalances: number
  readonly lastReadAt: string | null
  readonly failure: { readonly code: string; readonly message: string } | null
}

export interface ObjectiveView {
  /** Null where none was set. */
  readonly lagSeconds: number | null
  readonly stalledAfterSeconds: number
  readonly stalledAfterMaxSeconds: number
  readonly clock: Objective['clock']
  readonly isolation: Objective['isolation']
}

/** One group of one snapshot, `g` being its position. */
export interface GroupRef {
  readonly handle: ClusterHandle
  readonly snapshot: Snapshot
  readonly g: number
}

export function toGroupSummary(ref: GroupRef): GroupSummary {
  return summaryOf(ref, groupWords(ref.snapshot, ref.g)[0])
}

/** With the first of its words, where the others are wanted too. */
export function summaryOf({ handle, snapshot, g }: GroupRef, summary: string): GroupSummary {
  const group = snapshot.groups[g]
  if (group === undefined) throw new RangeError(`no group ${g} in a snapshot of ${snapshot.groups.length}`)
  const { layout } = snapshot
  const index = GROUP_INDEX.of(snapshot)
  const firstBlock = layout.groupStart[g] as number
  const endBlock = layout.groupStart[g + 1] as number
  const worst = worstOf(snapshot, g, index.worstCell[g] as number)
  const sicknessMs = known(index.sicknessMs[g] as number)
  return {
    cluster: handle.name,
    group: group.id,
    kind: group.kind,
    state: knownText(group.state),
    protocolType: knownText(group.protocolType),
    protocol: knownText(group.protocol),
    coordinator: group.coordinator < 0 ? null : group.coordinator,
    configured: snapshot.configuredGroups.has(group.id),
    up: group.up,
    exists: group.exists,
    members: group.members?.length ?? null,
    topics: group.share === null ? endBlock - firstBlock : topicsOf(group.share, snapshot.topology),
    partitions: group.share === null ? cellsOf(snapshot, g) : group.share.rows.length,
    partitionsBehind: index.cellsBehind[g] as number,
    partitionsBeyondEnd: known(index.beyondEnd[g] as number),
    lagSum: known(index.lagSum[g] as number),
    lagMax: lagMaxOf(group),
    oldestAdvanceAgeSeconds: ageSeconds(snapshot.takenAt, index.oldestProgressAt[g] as number),
    lagSecondsMax: known(group.lagMsMax / 1000),
    partitionsUntimed: index.cellsUntimed[g] as number,
    sicknessSeconds: sicknessMs === null ? null : sicknessMs / 1000,
    worstState: worstStateOf(snapshot, g),
    partitionsBad: index.cellsBad[g] as number,
    worst,
    headroomSeconds: known((index.headroomMs[g] as number) / 1000),
    lossNear: index.lossNear[g] === 1,
    objective: group.share === null ? objectiveView(group.objective) : null,
    keptUpSeconds: known(group.keptUpMs / 1000),
    summary,
    rebalances: group.rebalances,
    lastReadAt: instant(group.lastReadAt),
    failure: group.failure,
  }
}

function objectiveView(objective: Objective): ObjectiveView {
  return {
    lagSeconds: objective.lagMs === null ? null : objective.lagMs / 1000,
    stalledAfterSeconds: objective.stalledAfterMs / 1000,
    stalledAfterMaxSeconds: objective.stalledAfterMaxMs / 1000,
    clock: objective.clock,
    isolation: objective.isolation,
  }
}

function topicsOf({ rows }: ShareView, topology: Topology): number {
  return new Set(Array.from(rows, row => topicOfRow(topology, row))).size
}

function worstOf(snapshot: Snapshot, g: number, cell: number): WorstPartition | null {
  if (cell < 0) return null
  const { layout, groups } = snapshot
  const t = topicOfCell(layout, g, cell)
  const owner = ownerOfRow(groups[g]?.members ?? null, layout.cellRow[cell] as number)
  return { topic: layout.topology.topics[t] as string, ...toPartitionLag(snapshot, { g, t, c: cell }, owner) }
}
