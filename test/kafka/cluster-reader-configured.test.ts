import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openReader } from './open-reader.ts'

const OFFSETS_TOPIC = { name: '__consumer_offsets', internal: true, partitions: 3 } as const
const TOPICS = [
  { name: 'orders', highWatermark: 1 },
  { name: 'secret', visible: false },
  OFFSETS_TOPIC,
] as const
const GROUPS = [
  { id: 'billing', commits: { orders: [1] }, coordinator: 1 },
  { id: 'hidden', commits: { orders: [1] }, coordinator: 2, visible: false },
] as const

test('configured topics that are not listed are absent, denied, or unreadable', async t => {
  const reader = await openReader(
    t,
    { topics: TOPICS },
    { expect: { topics: ['orders', 'nowhere', 'secret', 'odd'], groups: [] } },
  )
  reader.cluster.fault({ api: 'Metadata', topic: 'odd', error: 'UNKNOWN_SERVER_ERROR' })
  const { cluster, slowRequests, requests } = await reader.read()
  assert.deepEqual(cluster && [...cluster.missingTopics].sort(), [
    ['nowhere', { kind: 'absent' }],
    ['odd', { kind: 'unreadable', code: 'UNKNOWN_SERVER_ERROR' }],
    ['secret', { kind: 'denied', code: 'TOPIC_AUTHORIZATION_FAILED' }],
  ])
  assert.equal(slowRequests.get('Metadata'), 1)
  assert.equal(requests.get('Metadata'), 1)
  assert.equal(reader.cluster.topics.has('nowhere'), false)
})

test('configured groups that are not listed are absent or denied, as their coordinator says', async t => {
  const reader = await openReader(
    t,
    { topics: TOPICS, groups: GROUPS },
    { expect: { topics: [], groups: ['billing', 'hidden', 'nobody'] } },
  )
  const observation = await reader.read()
  assert.deepEqual([...observation.cluster!.missingGroups].sort(), [
    ['hidden', { kind: 'denied', code: 'GROUP_AUTHORIZATION_FAILED' }],
    ['nobody', { kind: 'absent' }],
  ])
  assert.equal(observation.requests.get('FindCoordinator'), undefined)
  assert.equal(observation.slowRequests.get('FindCoordinator'), 1)
})

test('a configured group whose coordinator is down is unreadable, never absent', async t => {
  const reader = await openReader(
    t,
    { topics: TOPICS, groups: [...GROUPS, { id: 'far', coordinator: 3, commits: { orders: [1] } }] },
    {
      expect: { topics: [], groups: ['far'] },
      transport: { requestTimeoutMs: 150, connectTimeoutMs: 150 },
    },
  )
  assert.equal((await reader.read()).cluster?.missingGroups.size, 0)
  reader.cluster.fault({ node: 3, silent: true })
  const { cluster } = await reader.read()
  assert.deepEqual([...(cluster?.missingGroups ?? [])], [['far', { kind: 'unreadable', code: 'TIMEOUT' }]])
  assert.equal(cluster?.groupsComplete, false)
})

test('a configured group is unreadable while its coordinator loads', async t => {
  const reader = await openReader(
    t,
    { topics: TOPICS, groups: GROUPS },
    { expect: { topics: [], groups: ['billing'] } },
  )
  for (const api of ['ListGroups', 'DescribeGroups'] as const) {
    const error = 'COORDINATOR_LOAD_IN_PROGRESS'
    reader.cluster.fault(api === 'ListGroups' ? { api, node: 1, error } : { api, group: 'billing', error })
  }
  const { cluster } = await reader.read()
  assert.deepEqual(
    [...(cluster?.missingGroups ?? [])],
    [['billing', { kind: 'unreadable', code: 'COORDINATOR_LOAD_IN_PROGRESS' }]],
  )
})

test('no coordinator is looked for before the topic that keeps the groups exists', async t => {
  const reader = await openReader(
    t,
    { topics: [{ name: 'orders' }] },
    { expect: { topics: [], groups: ['billing'] } },
  )
  const { cluster } = await reader.read()
  assert.deepEqual([...(cluster?.missingGroups ?? [])], [['billing', { kind: 'absent' }]])
  assert.deepEqual([...(cluster?.missingTopics ?? [])], [])
  assert.equal(reader.cluster.requestsOf('FindCoordinator').length, 0)
})

test('where that topic may not be seen, any broker says who may see the group', async t => {
  const reader = await openReader(
    t,
    { topics: [{ name: 'orders' }, { ...OFFSETS_TOPIC, visible: false }], groups: GROUPS },
    { expect: { topics: [], groups: ['hidden', 'nobody'] } },
  )
  const { cluster } = await reader.read()
  assert.deepEqual([...(cluster?.missingGroups ?? [])].sort(), [
    ['hidden', { kind: 'denied', code: 'GROUP_AUTHORIZATION_FAILED' }],
    ['nobody', { kind: 'absent' }],
  ])
  assert.equal(reader.cluster.requestsOf('FindCoordinator').length, 0)
})
