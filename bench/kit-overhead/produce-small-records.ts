import { Kafka, logLevel } from 'kafkajs'

const PARTITIONS = 6
/** Records of one request, all to one partition, the partitions in turn. */
const BATCH = 500
const REQUESTS_AT_ONCE = 6

/** Makes the topic, and fills it with records of some 60 bytes. */
export async function produceSmallRecords({
  broker,
  topic,
  records,
}: {
  readonly broker: string
  readonly topic: string
  readonly records: number
}): Promise<void> {
  const client = new Kafka({ brokers: [broker], logLevel: logLevel.ERROR })
  const admin = client.admin()
  await admin.connect()
  await admin.createTopics({ topics: [{ topic, numPartitions: PARTITIONS, replicationFactor: 1 }] })
  await admin.disconnect()
  const producer = client.producer()
  await producer.connect()
  const send = (batch: number) => {
    const messages = Array.from({ length: BATCH }, (_, i) => ({
      partition: batch % PARTITIONS,
      // All of one length, so that whoever has read as many has read as much.
      value: JSON.stringify({
        id: 1e7 + batch * BATCH + i,
        customer: 'c-1',
        status: 'shipped',
        cents: 1_299,
      }),
    }))
    return producer.send({ topic, acks: 1, messages })
  }
  const batches = Math.ceil(records / BATCH)
  for (let at = 0; at < batches; at += REQUESTS_AT_ONCE) {
    const count = Math.min(REQUESTS_AT_ONCE, batches - at)
    await Promise.all(Array.from({ length: count }, (_, i) => send(at + i)))
  }
  await producer.disconnect()
}
