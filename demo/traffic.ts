import { setTimeout as pause } from 'node:timers/promises'
import { type Kafka, Partitioners, type Producer } from 'kafkajs'
import type { Batch, NewTopic } from '../test/harness/lab-types.ts'
import { eventValue } from './events.ts'

export const topics: readonly NewTopic[] = [
  { name: 'orders', partitions: 12 },
  { name: 'payments', partitions: 6 },
  { name: 'shipments', partitions: 3 },
  { name: 'orders-dlq', partitions: 1 },
  { name: 'invoices', partitions: 3 },
  { name: 'invoices-dlq', partitions: 1 },
  { name: 'events', partitions: 3 },
  { name: 'ledger', partitions: 1 },
  { name: 'audit', partitions: 1, configs: { 'retention.ms': '60000', 'segment.ms': '5000' } },
]

const perSecond = { orders: 24, payments: 6, shipments: 3, audit: 2, invoices: 4, events: 20 } as const
const partitionsOf = (topic: string) => topics.find(({ name }) => name === topic)?.partitions ?? 1

/** What is there before anybody consumes: a backlog of an hour, and three orders that nobody could handle. */
export function history(): Batch[] {
  const hourAgo = Date.now() - 3_600_000
  const orders = Array.from({ length: partitionsOf('orders') }, (_, partition) => ({
    topic: 'orders',
    partition,
    count: 60,
    timestamp: hourAgo,
    timestampStepMs: 60_000,
  }))
  const deadLetters = ['no such customer', 'amount is not a number', 'no such customer'].map((reason, i) => ({
    topic: 'orders-dlq',
    values: [JSON.stringify({ order: `lost-${i}` })],
    headers: { 'original-topic': 'orders', 'original-partition': String(i), 'error-message': reason },
  }))
  return [...orders, ...deadLetters]
}

/** Writes at a calm, even rate to every partition in turn, until the returned function is called. */
export async function startProducing(kafka: Kafka): Promise<() => Promise<void>> {
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner })
  await producer.connect()
  const stop = new AbortController()
  const running = Promise.all(
    Object.entries(perSecond).map(([topic, rate]) => produce(producer, topic, 1_000 / rate, stop.signal)),
  )
  return async () => {
    stop.abort()
    await running
    await producer.disconnect()
  }
}

async function produce(
  producer: Producer,
  topic: string,
  everyMs: number,
  signal: AbortSignal,
): Promise<void> {
  const partitions = partitionsOf(topic)
  for (let n = 0; !signal.aborted; n++) {
    const value =
      topic === 'events'
        ? eventValue(n)
        : JSON.stringify({ id: `${topic}-${n}`, at: new Date().toISOString() })
    try {
      await producer.send({ topic, messages: [{ value, partition: n % partitions }] })
    } catch (error) {
      if (!signal.aborted) console.error(`demo: cannot write to ${topic}: ${(error as Error).message}`)
    }
    await pause(everyMs, undefined, { signal }).catch(() => {})
  }
}
