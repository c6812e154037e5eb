import type { GroupKind } from '../../model/observation.ts'
import type { ClusterHandle } from '../../model/ports.ts'
import type { GroupView, ShareView, Snapshot } from '../../model/snapshot.ts'
import { type Topology, topicOfRow } from '../../model/topology.ts'
import { GROUP_INDEX } from './group-index.ts'
import { ageSeconds, instant, known, knownText } from './json-values.ts'
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
  /**
   * The longest that any partition with lag has been without an advance; 0 where nothing is behind, null where that
   * is not known. Lists are ordered by it, largest first.
   */
  readonly sicknessSeconds: number | null
  /** The partition that `sicknessSeconds` is of. */
  readonly worst: WorstPartition | null
  /** Observed since the counters began. */
  readonly rebalances: number
  readonly lastReadAt: string | null
  readonly failure: { readonly code: string; readonly message: string } | null
}

/** One group of one snapshot, `g` being its position. */
export interface GroupRef {
  readonly handle: ClusterHandle
  readonly snapshot: Snapshot
  readonly g: number
}

export function toGroupSummary({ handle, snapshot, g }: GroupRef): GroupSummary {
  const group = snapshot.groups[g]
  if (group === undefined) throw new RangeError(`no group ${g} in a snapshot of ${snapshot.groups.length}`)
  const { layout } = snapshot
  const index = GROUP_INDEX.of(snapshot)
  const firstBlock = layout.groupStart[g] as number
  const endBlock = layout.groupStart[g + 1] as number
  const cells = (layout.blockStart[endBlock] ?? 0) - (layout.blockStart[firstBlock] ?? 0)
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
    partitions: group.share === null ? cells : group.share.rows.length,
    partitionsBehind: index.cellsBehind[g] as number,
    partitionsBeyondEnd: known(index.beyondEnd[g] as number),
    lagSum: known(index.lagSum[g] as number),
    lagMax: lagMaxOf(group),
    oldestAdvanceAgeSeconds: ageSeconds(snapshot.takenAt, index.oldestProgressAt[g] as number),
    sicknessSeconds: sicknessMs === null ? null : sicknessMs / 1000,
    worst: worstOf(snapshot, g, index.worstCell[g] as number),
    rebalances: group.rebalances,
    lastReadAt: instant(group.lastReadAt),
    failure: group.failure,
  }
}

/** The pipeline takes it over cells, which share groups do not have. */
export function lagMaxOf({ lagMax, share }: Pick<GroupView, 'lagMax' | 'share'>): number | null {
  if (share === null) return known(lagMax)
  let largest = Number.NaN
  for (const lag of share.lags) if (!(lag <= largest) && !Number.isNaN(lag)) largest = lag
  return known(largest)
}

function topicsOf({ rows }: ShareView, topology: Topology): number {
  return new Set(Array.from(rows, row => topicOfRow(topology, row))).size
}

function worstOf(snapshot: Snapshot, g: number, cell: number): WorstPartition | null {
  if (cell < 0) return null
  const { layout, groups } = snapshot
  const t = topicOfCell(layout, g, cell)
  const owner = ownerOfRow(groups[g]?.members ?? null, layout.cellRow[cell] as number)
  return { topic: layout.topology.topics[t] as string, ...toPartitionLag(snapshot, cell, t, owner) }
}
