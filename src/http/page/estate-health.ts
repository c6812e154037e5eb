import type { ClusterHandle, DependencyView, Estate } from '../../model/ports.ts'
import type { Snapshot } from '../../model/snapshot.ts'
import { CONDITIONS, type Condition, severityOf } from '../api/condition.ts'
import { GROUP_INDEX } from '../api/group-index.ts'
import { GROUP_CONDITIONS } from '../api/judge-group.ts'
import { countServices } from '../api/service-summary.ts'
import { PROBLEM_TOPICS } from '../api/topic-problems.ts'

/** The figures at the top of the page, over all clusters. */
export interface EstateHealth {
  readonly clusters: number
  readonly clustersUnreachable: readonly string[]
  readonly clustersWaiting: number
  readonly clustersStale: readonly string[]
  readonly groups: number
  /** By condition, share groups that are behind apart: they have no clock, so nobody can say whether they advance. */
  readonly conditions: Readonly<Record<Condition, number>>
  readonly groupsWithoutClock: number
  /** In a bad state somewhere. */
  readonly groupsBad: number
  readonly groupsBehind: number
  readonly groupsMissing: number
  readonly brokers: number
  readonly brokersDown: number
  readonly topics: number
  readonly topicProblems: number
  readonly dependencies: number
  readonly dependenciesDown: number
  readonly services: number
  /** By their last check, those whose health cannot be told apart. */
  readonly servicesDown: number
  readonly servicesUnknown: number
  readonly servicesServing: number
}

export function healthOf(estate: Estate, clusters: readonly ClusterHandle[]): EstateHealth {
  const snapshots = clusters.flatMap(cluster => cluster.snapshot() ?? [])
  // What a cluster lacks only it can say.
  const reached = snapshots.filter(snapshot => snapshot.up)
  const groups = snapshots.map(countGroups)
  const total = (count: (tally: GroupTally) => number) => sum(groups.map(count))
  const brokers = snapshots.flatMap(snapshot => snapshot.brokers)
  const services = countServices(estate.services())
  const down = (dependency: DependencyView) => dependency.up === false
  return {
    clusters: clusters.length,
    clustersUnreachable: clusters.filter(c => c.snapshot()?.up === false).map(labelOf),
    clustersWaiting: clusters.filter(c => !c.polled()).length,
    clustersStale: clusters.filter(c => c.polled() && c.snapshot() === null).map(labelOf),
    groups: sum(snapshots.map(snapshot => snapshot.groups.length)),
    conditions: Object.fromEntries(
      CONDITIONS.map(condition => [condition, total(t => t.conditions.get(condition) ?? 0)]),
    ) as Record<Condition, number>,
    groupsWithoutClock: total(t => t.withoutClock),
    groupsBad: total(t => t.bad),
    groupsBehind: total(t => t.behind),
    groupsMissing: sum(reached.map(snapshot => snapshot.missingGroups.size)),
    brokers: brokers.length,
    brokersDown: brokers.filter(broker => !broker.up).length,
    topics: sum(snapshots.map(snapshot => snapshot.topology.topics.length)),
    topicProblems: sum(reached.map(s => PROBLEM_TOPICS.of(s).length + s.topics.missing.size)),
    dependencies: estate.dependencies().length,
    dependenciesDown: estate.dependencies().filter(down).length,
    services: estate.services().length,
    servicesDown: services.offline + services.unhealthy + services.not_serving,
    servicesUnknown: services.unknown,
    servicesServing: services.serving,
  }
}

function labelOf(cluster: ClusterHandle): string {
  return cluster.name === null ? 'the cluster' : `cluster ${cluster.name}`
}

interface GroupTally {
  readonly conditions: Map<Condition, number>
  withoutClock: number
  bad: number
  behind: number
}

function countGroups(snapshot: Snapshot): GroupTally {
  const index = GROUP_INDEX.of(snapshot)
  const conditions = GROUP_CONDITIONS.of(snapshot)
  const tally: GroupTally = { conditions: new Map(), withoutClock: 0, bad: 0, behind: 0 }
  snapshot.groups.forEach((group, g) => {
    const condition = CONDITIONS[conditions[g] as number] as Condition
    if (condition === 'behind' && group.kind === 'share') tally.withoutClock++
    else tally.conditions.set(condition, (tally.conditions.get(condition) ?? 0) + 1)
    if (severityOf(condition) === 'bad') tally.bad++
    if ((index.cellsBehind[g] as number) > 0) tally.behind++
  })
  return tally
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0)
}
