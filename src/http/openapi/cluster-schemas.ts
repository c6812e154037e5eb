import type { EstateChanges, PartChanges, ReloadFault } from '../../model/reload.ts'
import type { BrokerSummary, ClusterSnapshot, ClusterSummary, PollSummary } from '../api/cluster-summary.ts'
import type { DeadLetterCauseCount, DeadLetterTopic } from '../api/dead-letter-summary.ts'
import type { DependencySummary } from '../api/dependency-summary.ts'
import type { MissingItem, UnavailableCluster } from '../api/missing.ts'
import type { TopicConfigView, TopicSummary } from '../api/topic-summary.ts'
import type { ClustersAnswer, DeadLettersAnswer, DependenciesAnswer, TopicsAnswer } from '../api-routes.ts'
import type { ApiError, HttpFaultCode } from '../faults.ts'
import {
  count,
  instant,
  listOf,
  mapOf,
  object,
  oneOf,
  orNull,
  ref,
  type Schema,
  seconds,
  text,
  truth,
  whole,
} from './schema.ts'

/** Each is named so that a code which comes anew is not forgotten here. */
const CODES: Readonly<Record<HttpFaultCode, true>> = {
  BAD_PATH: true,
  BAD_PARAMETER: true,
  CLUSTER_REQUIRED: true,
  CLUSTER_NOT_FOUND: true,
  GROUP_NOT_FOUND: true,
  NOT_FOUND: true,
  METHOD_NOT_ALLOWED: true,
  URL_TOO_LONG: true,
  INTERNAL: true,
  NO_SNAPSHOT: true,
  GROUP_UNREADABLE: true,
  UNAUTHORIZED: true,
  CROSS_SITE: true,
  TOO_MANY_REQUESTS: true,
  BUSY: true,
}

/** Answers about clusters, topics and dependencies, and what all answers share. */
export const CLUSTER_SCHEMAS: Readonly<Record<string, Schema>> = {
  Error: object<ApiError>(
    { error: object<ApiError['error']>({ code: oneOf(Object.keys(CODES)), message: text }) },
    'Body of every status from 400: `code` is for programs, `message` for people.',
  ),
  Reloaded: object<EstateChanges>(
    {
      clusters: ref('PartChanges'),
      dependencies: ref('PartChanges'),
      services: ref('PartChanges'),
    },
    'What a configuration that was read anew has changed.',
  ),
  PartChanges: object<PartChanges>({
    added: listOf(orNull(text)),
    removed: listOf(orNull(text)),
    changed: listOf(orNull(text)),
    kept: listOf(orNull(text)),
  }),
  RefusedConfiguration: object<{ error: object }>(
    {
      error: object<{ code: string; message: string; faults: readonly ReloadFault[] }>({
        code: oneOf(['CONFIG_INVALID']),
        message: text,
        faults: listOf(object<ReloadFault>({ at: text, problem: text })),
      }),
    },
    'Every fault of a configuration that was not put in force. Where everybody may ask, `problem` points to the log.',
  ),
  Failure: object<{ code: string; message: string }>({ code: text, message: text }, 'Why a read failed.'),
  MissingItem: object<MissingItem>(
    {
      cluster: orNull(text),
      name: text,
      reason: oneOf(['absent', 'denied', 'unreadable']),
      code: orNull(text),
    },
    'Something that the configuration expects and that is not there.',
  ),
  UnavailableCluster: object<UnavailableCluster>(
    { cluster: orNull(text), reason: text },
    'A cluster that the last poll did not reach, or of which nothing is known.',
  ),
  Clusters: object<ClustersAnswer>({ version: text, clusters: listOf(ref('Cluster')) }),
  Cluster: object<ClusterSummary>({
    cluster: orNull(text),
    labels: mapOf(text),
    pollIntervalSeconds: seconds,
    polled: truth,
    snapshot: orNull(ref('ClusterSnapshot')),
  }),
  ClusterSnapshot: object<ClusterSnapshot>({
    up: truth,
    clusterId: orNull(text),
    takenAt: orNull(instant),
    ageSeconds: seconds,
    topics: count,
    partitions: count,
    groups: count,
    groupPartitions: count,
    brokers: listOf(ref('Broker')),
    missingGroups: listOf(ref('MissingItem')),
    missingTopics: listOf(ref('MissingItem')),
    poll: ref('Poll'),
  }),
  Broker: object<BrokerSummary>({
    id: whole,
    host: text,
    port: count,
    inMetadata: truth,
    up: truth,
    responseSeconds: orNull(seconds),
    failure: orNull(ref('Failure')),
  }),
  Poll: object<PollSummary>(
    {
      startedAt: orNull(instant),
      endedAt: orNull(instant),
      durationSeconds: orNull(seconds),
      lastSuccessAt: orNull(instant),
      phaseSeconds: mapOf(seconds),
      clockStartAt: orNull(instant),
      stateWriteErrors: count,
      errors: listOf(
        object<PollSummary['errors'][number]>({
          stage: text,
          code: text,
          broker: orNull(whole),
          message: text,
        }),
      ),
    },
    'How the last poll went.',
  ),
  Topics: object<TopicsAnswer>({
    total: count,
    topics: listOf(ref('Topic')),
    missing: listOf(ref('MissingItem')),
    unavailable: listOf(ref('UnavailableCluster')),
  }),
  Topic: object<TopicSummary>({
    cluster: orNull(text),
    topic: text,
    topicId: orNull(text),
    up: orNull(truth),
    configured: truth,
    partitions: count,
    partitionsWithoutLeader: count,
    partitionsUnderReplicated: count,
    offsetsHeld: orNull(count),
    consumerGroups: orNull(count),
    futureTimestamps: orNull(count),
    config: orNull(ref('TopicConfig')),
    readErrors: listOf(object<TopicSummary['readErrors'][number]>({ code: text, count })),
  }),
  TopicConfig: object<TopicConfigView>({
    cleanupPolicy: text,
    timestampType: text,
    retentionMs: whole,
    retentionBytes: whole,
    isTiered: truth,
  }),
  DeadLetters: object<DeadLettersAnswer>({
    total: count,
    topics: listOf(ref('DeadLetterTopic')),
    unavailable: listOf(ref('UnavailableCluster')),
  }),
  DeadLetterTopic: object<DeadLetterTopic>({
    cluster: orNull(text),
    topic: text,
    partitions: count,
    depth: orNull(count),
    drainedBy: orNull(text),
    undrained: orNull(count),
    arrived: orNull(count),
    oldestAt: orNull(instant),
    newestAt: orNull(instant),
    readError: orNull(text),
    malformedHeaders: orNull(count),
    causes: listOf(
      object<DeadLetterCauseCount>({ sourceTopic: orNull(text), group: orNull(text), cause: text, count }),
    ),
  }),
  Dependencies: object<DependenciesAnswer>({ dependencies: listOf(ref('Dependency')) }),
  Dependency: object<DependencySummary>({
    name: text,
    kind: text,
    up: orNull(truth),
    pingSeconds: orNull(seconds),
    checkedAt: orNull(instant),
    failure: orNull(ref('Failure')),
  }),
}
