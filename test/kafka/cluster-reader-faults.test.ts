import assert from 'node:assert/strict'
import { test } from 'node:test'
import { column, commits, errorLines, group, openReader, partition } from './open-reader.ts'

/** Partition p of `orders` is led by broker p + 1; `quiet` is led by broker 2. */
const CLUSTER = {
  topics: [
    { name: 'orders', partitions: 3, logStart: [1, 2, 3], highWatermark: [100, 110, 120] },
    { name: 'quiet', partitions: 1, highWatermark: 4 },
    { name: '__consumer_offsets', internal: true, partitions: 3 },
  ],
  groups: [
    { id: 'one', commits: { orders: [10, 20, 30] }, coordinator: 1 },
    { id: 'two', commits: { orders: [11, 21, 31] }, coordinator: 2 },
    { id: 'three', commits: { orders: [12, 22, 32] }, coordinator: 3 },
  ],
} as const
const SOON = { transport: { requestTimeoutMs: 500, connectTimeoutMs: 500 } }

test('a broker that never answers costs its own partitions and groups, and one deadline', async t => {
  const reader = await openReader(t, CLUSTER, SOON)
  await reader.read()
  reader.cluster.fault({ node: 2, silent: true })
  reader.cluster.clearRequests()
  const observation = await reader.read()
  assert.deepEqual(partition(observation, 'orders', 0), [1, 100, 'NONE'])
  assert.deepEqual(partition(observation, 'orders', 1), [null, null, 'TIMEOUT'])
  assert.deepEqual(partition(observation, 'orders', 2), [3, 120, 'NONE'])
  assert.deepEqual(partition(observation, 'quiet', 0), [null, null, 'TIMEOUT'])
  assert.deepEqual(
    observation.cluster?.groups.map(one => one.id),
    ['one', 'three'],
  )
  assert.deepEqual(commits(observation, 'three'), { 'orders-0': 12, 'orders-1': 22, 'orders-2': 32 })
  assert.equal(observation.cluster?.groupsComplete, false)
  assert.deepEqual(errorLines(observation), ['commits 2 TIMEOUT', 'log_end 2 TIMEOUT', 'log_start 2 TIMEOUT'])
  assert.match(
    observation.errors.find(error => error.stage === 'log_start')?.message ?? '',
    /^127\.0\.0\.1:\d+: .*; partition orders-1 and 1 more$/,
  )
  const [one, two, three] = observation.brokers
  assert.equal(one?.failure, null)
  assert.equal(two?.failure?.code, 'TIMEOUT')
  assert.equal(two?.responseMs, null)
  assert.equal(three?.failure, null)
  const toSilent = reader.cluster.requests.filter(request => request.node === 2).map(request => request.api)
  assert.ok(!toSilent.includes('OffsetFetch'))
  assert.ok(toSilent.filter(api => api === 'ListOffsets').length <= 1)
})

test('a broker that accepts connections and answers nothing holds up no poll until its connect deadline', async t => {
  const untilEndOfTest = 2 ** 30
  const transport = { requestTimeoutMs: 500, connectTimeoutMs: untilEndOfTest }
  const reader = await openReader(t, CLUSTER, { transport })
  await reader.read()
  const end = reader.cluster.fault({ node: 2, silent: true })
  for (const attempt of ['a request is not answered', 'no connection is made', 'nor in the next poll']) {
    const observation = await reader.read()
    assert.deepEqual(partition(observation, 'orders', 0), [1, 100, 'NONE'], attempt)
    assert.deepEqual(partition(observation, 'orders', 1), [null, null, 'TIMEOUT'], attempt)
    assert.equal(observation.brokers[1]?.failure?.code, 'TIMEOUT', attempt)
  }
  end()
  await reader.cluster.broker(2).kill()
  await reader.cluster.broker(2).start()
  await reader.read()
  assert.deepEqual((await reader.read()).errors, [])
})

test('a coordinator that fails between its list and its commits says so in each of its groups', async t => {
  const reader = await openReader(t, CLUSTER, SOON)
  reader.cluster.fault({ api: 'OffsetFetch', node: 2, silent: true })
  const observation = await reader.read()
  assert.equal(commits(observation, 'two'), null)
  assert.equal(group(observation, 'two').failure?.code, 'TIMEOUT')
  assert.equal(group(observation, 'one').failure, null)
  assert.deepEqual(partition(observation, 'orders', 1), [2, null, 'TIMEOUT'])
  assert.deepEqual(partition(observation, 'orders', 0), [1, 100, 'NONE'])
  assert.equal(observation.cluster?.groupsComplete, true)
  assert.notEqual(observation.brokers[1]?.responseMs, null)
  assert.equal(observation.brokers[1]?.failure?.code, 'TIMEOUT')
})

