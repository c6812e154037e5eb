import assert from 'node:assert/strict'
import { test } from 'node:test'
import { API_KEYS_USED } from '../../src/kafka/reader/api-keys.ts'
import { rowOf } from '../../src/model/topology.ts'
import { ALL_STABLE, column, commits, errorLines, group, openReader, partition } from './open-reader.ts'

const ORDERS = {
  topics: [
    { name: 'payments', partitions: 2, highWatermark: [7, 0] },
    { name: 'orders', partitions: 3, logStart: [0, 10, 20], highWatermark: [100, 110, 120] },
    { name: '__consumer_offsets', internal: true, partitions: 3 },
  ],
  groups: [
    {
      id: 'billing',
      members: [
        { memberId: 'm-1', clientId: 'billing-0', host: '/10.0.0.7', assignment: { orders: [0, 2] } },
        { memberId: 'm-2', clientId: 'billing-1', host: '/10.0.0.8', assignment: { orders: [1] } },
      ],
      commits: { orders: [90, 110, 25] },
      coordinator: 1,
    },
    {
      id: 'ledger',
      kind: 'consumer',
      epoch: 4,
      members: [{ memberId: 'k-1', clientId: 'ledger', host: '/10.0.0.9', assignment: { payments: [0, 1] } }],
      commits: { payments: { 0: 7 }, orders: { 1: 3 } },
      coordinator: 2,
    },
    {
      id: 'shares',
      kind: 'share',
      members: [{ memberId: 's-1', clientId: 'shares', host: '/10.0.0.3', assignment: { orders: [0] } }],
      shareOffsets: {
        orders: [
          { start: 5, lag: 95 },
          { start: -1, lag: -1 },
        ],
      },
      coordinator: 3,
    },
    { id: 'archive', commits: { orders: [1, 2, 3] }, coordinator: 3 },
  ],
} as const

test('reads starts, commits and ends of every partition and group', async t => {
  const reader = await openReader(t, ORDERS)
  const observation = await reader.read()
  const { cluster } = observation
  assert.ok(cluster)
  assert.equal(cluster.clusterId, 'simulated-cluster-0001')
  assert.deepEqual(cluster.topology.topics, ['orders', 'payments'])
  const { partitions } = cluster
  assert.deepEqual(column(observation, partitions.logStart), {
    'orders-0': 0,
    'orders-1': 10,
    'orders-2': 20,
    'payments-0': 0,
    'payments-1': 0,
  })
  assert.deepEqual(column(observation, partitions.highWatermark), {
    'orders-0': 100,
    'orders-1': 110,
    'orders-2': 120,
    'payments-0': 7,
    'payments-1': 0,
  })
  assert.deepEqual([...partitions.outcome], [0, 0, 0, 0, 0])
  assert.deepEqual(partitions.outcomes, ['NONE'])
  assert.equal(partitions.lastStableOffset, null)
  assert.deepEqual([...partitions.replicas], [3, 3, 3, 3, 3])
  assert.deepEqual([...partitions.inSyncReplicas], [3, 3, 3, 3, 3])
  assert.deepEqual([...partitions.leader], [...partitions.preferredLeader])
  assert.equal(cluster.groupsComplete, true)
  assert.deepEqual(
    cluster.groups.map(({ id, kind, state, coordinator }) => [id, kind, state, coordinator]),
    [
      ['archive', 'classic', 'Empty', 3],
      ['billing', 'classic', 'Stable', 1],
      ['ledger', 'consumer', 'Stable', 2],
      ['shares', 'share', 'Stable', 3],
    ],
  )
  assert.deepEqual(commits(observation, 'billing'), { 'orders-0': 90, 'orders-1': 110, 'orders-2': 25 })
  assert.deepEqual(commits(observation, 'ledger'), { 'orders-1': 3, 'payments-0': 7 })
  assert.equal(group(observation, 'shares').commits, null)
  assert.equal(group(observation, 'shares').failure, null)
  assert.deepEqual(observation.errors, [])
})

test('describes each kind by the API that knows it', async t => {
  const reader = await openReader(t, ORDERS)
  const observation = await reader.read()
  const described = (id: string) => {
    const { description } = group(observation, id)
    return (
      description && [
        description.state,
        description.protocol,
        description.epoch,
        ...description.members.map(m => `${m.memberId} ${m.clientId} ${m.host} ${m.rows}`),
      ]
    )
  }
  assert.deepEqual(described('billing'), [
    'Stable',
    'range',
    -1,
    'm-1 billing-0 10.0.0.7 0,2',
    'm-2 billing-1 10.0.0.8 1',
  ])
  assert.deepEqual(described('ledger'), ['Stable', 'uniform', 4, 'k-1 ledger 10.0.0.9 3,4'])
  assert.deepEqual(described('shares'), ['Stable', 'uniform', 1, 's-1 shares 10.0.0.3 0'])
  assert.deepEqual(described('archive'), ['Empty', '', -1])
  const share = group(observation, 'shares').shareOffsets
  assert.ok(share)
  assert.deepEqual([...share.rows], [0, 1])
  assert.deepEqual([...share.startOffsets], [5, Number.NaN])
  assert.deepEqual([...share.lags], [95, Number.NaN])
})

