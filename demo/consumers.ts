import { setTimeout as pause } from 'node:timers/promises'
import type { Consumer, EachBatchPayload, Kafka } from 'kafkajs'
import type { Lab } from '../test/harness/lab.ts'

/** Where the handler of `payments` meets a record that it cannot get past. */
export const wedge = { topic: 'payments', partition: 3, offset: 5 } as const

type Work = (payload: EachBatchPayload) => Promise<void>

/** Starts every group of the demo; the returned function makes all of them leave. */
export async function startConsumers(
  kafka: (clientId: string) => Kafka,
  lab: Lab,
): Promise<() => Promise<void>> {
  await startFromBeginning(lab)
  const consumers = await Promise.all([
    consume(kafka('billing-1'), 'billing', 'orders', atOnce),
    consume(kafka('billing-2'), 'billing', 'orders', atOnce),
    consume(kafka('analytics-1'), 'analytics', 'orders', inWaves(Date.now())),
    consume(kafka('payments-1'), 'payments', 'payments', stuckOnOneRecord),
  ])
  await stopWithBacklog(lab)
  await lab.join({ member: 'fraud-1', kind: 'consumer', group: 'fraud', topics: ['payments'] })
  await drainTransactions(lab)
  await lab.join({ member: 'shipping-1', kind: 'share', group: 'shipping', topics: ['shipments'] })
  return async () => {
    await Promise.all(consumers.map(consumer => consumer.disconnect()))
  }
}

async function consume(kafka: Kafka, groupId: string, topic: string, work: Work): Promise<Consumer> {
  // No more than the backlog of a partition at a time, and no less: the partitions of a broker are fetched again when
  // all of them are done, so that a slow handler should have as much to do on each.
  const consumer = kafka.consumer({ groupId, sessionTimeout: 10_000, maxBytesPerPartition: 8_192 })
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  await consumer.run({
    autoCommitInterval: 1_000,
    eachBatchAutoResolve: false,
    partitionsConsumedConcurrently: 12,
    eachBatch: work,
  })
  return consumer
}

const atOnce: Work = async ({ batch, resolveOffset, heartbeat }) => {
  for (const { offset } of batch.messages) resolveOffset(offset)
  await heartbeat()
}

/** Too slow for a minute and a half, then quick for one, which is enough to catch up: lag that is no fault. */
function inWaves(startedAt: number): Work {
  return async ({ batch, resolveOffset, heartbeat, commitOffsetsIfNecessary, isRunning, isStale }) => {
    for (const { offset } of batch.messages) {
      if (!isRunning() || isStale()) return
      const isSlow = (Date.now() - startedAt) % 150_000 < 90_000
      await pause(isSlow ? 1_000 : 100)
      resolveOffset(offset)
      await commitOffsetsIfNecessary()
      await heartbeat()
    }
  }
}

/** Works off every partition but one, on which it waits for something that never comes. */
const stuckOnOneRecord: Work = async ({ batch, resolveOffset, heartbeat, pause: pausePartition }) => {
  for (const { offset } of batch.messages) {
    if (batch.partition === wedge.partition && Number(offset) >= wedge.offset) {
      pausePartition()
      break
    }
    resolveOffset(offset)
  }
  await heartbeat()
}

/** So that all partitions of `analytics` have a lag from the start, not each from its first commit on. */
async function startFromBeginning(lab: Lab): Promise<void> {
  const offsets = Array.from({ length: 12 }, (_, partition) => ['orders', partition, 0] as const)
  await lab.commitOffsets([{ group: 'analytics', offsets }])
}

/**
 * `reports` once read ten records of each partition of `orders`, and `archive` was about to begin with `audit`, which
 * retention empties meanwhile; nobody has been there since.
 */
async function stopWithBacklog(lab: Lab): Promise<void> {
  const offsets = Array.from({ length: 12 }, (_, partition) => ['orders', partition, 10] as const)
  await lab.commitOffsets([
    { group: 'reports', offsets },
    // Who drains the dead letters of orders has sent back the first of them.
    { group: 'redriver', offsets: [['orders-dlq', 0, 1]] },
    { group: 'archive', offsets: [['audit', 0, 0]] },
  ])
}

/** `accounting` reads all that transactions have committed. Their markers, and what was aborted, lie behind its commit. */
async function drainTransactions(lab: Lab): Promise<void> {
  await lab.transaction('bookings-1', 'commit', [{ topic: 'ledger', count: 20 }])
  await lab.transaction('bookings-2', 'abort', [{ topic: 'ledger', count: 5 }])
  await lab.join({
    member: 'accounting-1',
    kind: 'classic',
    group: 'accounting',
    topics: ['ledger'],
    configs: { 'isolation.level': 'read_committed' },
    // At a pace it commits what it was given, and not where the client stands.
    recordsPerSecond: 1_000,
  })
}