test('a dead broker is back in the poll after its return', async t => {
  const reader = await openReader(t, CLUSTER, SOON)
  await reader.read()
  await reader.cluster.broker(3).kill()
  const without = await reader.read()
  assert.equal(without.cluster?.groupsComplete, false)
  assert.equal(partition(without, 'orders', 2)[2], without.brokers[2]?.failure?.code)
  assert.notEqual(without.brokers[2]?.failure, null)
  await reader.cluster.broker(3).start()
  const back = await reader.read()
  assert.deepEqual(partition(back, 'orders', 2), [3, 120, 'NONE'])
  assert.equal(group(back, 'three').failure, null)
  assert.deepEqual(back.errors, [])
})

test('without any broker there is no cluster, only errors', async t => {
  const reader = await openReader(t, CLUSTER, SOON)
  await reader.read()
  for (const id of [1, 2, 3]) await reader.cluster.broker(id).kill()
  const observation = await reader.read()
  assert.equal(observation.cluster, null)
  assert.deepEqual(observation.brokers, [])
  assert.equal(observation.errors.length, 1)
  assert.equal(observation.errors[0]?.stage, 'metadata')
  assert.equal(observation.errors[0]?.node, -1)
  assert.deepEqual([...observation.phases.keys()], ['metadata'])
  for (const id of [1, 2, 3]) await reader.cluster.broker(id).start()
  assert.equal((await reader.read()).cluster?.groups.length, 3)
})

test('a partition without a leader is not asked for', async t => {
  const reader = await openReader(t, CLUSTER)
  reader.cluster.partition('orders', 1).leader = -1
  const observation = await reader.read()
  assert.deepEqual(partition(observation, 'orders', 0), [1, 100, 'NONE'])
  assert.deepEqual(partition(observation, 'orders', 1), [null, null, 'LEADER_NOT_AVAILABLE'])
  assert.equal(column(observation, observation.cluster!.partitions.leader)['orders-1'], -1)
  assert.deepEqual(
    observation.errors.map(({ stage, node, message }) => [stage, node, message]),
    [
      ['log_start', -1, 'LEADER_NOT_AVAILABLE; partition orders-1'],
      ['log_end', -1, 'LEADER_NOT_AVAILABLE; partition orders-1'],
    ],
  )
  assert.equal(observation.requests.get('Metadata'), 1)
})

test('a leader that moves during the poll is looked up once, and asked once more', async t => {
  const reader = await openReader(t, CLUSTER)
  await reader.read()
  reader.cluster.clearRequests()
  reader.cluster.fault({ api: 'ListGroups', node: 1, delayMs: 50, times: 1 })
  reader.cluster.fault({
    api: 'ListOffsets',
    topic: 'orders',
    partition: 0,
    node: 1,
    error: 'NOT_LEADER_OR_FOLLOWER',
  })
  const reading = reader.read()
  while (reader.cluster.requestsOf('ListOffsets').length < 3) await new Promise(setImmediate)
  reader.cluster.partition('orders', 0).leader = 3
  reader.cluster.partition('orders', 0).leaderEpoch = 1
  const observation = await reading
  assert.deepEqual(partition(observation, 'orders', 0), [1, 100, 'NONE'])
  assert.deepEqual(partition(observation, 'orders', 1), [2, 110, 'NONE'])
  const { leader, leaderEpoch } = observation.cluster!.partitions
  assert.equal(column(observation, leader)['orders-0'], 3)
  assert.equal(column(observation, leaderEpoch)['orders-0'], 1)
  assert.equal(observation.requests.get('Metadata'), 2)
  // Starts of 3 brokers, the moved one once more, ends of the two that lead now.
  assert.equal(observation.requests.get('ListOffsets'), 6)
  assert.deepEqual(observation.errors, [])
})

