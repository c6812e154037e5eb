import type { ClusterHandle, DependencyView, Estate } from '../../model/ports.ts'
import type { Snapshot } from '../../model/snapshot.ts'
import { conditionOf, severityOf } from '../api/condition.ts'
import { GROUP_INDEX } from '../api/group-index.ts'
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
    groupsUnreadable: total(t => t.unreadable),
    groupsUnknown: total(t => t.unknown),
    groupsMissing: sum(snapshots.map(snapshot => snapshot.missingGroups.size)),
    brokers: brokers.length,
    brokersDown: brokers.filter(broker => !broker.up).length,
    topics: sum(snapshots.map(snapshot => snapshot.topology.topics.length)),
    topicProblems: sum(snapshots.map(s => PROBLEM_TOPICS.of(s).length + s.topics.missing.size)),
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
  unreadable: number
  unknown: number
}

function countGroups(snapshot: Snapshot): GroupTally {
  const index = GROUP_INDEX.of(snapshot)
  const tally: GroupTally = { notAdvancing: 0, bad: 0, behind: 0, unreadable: 0, unknown: 0 }
  snapshot.groups.forEach((group, g) => {
    const sicknessMs = index.sicknessMs[g] as number
    const lagSum = index.lagSum[g] as number
    const sicknessSeconds = Number.isNaN(sicknessMs) ? null : sicknessMs / 1000
    const partitionsBehind = index.cellsBehind[g] as number
    const { state, failure } = group
    const condition = conditionOf({
      partitionsBehind,
      sicknessSeconds,
      lagSum: Number.isNaN(lagSum) ? null : lagSum,
      state,
      failure,
      worst: null,
    })
    const severity = severityOf(condition, sicknessSeconds)
    if (partitionsBehind > 0) tally.behind++
    if (condition === 'unknown') tally.unknown++
    if (condition === 'unreadable') tally.unreadable++
    else if (partitionsBehind > 0 && (severity === 'bad' || severity === 'warning')) tally.notAdvancing++
    if (partitionsBehind > 0 && severity === 'bad') tally.bad++
  })
  return tally
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0)
}
