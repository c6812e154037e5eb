/** A process that consumes a topic in windows, with the kit or without, and tells what each cost: see run.ts. */
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Kafka, logLevel } from 'kafkajs'
import * as client from 'prom-client'
import { ConsumerMetrics, createHealth, Heartbeat, ProgressTracker } from '../../src/consumer.ts'
import type { ConsumeOrder, Window, WindowCost } from './window.ts'

/** Between two looks at the clock, in records. */
const PACED_BY = 500

const order = JSON.parse(process.argv[2] ?? '') as ConsumeOrder
const { broker, topic, groupId, handler, hasKit, folder } = order
const kafka = new Kafka({ brokers: [broker], logLevel: logLevel.ERROR })
const consumer = kafka.consumer({
  groupId,
  maxBytesPerPartition: order.fetchBytes,
  // It stands still while the other one runs, without a heartbeat.
  sessionTimeout: 300_000,
})

let seen = 0
let bytes = 0
let window: Window = { records: 0, rate: 0 }
let startedAt = 0
let cpu = process.cpuUsage()
process.once('disconnect', () => process.exit())

/** Tells of the window that is over, if there was one, and waits for the next one to begin. */
async function nextWindow(): Promise<void> {
  const ms = performance.now() - startedAt
  const { user, system } = process.cpuUsage(cpu)
  const cost: WindowCost = { records: window.records, cpuUs: user + system, ms, bytes }
  process.send?.(cost)
  ;[window] = (await once(process, 'message')) as [Window]
  seen = 0
  startedAt = performance.now()
  cpu = process.cpuUsage()
}

/** Waits while the consumer is ahead of the rate. */
async function keepPace(): Promise<void> {
  const aheadMs = (seen / window.rate) * 1_000 - (performance.now() - startedAt)
  if (aheadMs > 1) await pause(aheadMs)
}

const tracker = hasKit ? new ProgressTracker({ consumer, kafka, groupId }) : null
if (tracker !== null) useKit(tracker)

const eachMessage = async ({ message }: { message: { value: Buffer | null } }): Promise<void> => {
  if (seen === window.records) await nextWindow()
  bytes += message.value?.length ?? 0
  seen++
  if (window.rate > 0 && seen % PACED_BY === 0) await keepPace()
}
interface Batch {
  batch: { messages: { value: Buffer | null; offset: string }[] }
  resolveOffset(offset: string): void
}
const eachBatch = async ({ batch, resolveOffset }: Batch): Promise<void> => {
  for (const { value, offset } of batch.messages) {
    if (seen === window.records) await nextWindow()
    bytes += value?.length ?? 0
    seen++
    resolveOffset(offset)
  }
  if (window.rate > 0) await keepPace()
}

await consumer.connect()
await consumer.subscribe({ topic, fromBeginning: true })
await consumer.run(
  handler === 'message'
    ? { eachMessage: tracker === null ? eachMessage : tracker.eachMessage(eachMessage as never) }
    : { eachBatch: tracker === null ? eachBatch : tracker.eachBatch(eachBatch as never) },
)

/** All that runs beside the handler, asked as often as Kubernetes and Prometheus ask. */
function useKit(progress: ProgressTracker): void {
  const registry = new client.Registry()
  const metrics = new ConsumerMetrics({ client, registry })
  metrics.watch({ progress, consumer })
  const health = createHealth({ consumers: [progress] })
  new Heartbeat({ file: join(folder, 'heartbeat'), consumers: [progress] })
  setInterval(() => health.livez(), 1_000)
  setInterval(() => registry.metrics(), 5_000)
}
