import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { loadSchemas, type Message } from '../schema-codec.ts'
import { openClient, openCluster } from './opened.ts'

const MEMBERS = [{ memberId: 'm-1', clientId: 'app', host: '/10.0.0.7', assignment: { orders: [0, 2] } }]
const GROUPS = [
  { id: 'old', coordinator: 1, members: MEMBERS },
  { id: 'new', coordinator: 1, kind: 'consumer' as const, members: MEMBERS, epoch: 9 },
  { id: 'share', coordinator: 1, kind: 'share' as const, shareOffsets: { orders: [{ start: 3, lag: 4 }] } },
  { id: 'flow', coordinator: 1, kind: 'streams' as const, members: MEMBERS },
  { id: 'sink', coordinator: 1, protocolType: 'connect', members: MEMBERS },
  { id: 'elsewhere', coordinator: 2 },
  { id: 'forbidden', coordinator: 1, visible: false },
]

async function open(t: TestContext) {
  const cluster = await openCluster(t, { topics: [{ name: 'orders', partitions: 3 }], groups: GROUPS })
  return { cluster, client: await openClient(t, cluster) }
}

for (let version = 0; version <= 5; version++) {
  test(`ListGroups v${version} tells the groups that this broker coordinates and the principal may see`, async t => {
    const { client } = await open(t)
    const groups = (await client.ask('ListGroups', version)).groups as Message[]
    assert.deepEqual(groups.map(group => group.groupId).sort(), ['flow', 'new', 'old', 'share', 'sink'])
    const old = groups.find(group => group.groupId === 'old')!
    assert.deepEqual(
      [old.protocolType, old.groupState, old.groupType],
      ['consumer', version >= 4 ? 'Stable' : undefined, version >= 5 ? 'classic' : undefined],
    )
  })
}

test('ListGroups filters by type and by state, whatever their case', async t => {
  const { client } = await open(t)
  const ask = async (filter: Message) =>
    ((await client.ask('ListGroups', 5, filter)).groups as Message[]).map(group => group.groupId).sort()
  assert.deepEqual(await ask({ typesFilter: ['Share', 'consumer'] }), ['new', 'share'])
  assert.deepEqual(await ask({ statesFilter: ['empty'] }), ['share'])
})

test('DescribeGroups knows classic groups; all others are Dead, with error 69 from v6 on', async t => {
  const { client } = await open(t)
  for (let version = 0; version <= 6; version++) {
    const wanted = ['old', 'new', 'elsewhere', 'forbidden', 'unknown']
    const groups = (await client.ask('DescribeGroups', version, { groups: wanted })).groups as Message[]
    const missing = version >= 6 ? 69 : 0
    assert.deepEqual(
      groups.map(group => [group.errorCode, group.groupState]),
      [
        [0, 'Stable'],
        [missing, 'Dead'],
        [16, ''],
        [30, ''],
        [missing, 'Dead'],
      ],
    )
    const member = (groups[0]!.members as Message[])[0]!
    assert.deepEqual([member.clientId, member.clientHost], ['app', '/10.0.0.7'])
    const assignment = member.memberAssignment as Buffer
    const decoded = loadSchemas().message('ConsumerProtocolAssignment').decode(1, assignment.subarray(2))
    assert.deepEqual(decoded.assignedPartitions, [{ topic: 'orders', partitions: [0, 2] }])
  }
})

test('each newer kind is described by its own API, and error 69 by the others', async t => {
  const { client, cluster } = await open(t)
  for (const [api, version, id] of [
    ['ConsumerGroupDescribe', 0, 'new'],
    ['ConsumerGroupDescribe', 1, 'new'],
    ['ShareGroupDescribe', 1, 'share'],
    ['StreamsGroupDescribe', 0, 'flow'],
  ] as const) {
    const groupIds = [id, 'old', 'elsewhere']
    const groups = (await client.ask(api, version, { groupIds })).groups as Message[]
    assert.deepEqual(
      groups.map(group => group.errorCode),
      [0, 69, 16],
    )
  }
  const described = await client.ask('ConsumerGroupDescribe', 1, { groupIds: ['new'] })
  const group = (described.groups as Message[])[0]!
  assert.deepEqual([group.groupEpoch, group.assignorName], [9, 'uniform'])
  assert.deepEqual((group.members as Message[])[0]!.assignment, {
    topicPartitions: [{ topicId: cluster.topic('orders').id, topicName: 'orders', partitions: [0, 2] }],
  })
})

test('share offsets: the lag is told from v1 on', async t => {
  const { client } = await open(t)
  for (const version of [0, 1]) {
    const request = { groups: [{ groupId: 'share', topics: null }] }
    const group = ((await client.ask('DescribeShareGroupOffsets', version, request)).groups as Message[])[0]!
    const partition = ((group.topics as Message[])[0]!.partitions as Message[])[0]!
    assert.deepEqual([partition.startOffset, partition.lag], [3, version === 1 ? 4 : undefined])
  }
})

test('FindCoordinator in all its versions', async t => {
  const { client, cluster } = await open(t)
  const port = cluster.state.node(2).port
  for (let version = 0; version <= 6; version++) {
    const request = version < 4 ? { key: 'elsewhere' } : { coordinatorKeys: ['elsewhere'] }
    const answer = await client.ask('FindCoordinator', version, request)
    const found = version < 4 ? answer : (answer.coordinators as Message[])[0]!
    assert.deepEqual([found.errorCode, found.nodeId, found.port], [0, 2, port])
  }
  const answer = await client.ask('FindCoordinator', 4, { coordinatorKeys: ['forbidden'] })
  assert.equal((answer.coordinators as Message[])[0]!.errorCode, 30)
})

test('configurations by key, and log directories of one broker', async t => {
  const { client } = await open(t)
  for (let version = 1; version <= 4; version++) {
    const resources = ['orders', 'nothing'].map(resourceName => ({
      resourceType: 2,
      resourceName,
      configurationKeys: ['retention.ms', 'cleanup.policy'],
    }))
    const results = (await client.ask('DescribeConfigs', version, { resources })).results as Message[]
    assert.deepEqual(
      results.map(result => result.errorCode),
      [0, 3],
    )
    const configs = results[0]!.configs as Message[]
    assert.deepEqual(configs.map(config => [config.name, config.value]).sort(), [
      ['cleanup.policy', 'delete'],
      ['retention.ms', '604800000'],
    ])
    const dirs = (await client.ask('DescribeLogDirs', version, { topics: null })).results as Message[]
    assert.deepEqual(
      dirs.map(dir => [dir.logDir, ((dir.topics as Message[])[0]!.partitions as Message[]).length]),
      [['/var/lib/kafka', 3]],
    )
  }
})