test('reads configurations and log sizes on the slow clock', async t => {
  const reader = await openReader(t, ORDERS)
  const first = await reader.read()
  assert.deepEqual(first.cluster?.topicConfigs?.get('orders'), {
    cleanupPolicy: 'delete',
    timestampType: 'CreateTime',
    retentionMs: 604_800_000,
    retentionBytes: -1,
    isTiered: false,
  })
  assert.equal(first.cluster?.topicConfigs?.size, 2)
  const { logDirs } = first.cluster ?? {}
  assert.ok(logDirs)
  assert.deepEqual(column(first, logDirs.leaderBytes), {
    'orders-0': 10_000,
    'orders-1': 11_000,
    'orders-2': 12_000,
    'payments-0': 700,
    'payments-1': 0,
  })
  assert.deepEqual(
    logDirs.dirs.map(({ node, path }) => [node, path]),
    [
      [1, '/var/lib/kafka'],
      [2, '/var/lib/kafka'],
      [3, '/var/lib/kafka'],
    ],
  )
  reader.now += 15_000
  const second = await reader.read()
  assert.equal(second.cluster?.topicConfigs, null)
  assert.equal(second.cluster?.logDirs, null)
  assert.equal(group(second, 'billing').description, null)
  assert.deepEqual(group(second, 'archive').description?.members, [])
  assert.deepEqual([...second.slowRequests], [])
  reader.now += 45_000
  const third = await reader.read()
  assert.equal(third.cluster?.topicConfigs?.size, 2)
  assert.notEqual(third.cluster?.logDirs, null)
  assert.equal(group(third, 'billing').description?.members.length, 2)
})

test('describes a group at once when its state changes, and a new one', async t => {
  const reader = await openReader(t, ORDERS)
  await reader.read()
  reader.now += 15_000
  reader.cluster.group('billing').state = 'PreparingRebalance'
  reader.cluster.state.addGroup({
    id: 'new',
    members: [{ memberId: 'n', clientId: 'n' }],
    coordinator: 1,
  })
  const observation = await reader.read()
  assert.equal(group(observation, 'billing').description?.state, 'PreparingRebalance')
  assert.equal(group(observation, 'new').description?.members.length, 1)
  assert.equal(group(observation, 'ledger').description, null)
  assert.deepEqual([...observation.slowRequests], [['DescribeGroups', 1]])
})

test('passes on the previous topology itself while nothing changes', async t => {
  const reader = await openReader(t, ORDERS)
  const first = (await reader.read()).cluster?.topology
  const second = (await reader.read()).cluster?.topology
  assert.equal(second, first)
  reader.cluster.state.deleteTopic('payments')
  reader.cluster.state.addTopic({ name: 'payments', partitions: 2, highWatermark: [1, 1] })
  const recreated = await reader.read()
  assert.notEqual(recreated.cluster?.topology, first)
  assert.deepEqual(recreated.cluster?.topology.topics, ['orders', 'payments'])
  assert.notEqual(recreated.cluster?.topology.topicIds[1], first?.topicIds[1])
  assert.equal(recreated.cluster?.topology.topicIds[0], first?.topicIds[0])
  assert.deepEqual(partition(recreated, 'payments', 0), [0, 1, 'NONE'])
})

test('reads log starts, then commits, then log ends, each whole before the next', async t => {
  const reader = await openReader(t, ORDERS)
  await reader.read(undefined, ALL_STABLE)
  const stages = reader.cluster.requests.map(request => {
    if (request.api !== 'ListOffsets') return request.api
    const { topics, isolationLevel } = request.body() as {
      topics: { partitions: { timestamp: number | bigint }[] }[]
      isolationLevel: number
    }
    return `ListOffsets ${topics[0]?.partitions[0]?.timestamp} ${isolationLevel}`
  })
  const first = (stage: string) => stages.indexOf(stage)
  const last = (stage: string) => stages.lastIndexOf(stage)
  assert.ok(first('ListOffsets -2 0') > last('Metadata'))
  assert.ok(first('OffsetFetch') > last('ListOffsets -2 0'))
  assert.ok(first('OffsetFetch') > last('ListGroups'))
  assert.ok(first('ListOffsets -1 0') > last('OffsetFetch'))
  assert.ok(first('ListOffsets -1 0') > last('DescribeShareGroupOffsets'))
  assert.ok(first('ListOffsets -1 1') > last('OffsetFetch'))
  assert.equal(stages.filter(stage => stage.startsWith('ListOffsets')).length, 9)
})

