import type { Evidence } from '../model/evidence.ts'
import type { ClusterObservation, Observation, TopicConfig } from '../model/observation.ts'
import type { Snapshot } from '../model/snapshot.ts'
import { ROWS_PER_STEP, type Steps } from '../model/steps.ts'
import type { Topology } from '../model/topology.ts'
import { rememberBrokers } from './broker-memory.ts'
import { countCodes } from './code-counters.ts'
import { trackDeadLetters } from './dlq/track-dead-letters.ts'
import type { Placed } from './place.ts'
import { publish } from './publish.ts'
import { addRequests, type ClusterState } from './state.ts'
import { topicsUp, unreadTopics } from './topic-roll-up.ts'
import { trackLag } from './track-lag.ts'
import { trackLoss } from './track-loss.ts'
import type { TrackOptions } from './track-options.ts'
import { trackProgress } from './track-progress.ts'

export interface Tracked {
  readonly state: ClusterState
  readonly snapshot: Snapshot
}

/** One poll's step of everything that is remembered of a cluster, and what is to be published of it. */
export function* track(placed: Placed, evidence: Evidence, options: TrackOptions): Steps<Tracked> {
  const { before, observation, seen, now, topology, groups } = placed
  const topicConfigs = yield* mergeConfigs(before.topicConfigs, seen?.topicConfigs ?? null, topology)
  const [lag, headClock] = yield* trackLag(placed, evidence, options)
  const progress = yield* trackProgress(placed, evidence, lag, options)
  const [loss, lossView] = yield* trackLoss(placed, evidence, topicConfigs, lag, headClock, progress, options)
  const [deadLetters, deadLetterView] = yield* trackDeadLetters(placed, evidence, lag, groups, options)
  const topicFailures =
    seen === null ? [] : [...(yield* unreadTopics(topology, seen.partitions)), ...missingTopics(seen)]
  const state: ClusterState = {
    clusterId: seen?.clusterId ?? before.clusterId,
    clockStartAt: Math.min(now, before.clockStartAt),
    isRestored: before.isRestored && seen === null,
    wereGroupsComplete: before.wereGroupsComplete || (seen?.groupsComplete ?? false),
    metadataAt: seen ? now : Math.min(now, before.metadataAt),
    polledAt: now,
    layout: placed.placement.layout,
    ...lag,
    ...progress,
    ...loss,
    deadLetters,
    probeBytes: before.probeBytes + evidence.bytes,
    topicUp: seen
      ? yield* topicsUp(topology, seen.partitions.leader, new Set(observation.brokers.map(b => b.id)))
      : before.topicUp,
    missingTopics: seen?.missingTopics ?? before.missingTopics,
    missingGroups: notRemembered(seen?.missingGroups ?? before.missingGroups, groups),
    topicConfigs,
    logDirs: seen?.logDirs?.dirs ?? before.logDirs,
    groups,
    brokers: rememberBrokers(
      before.brokers,
      seen ? observation.brokers : null,
      now,
      options.brokerForgetAfterMs,
    ),
    requests: addRequests(before.requests, [
      observation.requests,
      observation.slowRequests,
      evidence.requests,
    ]),
    pollErrors: yield* countCodes(
      before.pollErrors,
      [...observation.errors, ...evidence.errors].map(e => ({ name: e.stage, code: e.code })),
    ),
    topicErrors: yield* countCodes(
      before.topicErrors,
      topicFailures,
      topic => topology.indexOf.has(topic) || options.configuredTopics.has(topic),
    ),
    lastSuccessAt: allBrokersAnswered(observation) ? now : before.lastSuccessAt,
  }
  return {
    state,
    snapshot: yield* publish(
      state,
      placed,
      evidence,
      { headClock, deadLetters: deadLetterView, ...lossView },
      options,
    ),
  }
}

/** A leaderless topic or a right that is missing may last for weeks: that is no failure of the poll. */
function allBrokersAnswered({ cluster, brokers }: Observation): boolean {
  return cluster !== null && brokers.every(b => b.responseMs !== null && b.failure === null)
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
