import assert from 'node:assert/strict'
import type { Kafka } from 'kafkajs'
import { AdminCalls } from '../../src/admin/admin-calls.ts'
import { GroupPosition } from '../../src/admin/group-position.ts'
import { openPlainDelivery } from '../../src/admin/replay/delivery.ts'
import { TargetTopics } from '../../src/admin/target-topics.ts'
import { openKafkajsTransport } from '../../src/kafka/kafkajs-transport.ts'
import type { RecordHeader } from '../../src/model/tail.ts'

/** One record as no client of JavaScript would write it: with headers in any order, repeated and null. */
export async function parkOne(
  broker: string,
  topic: string,
  headers: readonly RecordHeader[],
): Promise<void> {
  const [host, port] = broker.split(':') as [string, string]
  const transport = openKafkajsTransport({
    seeds: [{ host, port: Number(port) }],
    tls: null,
    sasl: null,
    clientId: 'parking',
  })
  const calls = new AdminCalls(transport, new AbortController().signal)
  const targets = new TargetTopics(calls)
  assert.equal((await targets.know([topic])).get(topic), 3)
  const position = new GroupPosition(calls, 'parked', topic)
  const delivery = await openPlainDelivery({ calls, targets, position })
  const record = { topic, partition: 0, key: null, value: Buffer.from([0xff]), headers, timestamp: 1 }
  assert.deepEqual(await delivery.deliver([record], new Map([[0, 1]])), [])
  await transport.close()
}

/** Resolves when the group has a member. */
export async function occupy(client: Kafka, group: string, topic: string): Promise<() => Promise<void>> {
  const consumer = client.consumer({ groupId: group })
  await consumer.connect()
  await consumer.subscribe({ topic })
  const joined = new Promise<void>(resolve => consumer.on('consumer.group_join', () => resolve()))
  await consumer.run({ eachMessage: async () => {} })
  await joined
  return () => consumer.disconnect()
}

export async function logEnds(client: Kafka, topic: string): Promise<number> {
  const admin = client.admin()
  await admin.connect()
  const offsets = await admin.fetchTopicOffsets(topic)
  await admin.disconnect()
  return offsets.reduce((sum, { high }) => sum + Number(high), 0)
}
