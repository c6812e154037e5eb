import { ofAllProcesses } from './all-processes.ts'
import { HELD, type Query } from './query.ts'
import type { Signal } from './signal.ts'

/** Of each process by itself. */
const ofProcess = (q: Query, name: string) => `last_over_time(${q.series(name)}[${HELD}])`

export const CLIENT_LIVE: Signal = {
  id: 'client-live',
  title: 'Live consumers',
  description:
    'What the liveness probe of each process answers: 0 where a partition stands still with work before it, the loop does not turn, or the consumer has crashed.',
  unit: 'bool',
  labels: ['consumergroup', 'instance'],
  expression: q => ofProcess(q, 'kafka_consumer_client_live'),
}

export const CLIENT_READY: Signal = {
  id: 'client-ready',
  title: 'Ready consumers',
  description:
    'What the readiness probe of each process answers: 0 where a broker, the topic, the group or something that the service needs is not there.',
  unit: 'bool',
  labels: ['consumergroup', 'instance'],
  expression: q => ofProcess(q, 'kafka_consumer_client_ready'),
}

export const CLIENT_LAG: Signal = {
  id: 'client-lag',
  title: 'Records not processed',
  description:
    'Records of the assigned partitions that lie before the consumer, as it knows itself: what was processed and is not committed yet counts no more.',
  unit: 'short',
  labels: ['consumergroup', 'topic'],
  expression: q => `sum without (partition) (${q.held('kafka_consumer_client_lag')})`,
}

export const CLIENT_STALLED: Signal = {
  id: 'client-stalled',
  title: 'Stall clock within',
  description:
    'How long a partition has had something to process without an advance, as its consumer knows. It begins anew where the process does.',
  unit: 's',
  labels: ['consumergroup', 'topic', 'partition'],
  expression: q => q.held('kafka_consumer_client_stalled_seconds'),
}

export const CLIENT_PROCESSED: Signal = {
  id: 'client-processed',
  title: 'Records processed',
  description: 'Records a second that all processes of the group have worked on.',
  unit: 'cps',
  labels: ['consumergroup', 'topic'],
  expression: q => ofAllProcesses(q, q.rate('kafka_consumer_client_processed_records_total')),
}

export const CLIENT_PROCESSING: Signal = {
  id: 'client-processing',
  title: 'Processing of batches',
  description: '95th percentile of the batches of the last ten minutes, from their arrival to their end.',
  unit: 's',
  labels: ['consumergroup', 'topic'],
  expression: q =>
    `histogram_quantile(0.95, ${ofAllProcesses(q, `rate(${q.series('kafka_consumer_client_processing_seconds_bucket')}[10m])`)})`,
}

export const CLIENT_RETRIES: Signal = {
  id: 'client-retries',
  title: 'Retries',
  description: 'Attempts to process a record after the first that failed.',
  unit: 'short',
  labels: ['consumergroup', 'topic'],
  expression: q => ofAllProcesses(q, q.series('kafka_consumer_client_retries_total')),
}

export const CLIENT_DEAD_LETTERS: Signal = {
  id: 'client-dead-letters',
  title: 'Records parked',
  description:
    'Records of the topic that no attempt could process, and that were written to its dead-letter topic.',
  unit: 'short',
  labels: ['consumergroup', 'topic'],
  expression: q => ofAllProcesses(q, q.series('kafka_consumer_client_dead_letters_total')),
}

export const CLIENT_DEAD_LETTER_FAILURES: Signal = {
  id: 'client-dead-letter-failures',
  title: 'Records that cannot be parked',
  description:
    'Attempts to write a record to the dead-letter topic that failed. Its partition waits until it is written: nothing is lost.',
  unit: 'short',
  labels: ['consumergroup', 'topic'],
  expression: q => ofAllProcesses(q, q.series('kafka_consumer_client_dead_letter_failures_total')),
}

export const CLIENT_DROPPED_FIELDS: Signal = {
  id: 'client-dropped-fields',
  title: 'Fields dropped',
  description: 'Fields of records that the schema guard of the consumer has dropped, by reason.',
  unit: 'short',
  labels: ['consumergroup', 'topic', 'reason'],
  expression: q => ofAllProcesses(q, q.series('kafka_consumer_client_dropped_fields_total')),
}

export const CLIENT_REBALANCES: Signal = {
  id: 'client-rebalances',
  title: 'Joins of the group',
  description: 'How often a process has joined its group: once when it starts, then with each rebalance.',
  unit: 'short',
  labels: ['consumergroup'],
  expression: q => q.now('kafka_consumer_client_rebalances_total'),
}

export const CLIENT_CRASHES: Signal = {
  id: 'client-crashes',
  title: 'Crashes of consumers',
  description: 'How often a consumer has stopped by an error, whether it was started again or not.',
  unit: 'short',
  labels: ['consumergroup'],
  expression: q => ofAllProcesses(q, q.series('kafka_consumer_client_crashes_total')),
}

export const CLIENT_ALERTS: Signal = {
  id: 'client-alerts',
  title: 'Alerts of services',
  description:
    'Alerts that services send by themselves, by what became of them: sent, suppressed as one of many, or failed at every sink.',
  unit: 'short',
  labels: ['outcome'],
  expression: q => ofAllProcesses(q, q.series('kafka_consumer_client_alerts_total'), 'severity'),
}
