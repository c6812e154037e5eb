import { type Consumer, Kafka, logLevel, Partitioners } from 'kafkajs'
import { partitionOfKey } from '../../src/admin/replay/key-partition.ts'
import type { KafkaCluster } from '../harness/kafka-cluster.ts'
import { waitUntil } from '../harness/wait-until.ts'

/** A client that is none of ours, to write dead letters and to count what arrives. */
export function otherClient(kafka: Pick<KafkaCluster, 'internalBrokers'>): Kafka {
  return new Kafka({
    clientId: 'witness',
    brokers: [...kafka.internalBrokers],
    logLevel: logLevel.NOTHING,
    // Else one that has to try again some times waits half a minute in the end.
    retry: { retries: 60, initialRetryTime: 100, maxRetryTime: 1_000 },
  })
}

/** Dead letters of the topic `orders` as Spring Kafka writes their headers; the value is the number, by key in order. */
export async function parkOrders(
  client: Kafka,
  topic: string,
  partitions: number,
  count: number,
): Promise<void> {
  const producer = client.producer({ createPartitioner: Partitioners.DefaultPartitioner })
  await producer.connect()
  const int = (value: number) => {
    const bytes = Buffer.alloc(4)
    bytes.writeInt32BE(value)
    return bytes
  }
  for (let from = 0; from < count; from += 1_000) {
    const messages = Array.from({ length: Math.min(1_000, count - from) }, (_, i) => {
      const key = `customer-${(from + i) % 97}`
      const headers = { 'kafka_dlt-original-topic': 'orders', 'kafka_dlt-original-partition': int(0) }
      return {
        key,
        value: String(from + i),
        partition: partitionOfKey(Buffer.from(key), partitions),
        headers,
      }
    })
    await producer.send({ topic, messages })
  }
  await producer.disconnect()
}

export interface Arrived {
  readonly partition: number
  readonly key: string
  readonly value: number
}

/** All that a read-committed consumer is given, once it has nothing more to come. */
export async function readCommitted(client: Kafka, topic: string): Promise<readonly Arrived[]> {
  const arrived: Arrived[] = []
  // It ends no sooner than the answer to its last fetch comes.
  const options = { groupId: `count-${Math.random().toString(36).slice(2)}`, maxWaitTimeInMs: 500 }
  const consumer = client.consumer(options)
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  const reached = await followEnds(client, consumer, topic, (partition, key, value) => {
    arrived.push({ partition, key, value: Number(value) })
  })
  await waitUntil('everything is read', reached)
  await consumer.disconnect()
  return arrived
}

/** Transaction markers take offsets too, and no consumer is told of them: a record behind them all ends each partition. */
async function followEnds(
  client: Kafka,
  consumer: Consumer,
  topic: string,
  take: (partition: number, key: string, value: string) => void,
): Promise<() => boolean> {
  const admin = client.admin()
  await admin.connect()
  const open = new Set((await admin.fetchTopicOffsets(topic)).map(({ partition }) => partition))
  await admin.disconnect()
  const producer = client.producer({ createPartitioner: Partitioners.DefaultPartitioner })
  await producer.connect()
  await producer.send({
    topic,
    messages: [...open].map(partition => ({ partition, key: 'end', value: 'end' })),
  })
  await producer.disconnect()
  // After an error it begins again at what it has committed: that is no second record.
  const next = new Map<number, number>()
  await consumer.run({
    eachMessage: async ({ partition, message: { key, value, offset } }) => {
      if (Number(offset) < (next.get(partition) ?? 0)) return
      next.set(partition, Number(offset) + 1)
      if (String(value) === 'end') open.delete(partition)
      else take(partition, String(key), String(value))
    },
  })
  return () => open.size === 0
}