test('reads the last stable offset where asked to', async t => {
  const reader = await openReader(t, ORDERS)
  reader.cluster.partition('orders', 1).lastStableOffset = 104
  const observation = await reader.read(undefined, ALL_STABLE)
  const { lastStableOffset, highWatermark } = observation.cluster!.partitions
  assert.ok(lastStableOffset)
  assert.equal(column(observation, lastStableOffset)['orders-1'], 104)
  assert.equal(column(observation, lastStableOffset)['orders-0'], 100)
  assert.equal(column(observation, highWatermark)['orders-1'], 110)
})

test('asks for the last stable offsets of the rows that are wished for, and no leader without one', async t => {
  const reader = await openReader(t, ORDERS)
  const first = await reader.read()
  assert.equal(first.cluster?.partitions.lastStableOffset, null)
  assert.equal(first.requests.get('ListOffsets'), 6)
  const row = rowOf(first.cluster!.topology, 'orders', 1)
  reader.cluster.partition('orders', 1).lastStableOffset = 104
  const observation = await reader.read(undefined, { stableRows: Int32Array.of(row) })
  assert.equal(observation.requests.get('ListOffsets'), 7)
  assert.deepEqual(column(observation, observation.cluster!.partitions.lastStableOffset!), {
    'orders-0': null,
    'orders-1': 104,
    'orders-2': null,
    'payments-0': null,
    'payments-1': null,
  })
})

test('wishes of before a change of the topology are fulfilled where the partitions are now', async t => {
  const reader = await openReader(t, ORDERS)
  const { topology } = (await reader.read()).cluster!
  const stableRows = Int32Array.of(rowOf(topology, 'orders', 2), rowOf(topology, 'payments', 0))
  reader.cluster.state.addTopic({ name: 'alpha', partitions: 5 })
  reader.cluster.partition('orders', 2).lastStableOffset = 111
  const observation = await reader.read(undefined, { stableRows })
  const { lastStableOffset } = observation.cluster!.partitions
  const read = Object.entries(column(observation, lastStableOffset!)).filter(([, offset]) => offset !== null)
  assert.deepEqual(read, [
    ['orders-2', 111],
    ['payments-0', 7],
  ])
})

test('asks nothing about filtered topics and groups, unless they are expected', async t => {
  const reader = await openReader(t, ORDERS, {
    topics: name => name === 'orders',
    groups: name => name === 'billing',
    expect: { topics: ['payments'], groups: ['ledger'] },
  })
  const observation = await reader.read()
  assert.deepEqual(observation.cluster?.topology.topics, ['orders', 'payments'])
  assert.deepEqual(
    observation.cluster?.groups.map(one => one.id),
    ['billing', 'ledger'],
  )
  const named = JSON.stringify(
    reader.cluster.requests
      .filter(request => request.api !== 'Metadata' && request.api !== 'ApiVersions')
      .map(request => request.body()),
    (_, value) => (typeof value === 'bigint' ? Number(value) : value),
  )
  assert.ok(named.includes('billing') && named.includes('ledger'))
  assert.ok(!named.includes('archive') && !named.includes('shares') && !named.includes('__consumer_offsets'))
})

test('sends only what reads', async t => {
  const reader = await openReader(t, ORDERS, {
    expect: { topics: ['nowhere'], groups: ['nobody'] },
  })
  reader.cluster.fault({ api: 'OffsetFetch', group: 'billing', error: 'NOT_COORDINATOR', times: 1 })
  reader.cluster.fault({ api: 'ListOffsets', topic: 'orders', error: 'NOT_LEADER_OR_FOLLOWER', times: 1 })
  await reader.read(undefined, ALL_STABLE)
  const ApiVersions = 18
  const sent = new Set(reader.cluster.requests.map(request => request.key))
  sent.delete(ApiVersions)
  assert.deepEqual(
    [...API_KEYS_USED].sort((a, b) => a - b),
    [1, 2, 3, 9, 10, 15, 16, 32, 35, 61, 65, 66, 69, 77, 89, 90],
  )
  assert.deepEqual(
    [...sent].sort((a, b) => a - b),
    [2, 3, 9, 10, 15, 16, 32, 35, 69, 77, 90],
  )
  const created = reader.cluster.topics.has('nowhere')
  assert.equal(created, false)
})

test('says how long each phase and broker took', async t => {
  const reader = await openReader(t, ORDERS)
  const observation = await reader.read()
  assert.deepEqual([...observation.phases.keys()], ['metadata', 'log_start', 'commits', 'log_end', 'slow'])
  assert.deepEqual(
    observation.brokers.map(({ id, failure }) => [id, failure]),
    [
      [1, null],
      [2, null],
      [3, null],
    ],
  )
  for (const broker of observation.brokers) assert.ok(broker.responseMs !== null && broker.responseMs >= 0)
  assert.equal(observation.startedAt, 1_000_000)
  assert.deepEqual(errorLines(observation), [])
})
