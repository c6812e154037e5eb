import type { KafkaCluster } from '../harness/kafka-cluster.ts'
import type { Lab } from '../harness/lab.ts'

/** One broker that compacts and deletes as soon as it may. */
export interface LagWorld {
  readonly kafka: KafkaCluster
  readonly lab: Lab
}

export const QUICK_CLEANING = {
  'log.cleaner.backoff.ms': '200',
  'log.retention.check.interval.ms': '500',
  'log.initial.task.delay.ms': '0',
} as const
