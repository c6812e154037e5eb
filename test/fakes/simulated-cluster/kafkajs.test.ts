import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Kafka, logLevel } from 'kafkajs'
import { openCluster } from './opened.ts'

test("kafkajs' public admin, which shares nothing with the simulation, reads it right", async t => {
  const cluster = await openCluster(t, {
    topics: [{ name: 'orders', partitions: 4, logStart: 2, highWatermark: [10, 11, 12, 13] }],
    groups: [{ id: 'billing', coordinator: 2, commits: { orders: { 1: 7, 3: 9 } } }],
  })
  const brokers = cluster.bootstrap.map(({ host, port }) => `${host}:${port}`)
  const admin = new Kafka({ brokers, logLevel: logLevel.NOTHING }).admin()
  await admin.connect()
  t.after(() => admin.disconnect())
  assert.deepEqual(await admin.listTopics(), ['orders'])
  const ends = await admin.fetchTopicOffsets('orders')
  assert.deepEqual(
    ends
      .map(({ partition, high, low }) => [partition, high, low])
      .sort((a, b) => Number(a[0]) - Number(b[0])),
    [
      [0, '10', '2'],
      [1, '11', '2'],
      [2, '12', '2'],
      [3, '13', '2'],
    ],
  )
  assert.deepEqual((await admin.listGroups()).groups, [{ groupId: 'billing', protocolType: 'consumer' }])
  const [commits] = await admin.fetchOffsets({ groupId: 'billing', topics: ['orders'] })
  assert.deepEqual(
    commits!.partitions
      .map(({ partition, offset }) => [partition, offset])
      .sort((a, b) => Number(a[0]) - Number(b[0])),
    [
      [0, '-1'],
      [1, '7'],
      [2, '-1'],
      [3, '9'],
    ],
  )
})
