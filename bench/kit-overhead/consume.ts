/** A process that consumes a topic once, with the kit or without, and prints what that cost: see run.ts. */
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Kafka, logLevel } from 'kafkajs'
import * as client from 'prom-client'
import { ConsumerMetrics, createHealth, Heartbeat, ProgressTracker } from '../../src/consumer.ts'
import type { ConsumeOrder, ConsumeResult } from './order.ts'

/** Between two looks at the clock, in records. */
const PACED_BY = 500

const order = JSON.parse(process.argv[2] ?? '') as ConsumeOrder
const { broker, topic, groupId, records, warmUp, rate, handler, hasKit, folder } = order
const kafka = new Kafka({ brokers: [broker], logLevel: logLevel.ERROR })
const consumer = kafka.consumer({ groupId })

let seen = 0
let bytes = 0
let startedAt = 0
let cpuAtStart = process.cpuUsage()
let finish = () => {}
const done = new Promise<void>(resolve => {
  finish = resolve
})

function take(value: Buffer | null): void {
  bytes += value?.length ?? 0
  seen++
  if (seen === warmUp) {
    startedAt = performance.now()
    cpuAtStart = process.cpuUsage()
  }
  if (seen === records) finish()
}

/** Waits while the consumer is ahead of the rate. */
async function keepPace(): Promise<void> {
  const aheadMs = ((seen - warmUp) / rate) * 1_000 - (performance.now() - startedAt)
  if (seen > warmUp && aheadMs > 1) await pause(aheadMs)
}

const tracker = hasKit ? new ProgressTracker({ consumer, kafka, groupId }) : null
const stops = tracker === null ? [] : useKit(tracker)

const eachMessage = async ({ message }: { message: { value: Buffer | null } }): Promise<void> => {
  take(message.value)
  if (rate > 0 && seen % PACED_BY === 0) await keepPace()
}
interface Batch {
  batch: { messages: { value: Buffer | null; offset: string }[] }
  resolveOffset(offset: string): void
}
const eachBatch = async ({ batch, resolveOffset }: Batch): Promise<void> => {
  for (const { value, offset } of batch.messages) {
    take(value)
    resolveOffset(offset)
  }
  if (rate > 0) await keepPace()
}

await consumer.connect()
await consumer.subscribe({ topic, fromBeginning: true })
await consumer.run(
  handler === 'message'
    ? { eachMessage: tracker === null ? eachMessage : tracker.eachMessage(eachMessage as never) }
    : { eachBatch: tracker === null ? eachBatch : tracker.eachBatch(eachBatch as never) },
)
await done
const { user, system } = process.cpuUsage(cpuAtStart)
const result: ConsumeResult = {
  cpuNs: ((user + system) * 1_000) / (records - warmUp),
  perSecond: ((records - warmUp) * 1_000) / (performance.now() - startedAt),
  bytes,
}
for (const stop of stops) await stop()
await consumer.disconnect()
console.log(JSON.stringify(result))

/** All that runs beside the handler, asked as often as Kubernetes and Prometheus ask. */
function useKit(progress: ProgressTracker): (() => unknown)[] {
  const registry = new client.Registry()
  const metrics = new ConsumerMetrics({ client, registry })
  metrics.watch({ progress, consumer })
  const health = createHealth({ consumers: [progress] })
  const heartbeat = new Heartbeat({ file: join(folder, 'heartbeat'), consumers: [progress] })
  const timers = [setInterval(() => health.livez(), 1_000), setInterval(() => registry.metrics(), 5_000)]
  return [
    () => timers.forEach(clearInterval),
    () => heartbeat.stop(),
    () => metrics.stop(),
    () => progress.stop(),
  ]
}