for (const error of [
  'UNKNOWN_TOPIC_OR_PARTITION',
  'LEADER_NOT_AVAILABLE',
  'NOT_LEADER_OR_FOLLOWER',
  'FENCED_LEADER_EPOCH',
  'UNKNOWN_LEADER_EPOCH',
] as const) {
  test(`${error} that stays is the outcome of that partition alone, after one look-up`, async t => {
    const reader = await openReader(t, CLUSTER)
    reader.cluster.fault({ api: 'ListOffsets', topic: 'orders', partition: 0, error })
    const observation = await reader.read()
    assert.deepEqual(partition(observation, 'orders', 0), [null, null, error])
    assert.deepEqual(partition(observation, 'orders', 1), [2, 110, 'NONE'])
    assert.equal(observation.requests.get('Metadata'), 2)
    assert.deepEqual(errorLines(observation), [`log_end 1 ${error}`, `log_start 1 ${error}`])
  })
}

test('other errors of a partition are told at once, one line for all rows', async t => {
  const reader = await openReader(t, {
    topics: [{ name: 'orders', partitions: 6, highWatermark: 5 }],
  })
  reader.cluster.fault({ api: 'ListOffsets', topic: 'orders', node: 2, error: 'OFFSET_NOT_AVAILABLE' })
  const observation = await reader.read()
  assert.deepEqual(partition(observation, 'orders', 1), [null, null, 'OFFSET_NOT_AVAILABLE'])
  assert.deepEqual(partition(observation, 'orders', 4), [null, null, 'OFFSET_NOT_AVAILABLE'])
  assert.deepEqual(partition(observation, 'orders', 0), [0, 5, 'NONE'])
  assert.equal(observation.requests.get('Metadata'), 1)
  assert.deepEqual(
    observation.errors.map(({ stage, node, message }) => [stage, node, message]),
    [
      ['log_start', 2, 'broker 2: OFFSET_NOT_AVAILABLE; partition orders-1 and 1 more'],
      ['log_end', 2, 'broker 2: OFFSET_NOT_AVAILABLE; partition orders-1 and 1 more'],
    ],
  )
})

test('a log that starts after its end has neither', async t => {
  const reader = await openReader(t, CLUSTER)
  Object.assign(reader.cluster.partition('orders', 2), { logStart: 500, highWatermark: 120 })
  const observation = await reader.read()
  assert.deepEqual(partition(observation, 'orders', 2), [null, null, 'OFFSET_OUT_OF_RANGE'])
  assert.deepEqual(partition(observation, 'orders', 1), [2, 110, 'NONE'])
})

test('an offset of -1 without an error is not an offset', async t => {
  const reader = await openReader(t, CLUSTER)
  reader.cluster.partition('orders', 2).highWatermark = -1
  const observation = await reader.read()
  assert.deepEqual(partition(observation, 'orders', 2), [3, null, 'OFFSET_NOT_AVAILABLE'])
})

test('a topic that is deleted while it is read is gone, and harms no other', async t => {
  const reader = await openReader(t, CLUSTER)
  await reader.read()
  reader.cluster.fault({ api: 'ListOffsets', topic: 'quiet', error: 'UNKNOWN_TOPIC_OR_PARTITION' })
  const observation = await reader.read()
  assert.deepEqual(partition(observation, 'quiet', 0), [null, null, 'UNKNOWN_TOPIC_OR_PARTITION'])
  reader.cluster.clearFaults()
  reader.cluster.state.deleteTopic('quiet')
  const after = await reader.read()
  assert.deepEqual(after.cluster?.topology.topics, ['orders'])
  assert.deepEqual(after.errors, [])
})

for (const error of [
  'NOT_COORDINATOR',
  'COORDINATOR_NOT_AVAILABLE',
  'COORDINATOR_LOAD_IN_PROGRESS',
] as const) {
  test(`${error} for a group: its coordinator is looked up and asked once`, async t => {
    const reader = await openReader(t, CLUSTER)
    reader.cluster.fault({ api: 'OffsetFetch', group: 'two', error, times: 2, node: 2 })
    const twice = await reader.read()
    assert.equal(group(twice, 'two').failure?.code, error)
    assert.equal(commits(twice, 'two'), null)
    assert.equal(twice.requests.get('FindCoordinator'), 1)
    assert.equal(twice.requests.get('OffsetFetch'), 4)
    assert.deepEqual(errorLines(twice), [`commits 2 ${error}`])
    reader.cluster.fault({ api: 'OffsetFetch', group: 'two', error, times: 1, node: 2 })
    const once = await reader.read()
    assert.deepEqual(commits(once, 'two'), { 'orders-0': 11, 'orders-1': 21, 'orders-2': 31 })
    assert.deepEqual(once.errors, [])
  })
}

