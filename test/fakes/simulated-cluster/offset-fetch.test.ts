import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Message } from '../schema-codec.ts'
import { openClient, openCluster } from './opened.ts'

const TOPICS = [
  { name: 'orders', partitions: 3 },
  { name: 'secret', visible: false },
]
const GROUPS = [
  { id: 'g', coordinator: 1, commits: { orders: { 0: 5, 2: 5_000_000_000 }, secret: { 0: 1 } } },
  { id: 'elsewhere', coordinator: 2 },
  { id: 'forbidden', coordinator: 1, visible: false },
  { id: 'shared', coordinator: 1, kind: 'share' as const, commits: { orders: { 0: 5 } } },
]

async function openBoth(t: TestContext) {
  const cluster = await openCluster(t, { topics: TOPICS, groups: GROUPS })
  return { cluster, client: await openClient(t, cluster) }
}

/** [partition, offset, error] in order of the partition. */
function told(topic: Message): unknown[][] {
  return (topic.partitions as Message[])
    .map(p => [p.partitionIndex, p.committedOffset, p.errorCode])
    .sort((a, b) => Number(a[0]) - Number(b[0]))
}

for (let version = 1; version <= 7; version++) {
  test(`OffsetFetch v${version} of one group and named topics`, async t => {
    const { client } = await openBoth(t)
    const topics = [{ name: 'orders', partitionIndexes: [0, 1, 2] }]
    const answer = await client.ask('OffsetFetch', version, { groupId: 'g', topics })
    assert.deepEqual(told((answer.topics as Message[])[0]!), [
      [0, 5, 0],
      [1, -1, 0],
      [2, 5_000_000_000, 0],
    ])
  })
}

for (let version = 8; version <= 10; version++) {
  test(`OffsetFetch v${version} of many groups and all their topics`, async t => {
    const { client, cluster } = await openBoth(t)
    const groups = ['g', 'elsewhere', 'forbidden', 'shared', 'unknown'].map(groupId => ({
      groupId,
      topics: null,
    }))
    const answer = await client.ask('OffsetFetch', version, { groups })
    const found = new Map((answer.groups as Message[]).map(group => [group.groupId, group]))
    assert.deepEqual([...found].map(([id, group]) => [id, group.errorCode]).sort(), [
      ['elsewhere', 16],
      ['forbidden', 30],
      ['g', 0],
      ['shared', 0],
      ['unknown', 0],
    ])
    assert.deepEqual(found.get('shared')!.topics, [])
    const topics = found.get('g')!.topics as Message[]
    assert.equal(topics.length, 1, 'the forbidden topic is left out')
    if (version >= 10) assert.equal(topics[0]!.topicId, cluster.topic('orders').id)
    else assert.equal(topics[0]!.name, 'orders')
    assert.deepEqual(told(topics[0]!), [
      [0, 5, 0],
      [2, 5_000_000_000, 0],
    ])
  })
}

test('a forbidden topic that is asked for by name is error 29', async t => {
  const { client } = await openBoth(t)
  const groups = [{ groupId: 'g', topics: [{ name: 'secret', partitionIndexes: [0] }] }]
  const answer = await client.ask('OffsetFetch', 8, { groups })
  const group = (answer.groups as Message[])[0]!
  assert.deepEqual(told((group.topics as Message[])[0]!), [[0, -1, 29]])
})

test('a pending transactional commit is error 88 for who requires stable offsets, else the last one', async t => {
  const { client, cluster } = await openBoth(t)
  cluster.group('g').pending.add('orders-0')
  const groups = [{ groupId: 'g', topics: [{ name: 'orders', partitionIndexes: [0] }] }]
  for (const [requireStable, expected] of [
    [true, [0, -1, 88]],
    [false, [0, 5, 0]],
  ] as const) {
    const answer = await client.ask('OffsetFetch', 8, { groups, requireStable })
    const group = (answer.groups as Message[])[0]!
    assert.deepEqual(told((group.topics as Message[])[0]!), [expected])
  }
})

test('an error can be put on one group, or on one partition of one group', async t => {
  const { client, cluster } = await openBoth(t)
  const groups = [{ groupId: 'g', topics: null }]
  const ask = async () => ((await client.ask('OffsetFetch', 9, { groups })).groups as Message[])[0]!
  const end = cluster.fault({ group: 'g', error: 'COORDINATOR_LOAD_IN_PROGRESS' })
  assert.deepEqual([(await ask()).errorCode, (await ask()).topics], [14, []])
  end()
  cluster.fault({ group: 'g', topic: 'orders', partition: 2, error: 'UNKNOWN_SERVER_ERROR' })
  assert.deepEqual(told(((await ask()).topics as Message[])[0]!), [
    [0, 5, 0],
    [2, -1, -1],
  ])
})

test('commits move, go and die with their topic', async t => {
  const { client, cluster } = await openBoth(t)
  const groups = [{ groupId: 'g', topics: null }]
  const ask = async () =>
    ((await client.ask('OffsetFetch', 9, { groups })).groups as Message[])[0]!.topics as Message[]
  cluster.group('g').commit('orders', 0, 6)
  cluster.group('g').uncommit('orders', 2)
  assert.deepEqual(told((await ask())[0]!), [[0, 6, 0]])
  cluster.state.deleteTopic('orders', { keepCommits: true })
  assert.equal((await ask()).length, 1)
  cluster.state.addTopic({ name: 'orders' })
  cluster.state.deleteTopic('orders')
  assert.deepEqual(await ask(), [])
})
