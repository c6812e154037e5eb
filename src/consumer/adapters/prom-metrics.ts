import { FIELD_REASONS } from '../../model/field-reasons.ts'
import type { AlertOutcome } from '../core/alert/alert.ts'
import { object, optional } from '../core/options/option-kinds.ts'
import type { RulesOf } from '../core/options/option-rule.ts'
import { proveOptions } from '../core/options/prove-options.ts'
import type { KafkaConsumer, KafkaEvent } from '../core/ports.ts'
import type { PartitionProgress, ProgressView } from '../core/progress.ts'
import { BatchCounts } from './batch-counts.ts'
import type { PromClient, PromGauge, PromRegistry } from './prom-client-shape.ts'
import { type Fill, makeInstruments, type PromInstruments, removeInstruments } from './prom-instruments.ts'

export interface ConsumerMetricsOptions {
  /** The module: `import * as promClient from 'prom-client'`, of 14 or 15. */
  readonly client: PromClient
  /** Where the metrics go; `client.register` where it is left out. */
  readonly registry?: PromRegistry
}

const OPTIONS: RulesOf<ConsumerMetricsOptions> = {
  client: object('the module prom-client', 'Counter', 'Gauge', 'Histogram'),
  registry: optional(object('a registry of prom-client', 'getSingleMetric', 'removeSingleMetric')),
}

export interface WatchedConsumer {
  readonly progress: ProgressView
  /** Counts batches, joins and crashes; without it these are not counted. */
  readonly consumer?: KafkaConsumer
  /** What `/readyz` last answered; null before the first. Answers from memory. */
  readonly isReady?: () => boolean | null
}

/** Of a resilient consumer: those that are counted, by `kind`; others are let pass. */
export interface CountedEvent {
  readonly kind: string
  readonly topic?: string
  /** Of `dropped_fields`. */
  readonly drops?: readonly { readonly reason: string }[]
}

const ALERT_OUTCOMES: readonly AlertOutcome[] = ['sent', 'suppressed', 'failed']

/**
 * Metrics of the consumers of a process under `kafka_consumer_client_`, on the service's own registry; docs/metrics.md
 * lists them. One for each registry, whatever the number of consumers. Lag and clocks are read from memory when
 * somebody asks for the metrics: between two scrapes it only notes what has happened, and it never talks to Kafka.
 */
export class ConsumerMetrics {
  readonly #registry: PromRegistry
  readonly #instruments: PromInstruments
  readonly #watched = new Set<WatchedConsumer>()
  readonly #releases = new Set<() => void>()
  readonly #batches = new Set<BatchCounts>()

