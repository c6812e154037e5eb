import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Message } from '../schema-codec.ts'
import { openClient, openCluster } from './opened.ts'
import { VirtualClock } from './virtual-clock.ts'

/** [error, offset, timestamp] of partition 0. */
function told(answer: Message): unknown[] {
  const [topic] = answer.topics as Message[]
  const [partition] = topic!.partitions as Message[]
  return [partition!.errorCode, partition!.offset, partition!.timestamp]
}

function request(timestamp: number, isolationLevel = 0): Message {
  const topics = [{ name: 'orders', partitions: [{ partitionIndex: 0, timestamp }] }]
  return { replicaId: -1, isolationLevel, topics }
}

test('a log answers searches by time as far as the client may read', async t => {
  const cluster = await openCluster(t, { brokers: 1, topics: [{ name: 'orders' }] })
  const client = await openClient(t, cluster)
  const log = cluster.state.keepLog('orders', 0)
  log.append([100, 300, 200])
  log.append([400], { producerId: 7, isTransactional: true })
  const ask = async (timestamp: number, isolationLevel?: number) =>
    told(await client.ask('ListOffsets', 10, request(timestamp, isolationLevel)))
  assert.deepEqual(await ask(-1), [0, 4, -1])
  assert.deepEqual(await ask(-1, 1), [0, 3, -1])
  assert.deepEqual(await ask(-2), [0, 0, -1])
  assert.deepEqual(await ask(150), [0, 1, 300])
  assert.deepEqual(await ask(301), [0, 3, 400])
  assert.deepEqual(await ask(301, 1), [0, -1, -1])
  assert.deepEqual(await ask(401), [0, -1, -1])
  assert.deepEqual(await ask(-3), [0, 3, 400])
  log.holdHighWatermark(3)
  // The newest record is looked for in the whole log, so that none is found though older ones can be read.
  assert.deepEqual(await ask(-3), [0, -1, -1])
  log.deleteBefore(2)
  assert.deepEqual(await ask(-2), [0, 2, -1])
  assert.deepEqual(await ask(0), [0, 2, 200])
})

test('what is produced has the time of the cluster, and the sizes of directories follow', async t => {
  const clock = new VirtualClock(5_000)
  const cluster = await openCluster(t, { brokers: 1, topics: [{ name: 'orders' }], now: clock.now })
  const client = await openClient(t, cluster)
  const log = cluster.state.keepLog('orders', 0)
  const size = async () => {
    const [directory] = (await client.ask('DescribeLogDirs', 4, { topics: null })).results as Message[]
    const [topic] = directory!.topics as Message[]
    return (topic!.partitions as Message[])[0]!.partitionSize
  }
  assert.equal(await size(), 0)
  cluster.state.produce('orders', 0)
  clock.advance(1_000)
  cluster.state.produce('orders', 0, 2)
  assert.equal(await size(), 61 + 109 + 61 + 218)
  assert.deepEqual(told(await client.ask('ListOffsets', 10, request(5_001))), [0, 1, 6_000])
  log.deleteBefore(1)
  assert.equal(await size(), 61 + 218)
})

test('what a log says cannot be set beside it', async t => {
  const cluster = await openCluster(t, { brokers: 1, topics: [{ name: 'orders', highWatermark: 9 }] })
  const partition = cluster.partition('orders', 0)
  partition.highWatermark += 1
  assert.equal(partition.highWatermark, 10)
  cluster.state.keepLog('orders', 0, { startOffset: 20 })
  assert.deepEqual(
    [partition.logStart, partition.highWatermark, partition.lastStableOffset, partition.sizeBytes],
    [20, 20, 20, 0],
  )
  assert.throws(() => {
    partition.highWatermark = 30
  }, /has a log/)
})

test('topics are kept on local disks unless told otherwise', async t => {
  const topics = [{ name: 'orders' }, { name: 'clicks', configs: { 'remote.storage.enable': 'true' } }]
  const client = await openClient(t, await openCluster(t, { brokers: 1, topics }))
  const resources = topics.map(({ name }) => ({
    resourceType: 2,
    resourceName: name,
    configurationKeys: ['remote.storage.enable'],
  }))
  const answer = await client.ask('DescribeConfigs', 4, { resources })
  assert.deepEqual(
    (answer.results as Message[]).map(result => [
      result.resourceName,
      (result.configs as Message[]).map(config => config.value),
    ]),
    [
      ['orders', ['false']],
      ['clicks', ['true']],
    ],
  )
})

test('a virtual clock stands until it is moved, and does not run backwards by itself', () => {
  const clock = new VirtualClock(1_000)
  clock.advance(500)
  assert.equal(clock.now(), 1_500)
  clock.set(200)
  assert.equal(clock.now(), 200)
  assert.throws(() => clock.advance(-1), RangeError)
})
