import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { GroupHealthAnswer } from '../../src/http/api-routes.ts'
import { CELL_STATES, type CellState } from '../../src/model/snapshot.ts'
import { estateOf, fakeCluster, type GroupSpec, type SnapshotSpec, snapshotOf } from '../fakes/estate.ts'
import { ask, askJson, serveApp } from '../harness/http-app.ts'

const inState = (state: CellState): GroupSpec => ({
  id: 'g',
  cells: [
    { topic: 't', partition: 0, committed: 1, lag: 0 },
    { topic: 't', partition: 1, committed: 1, lag: state === 'caught_up' ? 0 : 5, age: 60, state },
  ],
})

const FAILURE = { code: 'TIMEOUT', message: 'no answer' }

async function healthOf(group: GroupSpec, spec: SnapshotSpec = {}) {
  const snapshot = snapshotOf({ topics: [{ name: 't', partitions: 2 }], groups: [group], ...spec })
  await using app = await serveApp({ estate: estateOf([fakeCluster('eu', snapshot)]) })
  const { status, json } = await askJson(`${app.url}/api/v1/groups/g/health`)
  return { status, health: json as GroupHealthAnswer }
}

const STATES: Readonly<Record<CellState, readonly [number, GroupHealthAnswer['status']]>> = {
  unknown: [200, 'unknown'],
  never_committed: [503, 'unhealthy'],
  abandoned: [503, 'unhealthy'],
  no_consumer: [503, 'unhealthy'],
  hung_transaction: [503, 'unhealthy'],
  stalled: [503, 'unhealthy'],
  advancing: [200, 'healthy'],
  caught_up: [200, 'healthy'],
}
for (const state of CELL_STATES) {
  test(`a group with a partition that is ${state}`, async () => {
    const { status, health } = await healthOf(inState(state))
    assert.deepEqual([status, health.status], STATES[state])
    const others = Object.fromEntries(CELL_STATES.map(s => [s, 0]))
    const counts = { ...others, caught_up: 1 }
    assert.deepEqual(health.states, { ...counts, [state]: state === 'caught_up' ? 2 : 1 })
  })
}

const OTHERS: readonly (readonly [
  what: string,
  group: GroupSpec,
  status: GroupHealthAnswer['status'],
  spec?: SnapshotSpec,
])[] = [
  ['missing its objective', { ...inState('advancing'), objective: { lagMs: 1 } }, 'healthy'],
  ['without a commit', { id: 'g' }, 'healthy'],
  ['that could not be read', { id: 'g', up: false, failure: FAILURE }, 'unknown'],
  [
    'that could not be read this time, of which readings are left',
    { ...inState('advancing'), up: false, failure: FAILURE },
    'unknown',
  ],
  ['of a cluster that cannot be reached', inState('advancing'), 'unknown', { up: false }],
  [
    'that shares and is behind',
    { id: 'g', kind: 'share', share: [{ topic: 't', partition: 0, start: 1, lag: 3 }] },
    'unknown',
  ],
  [
    'that shares and is not behind',
    { id: 'g', kind: 'share', share: [{ topic: 't', partition: 0, start: 1, lag: 0 }] },
    'healthy',
  ],
]
for (const [what, group, expected, spec] of OTHERS) {
  test(`a group ${what} is ${expected}, which stops nobody`, async () => {
    const { status, health } = await healthOf(group, spec)
    assert.deepEqual([status, health.status], [200, expected])
  })
}

test('a bad state says what is wrong, a stranger to the cluster is 404', async () => {
  const snapshot = snapshotOf({ topics: [{ name: 't', partitions: 2 }], groups: [inState('stalled')] })
  await using app = await serveApp({ estate: estateOf([fakeCluster('eu', snapshot)]) })
  const { status, headers, body } = await ask(`${app.url}/api/v1/group/health?id=g`)
  const health = JSON.parse(body.toString()) as GroupHealthAnswer
  assert.deepEqual([status, headers['content-type']], [503, 'application/json; charset=utf-8'])
  assert.deepEqual([health.cluster, health.group], ['eu', 'g'])
  assert.match(health.words[0] ?? '', /^g is stuck on t\/1 at offset 1 for 1 min /)
  assert.equal((await ask(`${app.url}/api/v1/groups/other/health`)).status, 404)
  assert.equal((await ask(`${app.url}/api/v1/groups/g/health?cluster=us`)).status, 404)
})

test('that nothing is known of a group is 200 and said', async () => {
  const missingGroups = { lost: { kind: 'unreadable', code: 'TIMEOUT' }, gone: { kind: 'absent' } } as const
  const clusters = [fakeCluster('eu', snapshotOf({ missingGroups })), fakeCluster('us', null)]
  await using app = await serveApp({ estate: estateOf(clusters) })
  const nothing = { status: 'unknown', takenAt: null, states: null }
  assert.deepEqual(await askJson(`${app.url}/api/v1/groups/g/health?cluster=us`), {
    status: 200,
    json: { cluster: 'us', group: 'g', ...nothing, words: ['the first poll has not ended yet'] },
  })
  const reason = 'the group is configured, but could not be asked for: TIMEOUT'
  assert.deepEqual(await askJson(`${app.url}/api/v1/groups/lost/health?cluster=eu`), {
    status: 200,
    json: { cluster: 'eu', group: 'lost', ...nothing, words: [reason] },
  })
  assert.equal((await ask(`${app.url}/api/v1/groups/gone/health?cluster=eu`)).status, 404)
  assert.equal((await ask(`${app.url}/api/v1/groups/g/health`)).status, 400)
})
