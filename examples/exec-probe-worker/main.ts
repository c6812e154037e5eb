import { setTimeout as pause } from 'node:timers/promises'
import closeWithGrace from 'close-with-grace'
import { Heartbeat, impatientSockets, ProgressTracker, rotatingBrokers } from 'kafka-health-exporter/consumer'
import { type EachBatchPayload, Kafka, logLevel } from 'kafkajs'
import { pino } from 'pino'
import { required, whole } from '../environment.ts'
import { startConsumer } from '../start-consumer.ts'
import { takesMs } from './jobs.ts'

// Jobs without a port to be asked at: an exec probe looks at a file.
const log = pino({ name: 'exec-probe-worker' })
const topic = required('KAFKA_TOPIC')
const groupId = required('KAFKA_GROUP')
const kafka = new Kafka({
  clientId: 'exec-probe-worker',
  brokers: rotatingBrokers(required('KAFKA_BROKERS').split(',')),
  socketFactory: impatientSockets(),
  logLevel: logLevel.ERROR,
})
const consumer = kafka.consumer({ groupId, allowAutoTopicCreation: false })
const stalledAfterMs = whole('STALLED_AFTER_MS', 300_000)
const progress = new ProgressTracker({
  consumer,
  kafka,
  groupId,
  fromBeginning: true,
  stalledAfterMs,
  // One batch may take as long as that, and no fetch is made meanwhile.
  maxPollIntervalMs: stalledAfterMs,
  log,
})
const heartbeat = new Heartbeat({
  file: required('HEARTBEAT_FILE'),
  consumers: [progress],
  onError: error => log.error({ error: error.message }, 'the heartbeat file cannot be touched'),
})

closeWithGrace({ delay: 20_000, logger: false }, async ({ err, signal }) => {
  if (err) log.error({ error: err }, 'ending')
  else log.info({ signal }, 'ending')
  await consumer.disconnect()
  await heartbeat.stop()
  await progress.stop()
})

await startConsumer(consumer, { topic, log, onAttempt: () => heartbeat.beat() })
const resolve = { eachBatchAutoResolve: false }
await consumer.run({ ...resolve, eachBatch: progress.eachBatch(work, resolve) })

/** Each job that is resolved is an advance, and none is begun that would belong to another member already. */
async function work({
  batch,
  resolveOffset,
  heartbeat,
  isRunning,
  isStale,
}: EachBatchPayload): Promise<void> {
  for (const message of batch.messages) {
    if (!isRunning() || isStale()) return
    const ms = takesMs(message.value)
    if (ms !== null) await pause(ms)
    // Not what is in it: that may be somebody's.
    else log.warn({ topic: batch.topic, partition: batch.partition, offset: message.offset }, 'is no job')
    resolveOffset(message.offset)
    await heartbeat()
  }
}
