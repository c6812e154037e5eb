import type { ClusterHandle, DependencyView, Estate } from '../../model/ports.ts'
import { CELL_ADVANCED, type GroupView, type Snapshot } from '../../model/snapshot.ts'
import { conditionOf, severityOf } from '../api/condition.ts'
import { GROUP_INDEX, type GroupIndex } from '../api/group-index.ts'
import { lagMaxOf } from '../api/group-summary.ts'
import { instant, known } from '../api/json-values.ts'
import { PROBLEM_TOPICS } from '../api/topic-problems.ts'

/** The figures at the top of the page, over all clusters. */
export interface EstateHealth {
  readonly clusters: number
  readonly clustersUnreachable: readonly string[]
  readonly clustersWaiting: number
  readonly clustersStale: readonly string[]
  readonly groups: number
  readonly groupsNotAdvancing: number
  /** Of those, the ones that have been so for long. */
  readonly groupsBad: number
  readonly groupsBehind: number
  /** Behind for a short time, and nobody there to read on. */
  readonly groupsWithoutConsumer: number
  /** Behind for a short time, without an advance since the clocks began: they may move or not. */
  readonly groupsNotSeenToMove: number
  /** Share groups that are behind: they have no clock, so nobody can say whether they advance. */
  readonly groupsWithoutClock: number
  readonly groupsUnreadable: number
  /** Read, but the lag of some partition is not known, and none is known to be behind. */
  readonly groupsUnknown: number
  readonly groupsMissing: number
  readonly brokers: number
  readonly brokersDown: number
  readonly topics: number
  readonly topicProblems: number
  readonly dependencies: number
  readonly dependenciesDown: number
}

export function healthOf(estate: Estate, clusters: readonly ClusterHandle[]): EstateHealth {
  const snapshots = clusters.flatMap(cluster => cluster.snapshot() ?? [])
  // What a cluster lacks only it can say.
  const reached = snapshots.filter(snapshot => snapshot.up)
  const groups = snapshots.map(countGroups)
  const total = (count: (tally: GroupTally) => number) => sum(groups.map(count))
  const brokers = snapshots.flatMap(snapshot => snapshot.brokers)
  const down = (dependency: DependencyView) => dependency.up === false
  return {
    clusters: clusters.length,
    clustersUnreachable: clusters.filter(c => c.snapshot()?.up === false).map(labelOf),
    clustersWaiting: clusters.filter(c => !c.polled()).length,
    clustersStale: clusters.filter(c => c.polled() && c.snapshot() === null).map(labelOf),
    groups: sum(snapshots.map(snapshot => snapshot.groups.length)),
    groupsNotAdvancing: total(t => t.notAdvancing),
    groupsBad: total(t => t.bad),
    groupsBehind: total(t => t.behind),
    groupsWithoutConsumer: total(t => t.withoutConsumer),
    groupsNotSeenToMove: total(t => t.notSeenToMove),
    groupsWithoutClock: total(t => t.withoutClock),
    groupsUnreadable: total(t => t.unreadable),
    groupsUnknown: total(t => t.unknown),
    groupsMissing: sum(reached.map(snapshot => snapshot.missingGroups.size)),
    brokers: brokers.length,
    brokersDown: brokers.filter(broker => !broker.up).length,
    topics: sum(snapshots.map(snapshot => snapshot.topology.topics.length)),
    topicProblems: sum(reached.map(s => PROBLEM_TOPICS.of(s).length + s.topics.missing.size)),
    dependencies: estate.dependencies().length,
    dependenciesDown: estate.dependencies().filter(down).length,
  }
}

function labelOf(cluster: ClusterHandle): string {
  return cluster.name === null ? 'the cluster' : `cluster ${cluster.name}`
}

interface GroupTally {
  notAdvancing: number
  bad: number
  behind: number
  withoutConsumer: number
  notSeenToMove: number
  withoutClock: number
  unreadable: number
  unknown: number
}

function countGroups(snapshot: Snapshot): GroupTally {
  const index = GROUP_INDEX.of(snapshot)
  const tally: GroupTally = {
    notAdvancing: 0,
    bad: 0,
    behind: 0,
    withoutConsumer: 0,
    notSeenToMove: 0,
    withoutClock: 0,
    unreadable: 0,
    unknown: 0,
  }
  snapshot.groups.forEach((_, g) => {
    countGroup(tally, snapshot, index, g)
  })
  return tally
}

function countGroup(tally: GroupTally, snapshot: Snapshot, index: GroupIndex, g: number): void {
  const group = snapshot.groups[g] as GroupView
  const { kind, state, failure } = group
  const sicknessMs = known(index.sicknessMs[g] as number)
  const sicknessSeconds = sicknessMs === null ? null : sicknessMs / 1000
  const partitionsBehind = index.cellsBehind[g] as number
  const condition = conditionOf({
    kind,
    partitions: group.share?.rows.length ?? 0,
    partitionsBehind,
    sicknessSeconds,
    lagSum: known(index.lagSum[g] as number),
    lagMax: lagMaxOf(group),
    state,
    failure,
    worst: { lastAdvanceAt: lastAdvanceOf(snapshot, index.worstCell[g] as number) },
  })
  if (condition === 'unknown' || condition === 'lag not reported') tally.unknown++
  if (condition === 'unreadable') tally.unreadable++
  if (partitionsBehind === 0) return
  tally.behind++
  const severity = severityOf(condition, sicknessSeconds)
  if (severity === 'bad') tally.bad++
  if (severity === 'bad' || severity === 'warning') tally.notAdvancing++
  else if (condition === 'no consumer') tally.withoutConsumer++
  else if (kind === 'share') tally.withoutClock++
  else if (condition === 'behind') tally.notSeenToMove++
}

function lastAdvanceOf({ cells }: Snapshot, cell: number): string | null {
  if (cell < 0 || !((cells.flags[cell] as number) & CELL_ADVANCED)) return null
  return instant(cells.progressAt[cell] as number)
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0)
}