  /** Throws where the registry has metrics of these names already, and a TypeError that names all faults of the options. */
  constructor(options: ConsumerMetricsOptions) {
    proveOptions('ConsumerMetrics', options, OPTIONS)
    const { client, registry = client.register } = options
    this.#registry = registry
    const fills = {
      lag: this.#ofPartitions(p => p.lag),
      offsetAdvanceAge: this.#ofPartitions(p => p.advanceAgeMs / 1_000),
      stalled: this.#ofPartitions(p => (p.lag === null ? null : p.stalledMs / 1_000)),
      live: this.#ofConsumers(({ progress }) => progress.liveness().live),
      ready: this.#ofConsumers(({ isReady }) => isReady?.() ?? null),
    }
    this.#instruments = makeInstruments(client, registry, fills, () => {
      for (const batches of this.#batches) batches.settle()
    })
  }

  /** Publishes what the consumer does from now on. Returns what ends that; its counters stay. */
  watch(watched: WatchedConsumer): () => void {
    const consumergroup = watched.progress.groupId
    const removers = watched.consumer === undefined ? [] : this.#listen(consumergroup, watched.consumer)
    const release = () => {
      for (const remove of removers) remove()
      this.#watched.delete(watched)
      this.#releases.delete(release)
    }
    this.#watched.add(watched)
    this.#releases.add(release)
    return release
  }

  /** Counts what a resilient consumer tells: `onEvent: metrics.eventsOf('payments')`. Never throws. */
  eventsOf(groupId: string): (event: CountedEvent) => void {
    const { counters } = this.#instruments
    return event => {
      if (event.topic === undefined) return
      const labels = { consumergroup: groupId, topic: event.topic }
      switch (event.kind) {
        case 'retry':
        case 'waiting':
          return counters.retries.inc(labels)
        case 'dead_letter':
          return counters.deadLetters.inc(labels)
        case 'dead_letter_failed':
          return counters.deadLetterFailures.inc(labels)
        case 'dropped_fields':
          for (const { reason } of event.drops ?? []) counters.droppedFields.inc({ ...labels, reason })
      }
    }
  }

  /** Counts `times` alerts of a severity, and shows its other outcomes at 0. */
  countAlert(severity: string, outcome: AlertOutcome, times = 1): void {
    for (const each of ALERT_OUTCOMES) {
      this.#instruments.counters.alerts.inc({ severity, outcome: each }, each === outcome ? times : 0)
    }
  }

  /** Takes the metrics off the registry and listens no longer. */
  stop(): void {
    for (const release of this.#releases) release()
    removeInstruments(this.#registry)
  }

  #listen(consumergroup: string, consumer: KafkaConsumer): (() => void)[] {
    const { counters, histograms } = this.#instruments
    // Born at 0: what is first seen at 1 has no increase.
    counters.rebalances.inc({ consumergroup }, 0)
    counters.crashes.inc({ consumergroup }, 0)
    const batches = new BatchCounts(consumergroup, counters.processedRecords, histograms.processing)
    this.#batches.add(batches)
    const on = (event: string, count: (payload: KafkaEvent['payload']) => void) =>
      consumer.on(event as never, ({ payload }) => count(payload))
    return [
      on('consumer.group_join', ({ memberAssignment }) => {
        counters.rebalances.inc({ consumergroup })
        for (const topic of Object.keys(memberAssignment ?? {})) this.#showAtZero(consumergroup, topic)
      }),
      on('consumer.crash', () => counters.crashes.inc({ consumergroup })),
      on('consumer.end_batch_process', ({ topic, batchSize, duration }) =>
        batches.note(topic, batchSize, duration / 1_000),
      ),
      () => {
        batches.settle()
        this.#batches.delete(batches)
      },
    ]
  }

  #showAtZero(consumergroup: string, topic: string): void {
    const { processedRecords, retries, deadLetters, deadLetterFailures, droppedFields } =
      this.#instruments.counters
    for (const counter of [processedRecords, retries, deadLetters, deadLetterFailures]) {
      counter.inc({ consumergroup, topic }, 0)
    }
    for (const reason of FIELD_REASONS) droppedFields.inc({ consumergroup, topic, reason }, 0)
  }

  #ofPartitions(read: (progress: PartitionProgress) => number | null): Fill {
    return gauge => {
      for (const { progress } of this.#watched) {
        for (const partition of progress.partitions()) {
          const value = read(partition)
          const labels = {
            consumergroup: progress.groupId,
            topic: partition.topic,
            partition: String(partition.partition),
          }
          if (value !== null) gauge.set(labels, value)
        }
      }
    }
  }

  /** Of several consumers in one group, whether all are. */
  #ofConsumers(answerOf: (watched: WatchedConsumer) => boolean | null): Fill {
    return (gauge: PromGauge) => {
      const answers = new Map<string, boolean>()
      for (const watched of this.#watched) {
        const answer = answerOf(watched)
        const { groupId } = watched.progress
        if (answer !== null) answers.set(groupId, answer && (answers.get(groupId) ?? true))
      }
      for (const [consumergroup, answer] of answers) gauge.set({ consumergroup }, answer ? 1 : 0)
    }
  }
}
