import { familiesNamed, selectFamilies } from '../catalog/catalog.ts'
import { rememberedObjectives } from '../config/objective-memory.ts'
import type { ClusterSettings, SchemaSettings, Settings } from '../config/settings.ts'
import { isDeadLetterTopic } from '../domain/dlq/topic-role.ts'
import { createClusterReader } from '../kafka/cluster-reader.ts'
import type { Snapshot } from '../model/snapshot.ts'
import { ClusterPipeline } from '../pipeline/cluster-pipeline.ts'
import { stateFile, statePathOf } from '../pipeline/state-file.ts'
import { clusterTransport } from './cluster-transport.ts'
import { logWithField } from './log-with-field.ts'
import type { Surroundings } from './surroundings.ts'

/** Publication waits this long for a disk, then goes on and says so. */
const SAVE_TIMEOUT_MS = 5_000
/** Descriptions, configurations and log directories are read about this often. */
const SLOW_EVERY_MS = 60_000
/** Kafka aborts a transaction after transaction.timeout.ms, which brokers bound to 15 minutes as a rule. */
const HUNG_AFTER_MS = 900_000
const LAST_STABLE_OFFSET = 'kafka_topic_partition_last_stable_offset'

/** All that a pipeline is made of, as data: where it is equal after a reload, the pipeline is not touched. */
export interface PipelineSpec {
  readonly cluster: ClusterSettings
  readonly stateFile: string | null
  readonly readsAllStable: boolean
  /** Those of this cluster. */
  readonly schemas: readonly SchemaSettings[]
}

export function pipelineSpecOf(
  cluster: ClusterSettings,
  settings: Pick<Settings, 'stateFile' | 'metrics'> & Partial<Pick<Settings, 'schemas'>>,
): PipelineSpec {
  const { names, families } = settings.metrics
  const published = new Set(selectFamilies(familiesNamed(names), families).map(f => f.name))
  return {
    cluster,
    stateFile: settings.stateFile,
    readsAllStable: published.has(LAST_STABLE_OFFSET),
    schemas: (settings.schemas ?? []).filter(each => each.cluster === cluster.name),
  }
}

export function createPipeline(
  cluster: ClusterSettings,
  settings: Pick<Settings, 'stateFile' | 'metrics'>,
  surroundings: Surroundings,
): ClusterPipeline {
  return pipelineFrom(pipelineSpecOf(cluster, settings), surroundings)
}

/** @param views what others than the polls have to say of the cluster */
export function pipelineFrom(
  spec: PipelineSpec,
  surroundings: Surroundings,
  views?: () => Partial<Snapshot>,
): ClusterPipeline {
  const { log, clock, beforePublication } = surroundings
  const { cluster } = spec
  const { transport, troubles } = clusterTransport(cluster, clock)
  const reader = createClusterReader({
    transport,
    clock,
    troubles,
    topics: name => matches(cluster.topics, name),
    groups: name => matches(cluster.groups, name),
    expect: cluster.expect,
    requestTimeoutMs: cluster.requestTimeoutMs,
    slowEveryMs: SLOW_EVERY_MS,
  })
  return new ClusterPipeline(
    {
      name: cluster.name,
      labels: cluster.labels,
      pollIntervalMs: cluster.pollIntervalMs,
      maxReadingAgeMs: cluster.maxReadingAgeMs,
      brokerForgetAfterMs: cluster.brokerForgetAfterMs,
      descriptionMaxAgeMs: 3 * SLOW_EVERY_MS + cluster.maxReadingAgeMs,
      uncommitted: cluster.uncommitted,
      configuredTopics: new Set(cluster.expect.topics),
      configuredGroups: new Set(cluster.expect.groups),
      noConsumerAfterMs: cluster.noConsumerAfterMs,
      lossHorizonMs: cluster.lossHorizonMs,
      hungAfterMs: HUNG_AFTER_MS,
      objectiveOf: rememberedObjectives(cluster.objectives, clock),
      isDeadLetterTopic: deadLetterTopicsOf(cluster),
      drainedBy: new Map(Object.entries(cluster.dlq.drainedBy)),
      readsAllStable: spec.readsAllStable,
      probeBytesPerSecond: cluster.probe.maxBytesPerSecond,
      saveTimeoutMs: SAVE_TIMEOUT_MS,
    },
    {
      reader,
      store: spec.stateFile === null ? null : stateFile(statePathOf(spec.stateFile, cluster.name)),
      clock,
      ...(views && { views }),
      log: cluster.name === null ? log : logWithField(log, 'kafka_cluster', cluster.name),
      ...(beforePublication && {
        beforePublication: snapshot => beforePublication(cluster.name ?? '', snapshot),
      }),
    },
  )
}

/** Whether a topic is told of as a dead-letter topic. */
export function deadLetterTopicsOf({ dlq }: Pick<ClusterSettings, 'dlq'>): (topic: string) => boolean {
  const names = { isByName: dlq.match === 'auto', include: dlq.include, exclude: dlq.exclude }
  return topic => isDeadLetterTopic(names, topic)
}

function matches(filter: ClusterSettings['topics'], name: string): boolean {
  return filter.include.some(p => p.test(name)) && !filter.exclude.some(p => p.test(name))
}
