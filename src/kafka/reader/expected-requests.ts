import { chunksByWeight } from './chunks.ts'
import { REQUEST_LIMITS, type RequestLimits } from './request-limits.ts'

export interface ClusterShape {
  readonly brokers: number
  /** Partitions led by each broker; brokers that lead none may be left out. */
  readonly rowsPerLeader: readonly number[]
  /**
   * Commits that each group is expected to have, by coordinator and in order of the groups' names;
   * `REQUEST_LIMITS.rowsOfUnknownGroup` before the first poll.
   */
  readonly commitsPerCoordinator: readonly (readonly number[])[]
  /** Share groups of each coordinator that has some. */
  readonly shareGroupsPerCoordinator?: readonly number[]
  /** Partitions of each broker whose last stable offset is wanted; brokers that have none may be left out. */
  readonly stableRowsPerLeader?: readonly number[]
}

/**
 * Requests of one poll's fast loop when nothing fails, with brokers that take many groups in one OffsetFetch (v8,
 * Kafka 3.0): one Metadata, one ListGroups per broker, and the chunks of the rest.
 */
export function expectedFastRequests(shape: ClusterShape, limits: RequestLimits = REQUEST_LIMITS): number {
  const listOffsets = (rowsPerLeader: readonly number[]) =>
    sum(rowsPerLeader.map(rows => Math.ceil(rows / limits.rows)))
  const startsAndEnds = 2 * listOffsets(shape.rowsPerLeader)
  const stable = listOffsets(shape.stableRowsPerLeader ?? [])
  const commits = shape.commitsPerCoordinator.map(
    groups => chunksByWeight(groups, rows => rows, limits.rows, limits.groups).length,
  )
  const shares = (shape.shareGroupsPerCoordinator ?? []).map(groups =>
    Math.ceil(groups / limits.describedGroups),
  )
  return 1 + shape.brokers + startsAndEnds + stable + sum(commits) + sum(shares)
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