test('a group that may not be read fails alone', async t => {
  const reader = await openReader(t, {
    ...CLUSTER,
    groups: [...CLUSTER.groups, { id: 'secret', commits: { orders: [1, 1, 1] }, coordinator: 1 }],
  })
  reader.cluster.fault({ api: 'OffsetFetch', group: 'secret', error: 'GROUP_AUTHORIZATION_FAILED' })
  const observation = await reader.read()
  assert.deepEqual(group(observation, 'secret').failure, {
    code: 'GROUP_AUTHORIZATION_FAILED',
    message: 'broker 1: GROUP_AUTHORIZATION_FAILED',
  })
  assert.equal(group(observation, 'secret').commits, null)
  assert.deepEqual(commits(observation, 'one'), { 'orders-0': 10, 'orders-1': 20, 'orders-2': 30 })
  assert.equal(observation.requests.get('FindCoordinator'), undefined)
  assert.deepEqual(
    observation.errors.map(error => error.message),
    ['broker 1: GROUP_AUTHORIZATION_FAILED; group secret'],
  )
})

test('an error of one committed partition is that partition alone', async t => {
  const reader = await openReader(t, CLUSTER)
  reader.cluster.fault({
    api: 'OffsetFetch',
    topic: 'orders',
    partition: 1,
    node: 1,
    error: 'UNSTABLE_OFFSET_COMMIT',
  })
  const observation = await reader.read()
  assert.deepEqual(commits(observation, 'one'), { 'orders-0': 10, 'orders-1': null, 'orders-2': 30 })
  assert.equal(group(observation, 'one').failure, null)
  assert.deepEqual(
    observation.errors.map(error => error.message),
    ['broker 1: UNSTABLE_OFFSET_COMMIT; partition orders-1 of group one'],
  )
})

test('groups are not complete while a broker loads them, or their partition has no leader', async t => {
  const reader = await openReader(t, CLUSTER)
  const end = reader.cluster.fault({ api: 'ListGroups', node: 1, error: 'COORDINATOR_LOAD_IN_PROGRESS' })
  const loading = await reader.read()
  assert.equal(loading.cluster?.groupsComplete, false)
  assert.deepEqual(errorLines(loading), ['commits 1 COORDINATOR_LOAD_IN_PROGRESS'])
  end()
  assert.equal((await reader.read()).cluster?.groupsComplete, true)
  reader.cluster.partition('__consumer_offsets', 0).leader = -1
  assert.equal((await reader.read()).cluster?.groupsComplete, false)
})

test('an answer that cannot be read costs itself, not the broker', async t => {
  const reader = await openReader(t, CLUSTER)
  reader.cluster.fault({ api: 'OffsetFetch', node: 2, body: Buffer.from([0, 0, 0]) })
  const observation = await reader.read()
  assert.equal(group(observation, 'two').failure?.code, 'MALFORMED_RESPONSE')
  assert.deepEqual(partition(observation, 'orders', 1), [2, 110, 'NONE'])
  assert.equal(observation.brokers[1]?.failure, null)
})

test('a connection cut inside an answer costs one poll', async t => {
  const reader = await openReader(t, CLUSTER)
  reader.cluster.fault({ api: 'ListOffsets', node: 2, closeAfterBytes: 20, times: 1 })
  const cut = await reader.read()
  assert.deepEqual(partition(cut, 'orders', 1), [null, null, 'CONNECTION_CLOSED'])
  assert.equal(cut.brokers[1]?.failure?.code, 'CONNECTION_CLOSED')
  const next = await reader.read()
  assert.deepEqual(partition(next, 'orders', 1), [2, 110, 'NONE'])
  assert.deepEqual(next.errors, [])
})

test('waits as long as a quota asks before the next request to that broker, and no longer', async t => {
  const reader = await openReader(t, CLUSTER, { requestTimeoutMs: 300 })
  reader.cluster.fault({ api: 'OffsetFetch', node: 2, throttleMs: 40, times: 1 })
  const observation = await reader.read()
  assert.equal(reader.waits[0], 40)
  assert.deepEqual(partition(observation, 'orders', 1), [2, 110, 'NONE'])
  reader.waits.length = 0
  reader.cluster.fault({
    api: 'OffsetFetch',
    node: 2,
    throttleMs: 0,
    times: 1,
    body: Buffer.from([0, 0, 0x75, 0x30, 1, 0]), // throttle_time_ms 30,000, no groups, no tags
  })
  await reader.read()
  assert.equal(Math.max(...reader.waits), 300)
})

