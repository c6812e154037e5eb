import type { InstrumentFamily } from './family.ts'

const facts = { kind: 'instrument', onByDefault: true, subject: 'The consumer kit' } as const
const ofPartition = { ...facts, type: 'gauge', labels: ['consumergroup', 'topic', 'partition'] } as const
const ofConsumer = { ...facts, type: 'gauge', labels: ['consumergroup'] } as const
const countedOfTopic = { ...facts, type: 'counter', labels: ['consumergroup', 'topic'] } as const
const countedOfConsumer = { ...facts, type: 'counter', labels: ['consumergroup'] } as const

/**
 * What the consumer kit publishes from within a service, on the service's own registry and under a prefix of its own:
 * beside an exporter that watches the same group from outside nothing is counted twice.
 */
export const CONSUMER_CLIENT = {
  lag: {
    ...ofPartition,
    name: 'kafka_consumer_client_lag',
    help: 'Records of an assigned partition that have not been processed; absent while its end is not known',
  },
  offsetAdvanceAge: {
    ...ofPartition,
    name: 'kafka_consumer_client_offset_advance_age_seconds',
    help: 'Seconds since the position last moved forward, or since the partition was assigned; large on an idle partition too',
  },
  stalled: {
    ...ofPartition,
    name: 'kafka_consumer_client_stalled_seconds',
    help: 'How long there has been something to process without an advance; 0 where there is nothing, absent while the end is not known',
  },
  processing: {
    ...facts,
    type: 'histogram',
    name: 'kafka_consumer_client_processing_seconds',
    help: 'How long batches of records took to be processed, those that failed left out',
    labels: ['consumergroup', 'topic'],
    buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 120, 300],
  },
  processedRecords: {
    ...countedOfTopic,
    name: 'kafka_consumer_client_processed_records_total',
    help: 'Records of batches that have been processed',
  },
  retries: {
    ...countedOfTopic,
    name: 'kafka_consumer_client_retries_total',
    help: 'Attempts to process a record after the first',
  },
  deadLetters: {
    ...countedOfTopic,
    name: 'kafka_consumer_client_dead_letters_total',
    help: 'Records of the topic that were written to its dead-letter topic',
  },
  deadLetterFailures: {
    ...countedOfTopic,
    name: 'kafka_consumer_client_dead_letter_failures_total',
    help: 'Attempts to write a record of the topic to its dead-letter topic that failed: it is kept, and its partition waits',
  },
  droppedFields: {
    ...facts,
    type: 'counter',
    name: 'kafka_consumer_client_dropped_fields_total',
    help: 'Fields of records that the schema guard has dropped',
    labels: ['consumergroup', 'topic', 'reason'],
  },
  rebalances: {
    ...countedOfConsumer,
    name: 'kafka_consumer_client_rebalances_total',
    help: 'Times that the consumer has joined its group, the first included',
  },
  crashes: {
    ...countedOfConsumer,
    name: 'kafka_consumer_client_crashes_total',
    help: 'Times that the consumer has stopped by an error, whether it was started again or not',
  },
  alerts: {
    ...facts,
    type: 'counter',
    name: 'kafka_consumer_client_alerts_total',
    help: 'Alerts of the service by severity and by what became of them: sent, suppressed within their cool-down, or failed at every sink',
    labels: ['severity', 'outcome'],
  },
  live: {
    ...ofConsumer,
    name: 'kafka_consumer_client_live',
    help: '1 if the consumer is alive: what /livez answers',
  },
  ready: {
    ...ofConsumer,
    name: 'kafka_consumer_client_ready',
    help: '1 if the last readiness checks succeeded: what /readyz last answered; absent before the first',
  },
} as const satisfies Readonly<Record<string, InstrumentFamily>>

export const CONSUMER_CLIENT_FAMILIES: readonly InstrumentFamily[] = Object.values(CONSUMER_CLIENT)
