import { rankOfState } from '../http/api/cell-order.ts'
import type { GroupSummary } from '../http/api/group-summary.ts'
import type { MissingItem, UnavailableCluster } from '../http/api/missing.ts'
import type { PartitionLag } from '../http/api/partition-lag.ts'

/** What `lag --output=json` prints: the names, units and nulls are those of the HTTP API. */
export interface LagReport {
  /** Address of the exporter, or 'kafka' for a direct poll, which has no clocks: every age is null. */
  readonly source: string
  /** Groups that match; more than `groups` holds where `--limit` cut it. */
  readonly total: number
  /** Worst first. */
  readonly groups: readonly GroupSummary[]
  /** Worst first, of the groups above; null unless `--partitions` or `--topic` asked for them. */
  readonly partitions: readonly GroupPartition[] | null
  /** Configured groups that are not there. */
  readonly missing: readonly MissingItem[]
  readonly unavailable: readonly UnavailableCluster[]
}

/** Partitions of one group that a report has at most. */
export const PARTITION_LIMIT = 10_000

export interface GroupPartition extends PartitionLag {
  readonly cluster: string | null
  readonly group: string
  readonly topic: string
}

export interface LagQuery {
  /** Unanchored patterns; null = all. */
  readonly group: RegExp | null
  readonly topic: RegExp | null
  readonly partitions: boolean
  /** Groups. */
  readonly limit: number
}

/** Where a report comes from. Throws ExporterError. */
export interface LagSource {
  report(query: LagQuery, signal: AbortSignal): Promise<LagReport>
  /** How often a new report is worth asking for, in milliseconds. */
  intervalMs(signal: AbortSignal): Promise<number>
}

/** As `worstFirst` of the exporter has the partitions of one group. */
export function worstPartitionsFirst(a: GroupPartition, b: GroupPartition): number {
  // Where one look cannot tell, it may be advancing.
  const rank = ({ state }: GroupPartition) => rankOfState(state ?? 'advancing')
  return (
    rank(a) - rank(b) ||
    largestFirst(a.conditionSeconds, b.conditionSeconds) ||
    largestFirst(a.stalledSeconds, b.stalledSeconds) ||
    largestFirst(a.lagSeconds, b.lagSeconds) ||
    largestFirst(a.lag, b.lag)
  )
}

function largestFirst(a: number | null, b: number | null): number {
  return (b ?? -1) - (a ?? -1)
}