test('a signal ends the poll; what was not read by then says so', async t => {
  const reader = await openReader(t, CLUSTER, { transport: { requestTimeoutMs: 60_000 } })
  await reader.read()
  reader.cluster.fault({ api: 'OffsetFetch', silent: true })
  const controller = new AbortController()
  const reading = reader.read(controller.signal)
  while (reader.cluster.requestsOf('OffsetFetch').length < 6) await new Promise(setImmediate)
  controller.abort()
  const observation = await reading
  assert.equal(group(observation, 'one').failure?.code, 'CLOSED')
  assert.deepEqual(partition(observation, 'orders', 0), [1, null, 'CLOSED'])
  assert.equal(observation.brokers[0]?.failure, null)
})

test('a signal that has ended before the poll leaves no cluster', async t => {
  const reader = await openReader(t, CLUSTER)
  const observation = await reader.read(AbortSignal.abort())
  assert.equal(observation.cluster, null)
  assert.deepEqual(errorLines(observation), ['metadata -1 CLOSED'])
  assert.equal(reader.cluster.requests.length, 0)
})

test('log directories and configurations that may not be read are one line each', async t => {
  const reader = await openReader(t, CLUSTER)
  reader.cluster.fault({ api: 'DescribeLogDirs', error: 'CLUSTER_AUTHORIZATION_FAILED' })
  reader.cluster.fault({ api: 'DescribeConfigs', topic: 'orders', error: 'TOPIC_AUTHORIZATION_FAILED' })
  const observation = await reader.read()
  assert.equal(observation.cluster?.logDirs, null)
  assert.deepEqual([...(observation.cluster?.topicConfigs?.keys() ?? [])], ['quiet'])
  assert.deepEqual(observation.errors.map(({ stage, node, message }) => [stage, node, message]).sort(), [
    ['slow', -1, 'DescribeConfigs: TOPIC_AUTHORIZATION_FAILED; topic orders'],
    ['slow', -1, 'DescribeLogDirs: CLUSTER_AUTHORIZATION_FAILED'],
  ])
  reader.now += 15_000
  assert.deepEqual((await reader.read()).errors, [])
})

test('a broker that is only too slow for its log directories is not down', async t => {
  const reader = await openReader(t, CLUSTER, SOON)
  reader.cluster.fault({ api: 'DescribeLogDirs', node: 2, silent: true })
  const observation = await reader.read()
  assert.equal(observation.brokers[1]?.failure, null)
  assert.deepEqual(partition(observation, 'orders', 1), [2, 110, 'NONE'])
  assert.ok(errorLines(observation).includes('slow 2 TIMEOUT'))
  assert.deepEqual(
    observation.cluster?.logDirs?.dirs.map(dir => dir.node),
    [1, 3],
  )
})

test('log directories that no broker tells in time cost nothing but themselves, now and in the next poll', async t => {
  const never = { minMs: 3_600_000, maxMs: 3_600_000 }
  const reader = await openReader(t, CLUSTER, { transport: { ...SOON.transport, backoff: never } })
  const end = reader.cluster.fault({ api: 'DescribeLogDirs', silent: true })
  const observation = await reader.read()
  end()
  assert.deepEqual(errorLines(observation), ['slow 1 TIMEOUT', 'slow 2 TIMEOUT', 'slow 3 TIMEOUT'])
  assert.equal(observation.cluster?.topicConfigs?.size, 2)
  assert.notEqual(group(observation, 'three').description, null)
  reader.now += 15_000
  assert.deepEqual((await reader.read()).errors, [])
})

test('rows whose leaders moved keep the error of those that were asked where nobody can name the new ones', async t => {
  const reader = await openReader(t, CLUSTER, {
    ...SOON,
    // Made before the first question to a leader, so after the first metadata.
    wait: async () => void reader.cluster.fault({ api: 'Metadata', silent: true }),
  })
  reader.cluster.fault({ api: 'Metadata', throttleMs: 1, times: 1 })
  reader.cluster.fault({ api: 'ListOffsets', topic: 'orders', error: 'NOT_LEADER_OR_FOLLOWER' })
  const observation = await reader.read()
  const moved = observation.errors.filter(error => error.code === 'NOT_LEADER_OR_FOLLOWER')
  assert.deepEqual(
    moved.filter(error => error.stage === 'log_start').map(error => [error.node, error.message]),
    [1, 2, 3].map(node => [node, `broker ${node}: NOT_LEADER_OR_FOLLOWER; partition orders-${node - 1}`]),
  )
  assert.deepEqual(partition(observation, 'orders', 1), [null, null, 'NOT_LEADER_OR_FOLLOWER'])
})
