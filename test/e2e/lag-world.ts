import type { KafkaCluster } from '../harness/kafka-cluster.ts'
import type { Lab } from '../harness/lab.ts'
import { ALL_FAMILIES } from './lag-clock.ts'

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

/** An exporter of everything that it has; `settings`: more of the cluster, in YAML's flow style. */
export function configOf({ kafka }: Pick<LagWorld, 'kafka'>, settings: readonly string[] = []): string {
  const cluster = [`brokers: ['${kafka.brokers[0]}']`, 'poll_interval: 1s', ...settings]
  return `
clusters: [{${cluster.join(', ')}}]
${ALL_FAMILIES}
web: {listen_address: '127.0.0.1:0'}
`
}
