import { createServer } from 'node:http'
import closeWithGrace from 'close-with-grace'
import {
  AlertThrottle,
  ConsumerMetrics,
  createHealth,
  createResilientConsumer,
  impatientSockets,
  kafkaChecks,
  LagWatch,
  logSink,
  ProgressTracker,
  probeHandler,
  type ResilientEvent,
  rotatingBrokers,
  slackSink,
} from 'kafka-health-exporter/consumer'
import { Kafka, logLevel, Partitioners } from 'kafkajs'
import { pino } from 'pino'
import * as promClient from 'prom-client'
import { required, whole } from '../environment.ts'
import { startConsumer } from '../start-consumer.ts'
import { charge, parsePayment } from './payments.ts'

// Payments that are tried again, then parked: no record stops its partition, and none is lost.
const log = pino({ name: 'auto-healing-consumer' })
const topic = required('KAFKA_TOPIC')
const groupId = required('KAFKA_GROUP')
const kafka = new Kafka({
  clientId: 'auto-healing-consumer',
  brokers: rotatingBrokers(required('KAFKA_BROKERS').split(',')),
  socketFactory: impatientSockets(),
  logLevel: logLevel.ERROR,
})
const consumer = kafka.consumer({ groupId, allowAutoTopicCreation: false })
// Where no topic is made by accident, a dead letter that cannot be written holds its partition, and says so.
const producer = kafka.producer({
  allowAutoTopicCreation: false,
  createPartitioner: Partitioners.DefaultPartitioner,
})

const stalledAfterMs = whole('STALLED_AFTER_MS', 300_000)
const progress = new ProgressTracker({
  consumer,
  kafka,
  groupId,
  fromBeginning: true,
  stalledAfterMs,
  // The loop does not turn while a record is worked on: where one may take longer, so may a turn.
  maxPollIntervalMs: Math.max(stalledAfterMs, 300_000),
  log,
})
// The dead-letter topic, too: without it the first record that cannot be processed holds its partition.
const deadLetterTopic = required('DEAD_LETTER_TOPIC')
const health = createHealth({
  consumers: [progress],
  checks: kafkaChecks({ kafka, topics: [topic, deadLetterTopic] }),
})
const metrics = new ConsumerMetrics({ client: promClient })
metrics.watch({ progress, consumer, isReady: () => health.lastReady() })
const count = metrics.eventsOf(groupId)

// The same alert once in its cool-down; with a store (redisAlertStore), once for all pods.
const webhook = process.env.ALERT_WEBHOOK_URL
const alerts = new AlertThrottle({
  sinks: [logSink(log), ...(webhook ? [slackSink({ url: webhook })] : [])],
  onOutcome: (severity, outcome, times) => metrics.countAlert(severity, outcome, times),
  log,
})
const lag = new LagWatch({
  progress,
  onAlert: ({ state, topic, lag }) => {
    if (state === 'resolved') return
    const summary = `${groupId} is ${lag} records behind on ${topic}`
    void alerts.raise({ name: 'PaymentsLagHigh', severity: 'low', summary, labels: { topic } })
  },
})

const resilient = createResilientConsumer({
  consumer,
  producer,
  group: groupId,
  // Each record that is done is an advance, and a batch that is left before its end is no whole one.
  progress,
  decode: ({ message }) => parsePayment(message.value),
  handler: ({ value }, { attempt }) => charge(value, attempt),
  retry: { maxAttempts: whole('MAX_ATTEMPTS', 5) },
  deadLetters: { topic: deadLetterTopic },
  partitionsConsumedConcurrently: 3,
  onEvent,
  log,
})

// No framework is needed for the probes: what is no probe is handed on.
const server = createServer(
  probeHandler(health, {}, async (request, response) => {
    if (request.url !== '/metrics') return void response.writeHead(404).end()
    response.setHeader('content-type', promClient.register.contentType)
    response.end(await promClient.register.metrics())
  }),
).listen(whole('PORT', 8080))

closeWithGrace({ delay: 20_000, logger: false }, async ({ err, signal }) => {
  if (err) log.error({ error: err }, 'ending')
  else log.info({ signal }, 'ending')
  health.shuttingDown()
  await resilient.stop({ drainMs: 10_000 })
  await Promise.all([consumer.disconnect(), producer.disconnect(), progress.stop()])
  lag.stop()
  await alerts.stop()
  metrics.stop()
  server.close()
  server.closeIdleConnections()
})

await startConsumer(consumer, { topic, log, prepare: () => producer.connect() })
await resilient.run()

function onEvent(event: ResilientEvent): void {
  count(event)
  if (event.kind === 'dead_letter') {
    const summary = `${event.topic}[${event.partition}] at offset ${event.offset} is in ${event.deadLetterTopic}`
    void alerts.raise({ name: 'PaymentParked', severity: 'warning', summary, labels: { topic: event.topic } })
  }
  if (event.kind === 'dead_letter_failed') {
    const summary = `${event.deadLetterTopic} cannot be written: ${event.topic}[${event.partition}] stands`
    void alerts.raise({
      name: 'PaymentsStand',
      severity: 'critical',
      summary,
      labels: { topic: event.topic },
    })
  }
}
