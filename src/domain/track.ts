import type { ClusterObservation, Observation, TopicConfig } from '../model/observation.ts'
import type { Snapshot } from '../model/snapshot.ts'
import { ROWS_PER_STEP, type Steps } from '../model/steps.ts'
import { rowCount, type Topology } from '../model/topology.ts'
import { rememberBrokers } from './broker-memory.ts'
import { stepClocks } from './clocks.ts'
import { countCodes } from './code-counters.ts'
import { followGroups, groupInputs, watchedGroups } from './follow-groups.ts'
import { placeCommits } from './layout.ts'
import { earlierRows, holdPartitions, nothingRead } from './partitions.ts'
import { publish } from './publish.ts'
import { takeReadings } from './readings.ts'
import { mapRows } from './row-mapping.ts'
import { addRequests, type ClusterState, initialState } from './state.ts'
import { topicsUp, unreadTopics } from './topic-roll-up.ts'
import type { TrackOptions } from './track-options.ts'

export interface Tracked {
  readonly state: ClusterState
  readonly snapshot: Snapshot
}

/** One poll's step of everything that is remembered of a cluster, and what is to be published of it. */
export function* track(
  before: ClusterState,
  observation: Observation,
  options: TrackOptions,
): Steps<Tracked> {
  const now = observation.endedAt
  const seen = observation.cluster
  if (isAnotherCluster(before, seen)) return yield* track(startAnew(before, now), observation, options)
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
  const { layout } = placement
  const clocks = yield* stepClocks(before.clocks, placement, {
    now,
    clockStartAt: before.clockStartAt,
    wasWatched: watchedGroups(before, layout.groups),
    restored: before.isRestored,
  })
  const read = seen?.partitions ?? nothingRead(before.partitions)
  const readings = yield* takeReadings(before.readings, placement, {
    logStart: read.logStart,
    highWatermark: read.highWatermark,
    now,
    maxReadingAgeMs: options.maxReadingAgeMs,
  })
  const partitions = yield* holdPartitions(before.partitions, read, {
    earlier: earlierRows(rowMap, rowCount(topology)),
    sizeBytes: seen?.logDirs?.leaderBytes ?? null,
    now,
    maxReadingAgeMs: options.maxReadingAgeMs,
  })

  const topicFailures =
    seen === null ? [] : [...(yield* unreadTopics(topology, seen.partitions)), ...missingTopics(seen)]
  const state: ClusterState = {
    clusterId: seen?.clusterId ?? before.clusterId,
    clockStartAt: Math.min(now, before.clockStartAt),
    isRestored: before.isRestored && seen === null,
    wereGroupsComplete: before.wereGroupsComplete || (seen?.groupsComplete ?? false),
    metadataAt: seen ? now : Math.min(now, before.metadataAt),
    layout,
    clocks,
    readings,
    partitions,
    topicUp: seen
      ? yield* topicsUp(topology, seen.partitions.leader, new Set(observation.brokers.map(b => b.id)))
      : before.topicUp,
    missingTopics: seen?.missingTopics ?? before.missingTopics,
    missingGroups: notRemembered(seen?.missingGroups ?? before.missingGroups, groups),
    topicConfigs: yield* mergeConfigs(before.topicConfigs, seen?.topicConfigs ?? null, topology),
    logDirs: seen?.logDirs?.dirs ?? before.logDirs,
    groups,
    brokers: rememberBrokers(
      before.brokers,
      seen ? observation.brokers : null,
      now,
      options.brokerForgetAfterMs,
    ),
    requests: addRequests(before.requests, observation),
    pollErrors: yield* countCodes(
      before.pollErrors,
      observation.errors.map(e => ({ name: e.stage, code: e.code })),
    ),
    topicErrors: yield* countCodes(
      before.topicErrors,
      topicFailures,
      topic => topology.indexOf.has(topic) || options.configuredTopics.has(topic),
    ),
    lastSuccessAt: allBrokersAnswered(observation) ? now : before.lastSuccessAt,
  }
  return { state, snapshot: yield* publish(state, observation, placement, options) }
}

/** A leaderless topic or a right that is missing may last for weeks: that is no failure of the poll. */
function allBrokersAnswered({ cluster, brokers }: Observation): boolean {
  return cluster !== null && brokers.every(b => b.responseMs !== null && b.failure === null)
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

function missingTopics(
  seen: ClusterObservation,
): readonly { readonly name: string; readonly code: string }[] {
  return [...seen.missingTopics].flatMap(([name, reason]) =>
    reason.kind === 'absent' ? [] : [{ name, code: reason.code }],
  )
}

/** A configured group that has just gone from the lists is still told of as a group, until it has ended. */
function notRemembered(
  missing: ClusterState['missingGroups'],
  groups: ClusterState['groups'],
): ClusterState['missingGroups'] {
  return new Map([...missing].filter(([id]) => !groups.has(id)))
}

/** Configurations are read in parts and on a slow clock: what was read last stands while the topic exists. */
function* mergeConfigs(
  before: ReadonlyMap<string, TopicConfig>,
  read: ReadonlyMap<string, TopicConfig> | null,
  topology: Topology,
): Steps<ReadonlyMap<string, TopicConfig>> {
  if (read === null) return before
  const merged = new Map<string, TopicConfig>()
  for (const [t, topic] of topology.topics.entries()) {
    if (t % ROWS_PER_STEP === 0) yield
    const config = read.get(topic) ?? before.get(topic)
    if (config !== undefined) merged.set(topic, config)
  }
  return merged
}
