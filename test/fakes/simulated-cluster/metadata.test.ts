import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Message } from '../schema-codec.ts'
import { openClient, openCluster } from './opened.ts'

const ALL = { topics: null, allowAutoTopicCreation: false }

function byName(answer: Message): Map<unknown, Message> {
  return new Map((answer.topics as Message[]).map(topic => [topic.name, topic]))
}

for (let version = 0; version <= 13; version++) {
  test(`Metadata v${version} is what Kafka's schema says, with every partition once`, async t => {
    const cluster = await openCluster(t, {
      topics: [{ name: 'orders', partitions: 7 }, { name: 'empty-ish' }],
    })
    const client = await openClient(t, cluster)
    const answer = await client.ask('Metadata', version, version === 0 ? { topics: [] } : ALL)
    assert.deepEqual(
      (answer.brokers as Message[]).map(broker => broker.port).sort(),
      cluster.bootstrap.map(b => b.port).sort(),
    )
    const partitions = byName(answer).get('orders')!.partitions as Message[]
    const found = partitions.map(p => [p.partitionIndex, p.leaderId, p.replicaNodes])
    assert.deepEqual(found.sort((a, b) => Number(a[0]) - Number(b[0])).slice(0, 3), [
      [0, 1, [1, 2, 3]],
      [1, 2, [2, 3, 1]],
      [2, 3, [3, 1, 2]],
    ])
    assert.equal(found.length, 7)
    if (version >= 10) assert.equal(byName(answer).get('orders')!.topicId, cluster.topic('orders').id)
  })
}

test('partitions come in an order that is not ascending, as from real brokers', async t => {
  const cluster = await openCluster(t, { topics: [{ name: 'orders', partitions: 7 }] })
  const client = await openClient(t, cluster)
  const answer = await client.ask('Metadata', 12, ALL)
  const indexes = (byName(answer).get('orders')!.partitions as Message[]).map(p => p.partitionIndex)
  assert.deepEqual(indexes, [6, 3, 0, 4, 1, 5, 2])
})

test('a topic that may not be described is left out of the list, and error 29 by name', async t => {
  const cluster = await openCluster(t, { topics: [{ name: 'open' }, { name: 'secret', visible: false }] })
  const client = await openClient(t, cluster)
  assert.deepEqual([...byName(await client.ask('Metadata', 12, ALL)).keys()], ['open'])
  const named = await client.ask('Metadata', 12, {
    topics: [{ name: 'secret' }],
    allowAutoTopicCreation: false,
  })
  assert.deepEqual(
    (named.topics as Message[]).map(topic => [topic.errorCode, topic.partitions]),
    [[29, []]],
  )
})

test('an unknown topic is error 3 by name and 100 by id', async t => {
  const client = await openClient(t, await openCluster(t))
  const topics = [{ name: 'nothing' }, { name: null, topicId: 'AAAAAAAAAAAAAAAAAAAAAQ' }]
  const answer = await client.ask('Metadata', 12, { topics, allowAutoTopicCreation: false })
  assert.deepEqual(
    (answer.topics as Message[]).map(topic => topic.errorCode),
    [3, 100],
  )
})

test('asking with permission to create topics creates one, so that a test can see it', async t => {
  const cluster = await openCluster(t)
  const client = await openClient(t, cluster)
  const answer = await client.ask('Metadata', 12, {
    topics: [{ name: 'oops' }],
    allowAutoTopicCreation: true,
  })
  assert.deepEqual(
    (answer.topics as Message[]).map(topic => topic.errorCode),
    [5],
  )
  assert.deepEqual([...cluster.topics.keys()], ['oops'])
})

test('a fenced broker leaves, its leaders move to other replicas in sync, or nowhere', async t => {
  const cluster = await openCluster(t, {
    topics: [
      { name: 'safe', partitions: 3 },
      { name: 'alone', partitions: 3, replicationFactor: 1 },
    ],
  })
  const client = await openClient(t, cluster)
  cluster.state.fence(2)
  const answer = await client.ask('Metadata', 12, ALL)
  assert.deepEqual((answer.brokers as Message[]).map(broker => broker.nodeId).sort(), [1, 3])
  const safe = byName(answer).get('safe')!.partitions as Message[]
  const moved = safe.find(partition => partition.partitionIndex === 1)!
  assert.deepEqual([moved.errorCode, moved.leaderId, moved.leaderEpoch], [0, 3, 1])
  assert.deepEqual([moved.isrNodes, moved.offlineReplicas], [[3, 1], [2]])
  const alone = byName(answer).get('alone')!.partitions as Message[]
  assert.deepEqual(alone.map(partition => [partition.errorCode, partition.leaderId]).sort(), [
    [0, 1],
    [0, 3],
    [5, -1],
  ])
})

test('DescribeCluster tells fenced brokers to who asks for them', async t => {
  const cluster = await openCluster(t)
  const client = await openClient(t, cluster)
  cluster.state.fence(3)
  const without = await client.ask('DescribeCluster', 2, {})
  assert.deepEqual(
    (without.brokers as Message[]).map(broker => broker.brokerId),
    [1, 2],
  )
  const withFenced = await client.ask('DescribeCluster', 2, { includeFencedBrokers: true })
  assert.deepEqual(
    (withFenced.brokers as Message[]).map(broker => broker.isFenced),
    [false, false, true],
  )
})
