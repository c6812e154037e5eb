import type { ClusterObservation, Observation } from '../model/observation.ts'
import type { Objective } from '../model/snapshot.ts'
import { ROWS_PER_STEP, type Steps } from '../model/steps.ts'
import { rowCount, type Topology } from '../model/topology.ts'
import { followGroups, groupInputs } from './follow-groups.ts'
import type { GroupMemory } from './group-memory.ts'
import { type Placement, placeCommits } from './layout.ts'
import { type EarlierRows, earlierRows, nothingRead, type PartitionReading } from './partitions.ts'
import { mapRows } from './row-mapping.ts'
import { type ClusterState, initialState } from './state.ts'
import type { TrackOptions } from './track-options.ts'
import { UNCOMMITTED } from './uncommitted.ts'

/** A poll whose answers are in their places: what to look up is planned from it, and all memory steps over it. */
export interface Placed {
  /** What was remembered; nothing where the brokers now belong to another cluster. */
  readonly before: ClusterState
  readonly observation: Observation
  readonly seen: ClusterObservation | null
  /** Milliseconds since the epoch: the instant that all ages of this poll count to. */
  readonly now: number
  readonly topology: Topology
  readonly rowMap: Int32Array | null
  readonly earlier: EarlierRows
  readonly groups: ReadonlyMap<string, GroupMemory>
  readonly placement: Placement
  /** Of this poll alone, by row. */
  readonly read: PartitionReading
  /** By position of the group in the layout. */
  readonly objectives: readonly Objective[]
}

export function* place(before: ClusterState, observation: Observation, options: TrackOptions): Steps<Placed> {
  const now = observation.endedAt
  const seen = observation.cluster
  if (isAnotherCluster(before, seen)) return yield* place(startAnew(before, now), observation, options)
  const topology = seen?.topology ?? before.layout.topology
  const rowMap = mapRows(before.layout.topology, topology)
  const groups = yield* followGroups(before, seen, {
    now,
    maxReadingAgeMs: options.maxReadingAgeMs,
    descriptionMaxAgeMs: options.descriptionMaxAgeMs,
    rowMap,
  })
  const inputs = yield* groupInputs(groups, seen, topology, options.uncommitted)
  const placement = yield* placeCommits(before.layout, rowMap, topology, inputs)
  return {
    before,
    observation,
    seen,
    now,
    topology,
    rowMap,
    earlier: earlierRows(rowMap, rowCount(topology)),
    groups,
    placement,
    read: seen?.partitions ?? nothingRead(before.partitions),
    objectives: placement.layout.groups.map(options.objectiveOf),
  }
}

/** Whether the brokers now belong to another cluster than the one remembered. */
export function isAnotherCluster(before: ClusterState, seen: ClusterObservation | null): boolean {
  if (before.clusterId === null || seen === null || seen.clusterId === null) return false
  return before.clusterId !== seen.clusterId
}

/** Nothing that was remembered holds of another cluster; what this process itself counted goes on. */
function startAnew(before: ClusterState, now: number): ClusterState {
  const fresh = initialState(now)
  return before.isRestored ? fresh : { ...fresh, requests: before.requests, pollErrors: before.pollErrors }
}

/** From where a group reads on: its commit, or the log start where that is further; NaN where not read. */
export function positionOf({ placement, read }: Placed, cell: number): number {
  const offset = placement.incoming[cell] as number
  if (offset === UNCOMMITTED) return Number.NaN
  return beyondStart(offset, read.logStart[placement.layout.cellRow[cell] as number] as number)
}

/**
 * @param work what the pass reads and writes
 * @param position from where the group reads on: its commit, or the log start where that is further
 * @param end the end that the group can read to
 */
export type VisitCell<Work> = (
  work: Work,
  cell: number,
  row: number,
  position: number,
  end: number,
  group: number,
) => void

/**
 * Goes through all cells; `position` and `end` are NaN where this poll did not read them. `visit` is a function of a
 * module: of one that each poll makes anew V8 forgets with every collection what it has compiled.
 */
export function* forEachCell<Work>(
  { placement, read, objectives }: Placed,
  visit: VisitCell<Work>,
  work: Work,
): Steps<void> {
  const { layout, incoming } = placement
  const { logStart, highWatermark, lastStableOffset } = read
  for (let g = 0, c = 0; g < layout.groups.length; g++) {
    const isolated = objectives[g]?.isolation === 'read_committed'
    const lastCell = layout.blockStart[layout.groupStart[g + 1] as number] as number
    for (; c < lastCell; c++) {
      if (c % ROWS_PER_STEP === 0) yield
      const row = layout.cellRow[c] as number
      const offset = incoming[c] as number
      const position = offset === UNCOMMITTED ? Number.NaN : beyondStart(offset, logStart[row] as number)
      const high = highWatermark[row] as number
      const end = isolated ? stableEnd(lastStableOffset, row, offset, high) : high
      visit(work, c, row, position, end, g)
    }
  }
}

/** NaN as soon as one is; `Math.max` would do, but for what it costs a million times. */
function beyondStart(offset: number, start: number): number {
  if (start > offset) return start
  return Number.isNaN(start) ? Number.NaN : offset
}

/** The end for a read-committed consumer; a commit beyond it proves that the group is none. */
export function stableEnd(
  lastStableOffset: Float64Array | null,
  row: number,
  offset: number,
  highWatermark: number,
): number {
  const stable = lastStableOffset === null ? Number.NaN : (lastStableOffset[row] as number)
  return offset > stable ? highWatermark : Math.min(stable, highWatermark)
}
