/**
 * Public entry `kafka-health-exporter/consumer`: what a service imports into a KafkaJS consumer. It takes the service's
 * own instances of kafkajs, prom-client and the like, and imports none of them.
 */

export type { PromClient, PromRegistry } from './consumer/adapters/prom-client-shape.ts'
export {
  type AlertOutcome,
  ConsumerMetrics,
  type ConsumerMetricsOptions,
  type CountedEvent,
  type WatchedConsumer,
} from './consumer/adapters/prom-metrics.ts'
export type { Check, CheckResult } from './consumer/core/check.ts'
export {
  EndOffsets,
  type EndOffsetsOptions,
  type PartitionRange,
} from './consumer/core/end-offsets.ts'
export type {
  BatchPayload,
  KafkaAdmin,
  KafkaClient,
  KafkaConsumer,
  KitLog,
  MessagePayload,
} from './consumer/core/ports.ts'
export type {
  Liveness,
  LivenessFault,
  LivenessReason,
  PartitionProgress,
  ProgressView,
} from './consumer/core/progress.ts'
export { type ProgressOptions, ProgressTracker } from './consumer/core/progress-tracker.ts'
