/**
 * Public entry `kafka-health-exporter/consumer`: what a service imports into a KafkaJS consumer. It takes the service's
 * own instances of kafkajs, prom-client and the like, and imports none of them.
 */

export { type AlertmanagerSinkOptions, alertmanagerSink } from './consumer/adapters/alertmanager-sink.ts'
export {
  addGrpcHealth,
  type GrpcHealth,
  type GrpcHealthOptions,
  type GrpcServer,
  type GrpcShutdown,
} from './consumer/adapters/grpc-health.ts'
export {
  type ImpatientSocketsOptions,
  impatientSockets,
  type SocketRequest,
} from './consumer/adapters/impatient-sockets.ts'
export {
  addProbeRoutes,
  koaProbes,
  type ProbeContext,
  type ProbeRouter,
} from './consumer/adapters/koa-probes.ts'
export { logSink } from './consumer/adapters/log-sink.ts'
export {
  type NodeHandler,
  type ProbeServer,
  type ProbeServerOptions,
  probeHandler,
  startProbeServer,
} from './consumer/adapters/node-probes.ts'
export type {
  PromClient,
  PromCounter,
  PromGauge,
  PromHistogram,
  PromMetricOptions,
  PromRegistry,
} from './consumer/adapters/prom-client-shape.ts'
export {
  ConsumerMetrics,
  type ConsumerMetricsOptions,
  type CountedEvent,
  type WatchedConsumer,
} from './consumer/adapters/prom-metrics.ts'
export {
  type RedisAlertStoreOptions,
  type RedisClient,
  redisAlertStore,
} from './consumer/adapters/redis-alert-store.ts'
export {
  type SlackSinkOptions,
  slackSink,
  type WebhookSinkOptions,
  webhookSink,
} from './consumer/adapters/webhook-sink.ts'
export type { Alert, AlertOutcome, AlertSeverity, AlertSink, SentAlert } from './consumer/core/alert/alert.ts'
export type { AlertStore, Claim } from './consumer/core/alert/alert-store.ts'
export { AlertThrottle } from './consumer/core/alert/alert-throttle.ts'
export type { AlertThrottleOptions } from './consumer/core/alert/alert-throttle-options.ts'
export type { Check, CheckResult } from './consumer/core/check.ts'
export {
  type EndListener,
  EndOffsets,
  type EndOffsetsOptions,
  type PartitionRange,
} from './consumer/core/end-offsets.ts'
export {
  createHealth,
  type Health,
  type HealthOptions,
  type LivezAnswer,
  type ReadyzAnswer,
} from './consumer/core/health.ts'
export { Heartbeat, type HeartbeatOptions } from './consumer/core/heartbeat.ts'
export {
  type HttpProbe,
  type HttpProbeAnswer,
  httpProbes,
  type ProbePaths,
} from './consumer/core/http-probes.ts'
export { type KafkaChecksOptions, kafkaChecks } from './consumer/core/kafka-checks.ts'
export { type LagAlert, LagWatch, type LagWatchOptions } from './consumer/core/lag-watch.ts'
export type {
  BatchPayload,
  KafkaAdmin,
  KafkaClient,
  KafkaConsumer,
  KafkaEvent,
  KafkaHeaders,
  KafkaRecord,
  KitLog,
  MessagePayload,
  MonotonicClock,
  PartitionOffset,
  RecordBatch,
} from './consumer/core/ports.ts'
export type { CheckBody, FaultBody, LivezBody, ReadyzBody } from './consumer/core/probe-body.ts'
export type {
  Liveness,
  LivenessFault,
  LivenessReason,
  PartitionProgress,
  ProgressView,
} from './consumer/core/progress.ts'
export type { ProgressOptions } from './consumer/core/progress-options.ts'
export { ProgressTracker } from './consumer/core/progress-tracker.ts'
export type { BackoffOptions } from './consumer/core/resilient/backoff.ts'
export {
  createResilientConsumer,
  type ResilientConsumer,
  type StopOptions,
} from './consumer/core/resilient/create-resilient-consumer.ts'
export type { DeadLetterMessage } from './consumer/core/resilient/dead-letter.ts'
export type { FailureTraits } from './consumer/core/resilient/failure.ts'
export type { KitTime } from './consumer/core/resilient/kit-time.ts'
export type {
  DecodeEvent,
  Failed,
  RecordEvent,
  RecordPlace,
  ResilientEvent,
} from './consumer/core/resilient/resilient-event.ts'
export type {
  BatchProgress,
  CommittingPayload,
  DeadLetterOptions,
  DeadLetterProducer,
  Decode,
  EachBatch,
  HandlerContext,
  RawRecord,
  ResilientOptions,
  ResilientRecord,
  RetryOptions,
  RunConfig,
  RunnableConsumer,
  UncommittedOffsets,
} from './consumer/core/resilient/resilient-options.ts'
export {
  DependencyUnavailable,
  HandlerTimeout,
  UnprocessableRecord,
  type Verdict,
} from './consumer/core/resilient/verdict.ts'
export { rotatingBrokers } from './consumer/core/rotating-brokers.ts'
export {
  createRegistryDecoder,
  type Deserializer,
  type RegistryDecoderOptions,
  UndecodableRecord,
  UnknownSchema,
} from './consumer/core/serdes/registry-decoder.ts'
export {
  SchemaGuard,
  type SchemaGuardOptions,
  SchemaViolation,
  withGuard,
} from './consumer/core/serdes/schema-guard.ts'
export { SerdesCache, type SerdesCacheOptions } from './consumer/core/serdes/serdes-cache.ts'
export { DROP_REASONS, type Drop, type DropReason } from './domain/schema/drop.ts'
export type { FieldShape, Shape } from './domain/schema/shape.ts'
export { TYPE_NAMES, type TypeName } from './domain/schema/value-type.ts'
