import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { GroupsAnswer } from '../../src/http/api-routes.ts'
import { estateOf, fakeCluster, snapshotOf } from '../fakes/estate.ts'
import { incidentSnapshot } from '../fakes/incident.ts'
import { ask, askJson, serveApp } from '../harness/http-app.ts'

const WEDGED = {
  partition: 1,
  committedOffset: 3766,
  logStartOffset: 0,
  endOffset: 5000,
  lag: 1234,
  advanceAgeSeconds: 852,
  lastAdvanceAt: '2026-03-01T11:45:48.000Z',
  state: 'stalled',
  reason: null,
  stalledSeconds: 852,
  thresholdSeconds: 300,
  conditionSeconds: 852,
  lagSeconds: 860,
  lagSecondsUncertainty: 0,
  headTimestamp: '2026-03-01T11:45:40.000Z',
  headroomSeconds: 11_400,
  timeToLossSeconds: null,
  rewound: false,
  holes: false,
  readable: true,
  owner: { memberId: 'settlement-2-0001', clientId: 'settlement-2', host: '10.0.0.8' },
  flags: [],
  readAt: '2026-03-01T12:00:00.000Z',
}

const MOVING = {
  ...WEDGED,
  state: 'advancing',
  thresholdSeconds: 900,
  conditionSeconds: null,
  headroomSeconds: null,
}

const STUCK =
  'settlement is stuck on payments/1 at offset 3,766 for 14 min (threshold 5 min); 1 other moves, 1 has caught up; owner settlement-2 at 10.0.0.8; oldest waiting record is from 11:45:40 UTC; retention may take it in 3 h 10 min'

const SETTLEMENT = {
  cluster: null,
  group: 'settlement',
  kind: 'classic',
  state: 'Stable',
  protocolType: 'consumer',
  protocol: 'range',
  coordinator: 1,
  configured: true,
  up: true,
  exists: true,
  members: 2,
  topics: 1,
  partitions: 3,
  partitionsBehind: 2,
  partitionsBeyondEnd: 0,
  lagSum: 1244,
  lagMax: 1234,
  oldestAdvanceAgeSeconds: 852,
  lagSecondsMax: 860,
  partitionsUntimed: 0,
  sicknessSeconds: 852,
  worstState: 'stalled',
  partitionsBad: 1,
  worst: { topic: 'payments', ...WEDGED },
  headroomSeconds: 11_400,
  lossNear: false,
  objective: {
    lagSeconds: 30,
    stalledAfterSeconds: 300,
    stalledAfterMaxSeconds: 3_600,
    clock: 'record',
    isolation: 'auto',
  },
  keptUpSeconds: 0,
  summary: STUCK,
  rebalances: 0,
  lastReadAt: '2026-03-01T12:00:00.000Z',
  failure: null,
}

const incident = () => estateOf([fakeCluster(null, incidentSnapshot())])

function namesOf(json: unknown): readonly string[] {
  return (json as GroupsAnswer).groups.map(group => group.group)
}

test('groups are listed sickest first, with what is missing beside them', async () => {
  await using app = await serveApp({ estate: incident() })
  const { status, json } = await askJson(`${app.url}/api/v1/groups`)
  const answer = json as GroupsAnswer
  assert.equal(status, 200)
  assert.deepEqual(namesOf(json), ['settlement', 'archiver', 'legacy', 'fulfilment', 'reports'])
  assert.equal(answer.total, 5)
  assert.deepEqual(answer.groups[0], SETTLEMENT)
  assert.deepEqual(answer.missing, [{ cluster: null, name: 'invoicing', reason: 'absent', code: null }])
  assert.deepEqual(answer.unavailable, [])
})

test('what is not known of a group is null, never 0', async () => {
  await using app = await serveApp({ estate: incident() })
  const { json } = await askJson(`${app.url}/api/v1/groups?match=legacy`)
  const [legacy] = (json as GroupsAnswer).groups
  assert.deepEqual(
    {
      state: legacy?.state,
      members: legacy?.members,
      lagSum: legacy?.lagSum,
      lagMax: legacy?.lagMax,
      sicknessSeconds: legacy?.sicknessSeconds,
      oldestAdvanceAgeSeconds: legacy?.oldestAdvanceAgeSeconds,
      worst: legacy?.worst,
      up: legacy?.up,
      failure: legacy?.failure?.code,
    },
    {
      state: null,
      members: null,
      lagSum: null,
      lagMax: null,
      sicknessSeconds: null,
      oldestAdvanceAgeSeconds: null,
      worst: null,
      up: false,
      failure: 'COORDINATOR_NOT_AVAILABLE',
    },
  )
})

const SELECTIONS: readonly (readonly [query: string, groups: readonly string[]])[] = [
  ['match=ARCH', ['archiver']],
  ['match=/^(arch|rep)/', ['archiver', 'reports']],
  ['match=.', []],
  ['match=/./&limit=2', ['settlement', 'archiver']],
  ['topic=audit', ['archiver', 'reports']],
  ['sort=lag_seconds', ['settlement', 'archiver', 'fulfilment', 'reports', 'legacy']],
  ['sort=lag', ['fulfilment', 'settlement', 'reports', 'archiver', 'legacy']],
  ['sort=lag_max', ['fulfilment', 'settlement', 'archiver', 'reports', 'legacy']],
  ['sort=members', ['settlement', 'fulfilment', 'archiver', 'reports', 'legacy']],
  ['sort=name', ['archiver', 'fulfilment', 'legacy', 'reports', 'settlement']],
  ['limit=0', []],
]
for (const [query, groups] of SELECTIONS) {
  test(`groups?${query}`, async () => {
    await using app = await serveApp({ estate: incident() })
    assert.deepEqual(namesOf((await askJson(`${app.url}/api/v1/groups?${query}`)).json), groups)
  })
}

test('one group comes with every partition, its owner and its flags', async () => {
  await using app = await serveApp({ estate: incident() })
  const { status, json } = await askJson(`${app.url}/api/v1/groups/settlement`)
  const owner = { memberId: 'settlement-1-0001', clientId: 'settlement-1', host: '10.0.0.7' }
  assert.equal(status, 200)
  assert.deepEqual(json, {
    ...SETTLEMENT,
    takenAt: '2026-03-01T12:00:00.000Z',
    words: [STUCK],
    memberList: [
      { ...owner, partitions: 1 },
      { memberId: 'settlement-2-0001', clientId: 'settlement-2', host: '10.0.0.8', partitions: 2 },
    ],
    topicList: [
      {
        topic: 'payments',
        committedOffsetSum: 13756,
        lagSum: 1244,
        partitionsBeyondEnd: 0,
        rewinds: 0,
        states: {
          unknown: 0,
          never_committed: 0,
          abandoned: 0,
          no_consumer: 0,
          hung_transaction: 0,
          stalled: 1,
          advancing: 1,
          caught_up: 1,
        },
        catchUpSeconds: null,
        fallingBehind: null,
        lostOffsets: 0,
        partitions: [
          {
            ...MOVING,
            partition: 0,
            committedOffset: 5000,
            lag: 0,
            advanceAgeSeconds: 2,
            lastAdvanceAt: '2026-03-01T11:59:58.000Z',
            state: 'caught_up',
            stalledSeconds: 0,
            lagSeconds: 0,
            headTimestamp: null,
            owner,
          },
          WEDGED,
          {
            ...MOVING,
            partition: 2,
            committedOffset: 4990,
            lag: 10,
            advanceAgeSeconds: 3,
            lastAdvanceAt: '2026-03-01T11:59:57.000Z',
            stalledSeconds: 3,
            lagSeconds: 4,
            headTimestamp: '2026-03-01T11:59:56.000Z',
          },
        ],
      },
    ],
    shareTopics: null,
    truncated: false,
  })
})

test('a commit beyond the end has no lag, and a clock without an advance has no time of it', async () => {
  await using app = await serveApp({ estate: incident() })
  const { json } = await askJson(`${app.url}/api/v1/groups/archiver`)
  const [audit] = (json as { topicList: { lagSum: null; partitions: Record<string, unknown>[] }[] }).topicList
  assert.equal(audit?.lagSum, null)
  assert.deepEqual(
    audit?.partitions.map(p => [p.lag, p.advanceAgeSeconds, p.lastAdvanceAt, p.owner, p.flags]),
    [
      [800, 90, null, null, []],
      [null, 0, '2026-03-01T12:00:00.000Z', null, ['beyondEnd', 'rewound']],
    ],
  )
})

test('the partitions of a large group are cut at the limit, and the answer says so', async () => {
  await using app = await serveApp({ estate: incident() })
  const { json } = await askJson(`${app.url}/api/v1/groups/settlement?limit=2`)
  const detail = json as { truncated: boolean; partitions: number; topicList: { partitions: unknown[] }[] }
  assert.deepEqual(
    [detail.truncated, detail.partitions, detail.topicList[0]?.partitions.length],
    [true, 3, 2],
  )
})

test('share groups have start offsets and the lag that the broker gives', async () => {
  const share = [
    { topic: 'jobs', partition: 0, start: 10, lag: 990 },
    { topic: 'jobs', partition: 1, start: Number.NaN, lag: Number.NaN },
  ]
  const snapshot = snapshotOf({
    topics: [{ name: 'jobs', partitions: 2 }],
    groups: [{ id: 'workers', kind: 'share', share }],
  })
  await using app = await serveApp({ estate: estateOf([fakeCluster(null, snapshot)]) })
  const { json } = await askJson(`${app.url}/api/v1/groups/workers`)
  const detail = json as Record<string, unknown>
  assert.deepEqual(detail.shareTopics, [
    {
      topic: 'jobs',
      partitions: [
        { partition: 0, startOffset: 10, lag: 990 },
        { partition: 1, startOffset: null, lag: null },
      ],
    },
  ])
  assert.deepEqual([detail.lagSum, detail.partitions, detail.topicList], [null, 2, []])
})

test('a share group that has fallen behind is not told to have caught up, and has no clock to be sick by', async () => {
  const job = (partition: number, lag: number) => ({ topic: 'jobs', partition, start: 10, lag })
  const other = { topic: 'mails', partition: 0, start: 0, lag: 0 }
  const snapshot = snapshotOf({
    topics: [
      { name: 'jobs', partitions: 2 },
      { name: 'mails', partitions: 1 },
    ],
    groups: [
      { id: 'idle', kind: 'share', share: [job(0, 0)] },
      { id: 'workers', kind: 'share', share: [job(0, 990), job(1, 0), other] },
    ],
  })
  await using app = await serveApp({ estate: estateOf([fakeCluster(null, snapshot)]) })
  const { json } = await askJson(`${app.url}/api/v1/groups?sort=name`)
  assert.deepEqual(
    (json as GroupsAnswer).groups.map(g => [g.topics, g.partitions, g.partitionsBehind, g.lagSum]),
    [
      [1, 1, 0, 0],
      [2, 3, 1, 990],
    ],
  )
  assert.deepEqual(
    (json as GroupsAnswer).groups.map(g => [g.sicknessSeconds, g.worst]),
    [
      [0, null],
      [null, null],
    ],
  )
  const page = async (group: string) => (await ask(`${app.url}/groups/${group}`)).body.toString()
  assert.match(await page('workers'), /<h1>workers <span class="state neutral">behind<\/span>/)
  assert.match(await page('idle'), /<h1>idle <span class="state good">caught up<\/span>/)
  assert.doesNotMatch((await ask(app.url)).body.toString(), /Every group has caught up/)
})

const ODD_NAMES = [
  'a/b',
  'ü %',
  '<script>alert(1)</script>',
  ' ',
  '%2F',
  'a?b#c',
  '..',
  '.',
  '',
  '日本',
  'a\nb',
]
for (const name of ODD_NAMES) {
  test(`a group named ${JSON.stringify(name)} is found by its name`, async () => {
    const estate = estateOf([fakeCluster(null, snapshotOf({ groups: [{ id: name }, { id: 'other' }] }))])
    await using app = await serveApp({ estate })
    const path = ['', '.', '..'].includes(name)
      ? `group?id=${encodeURIComponent(name)}`
      : `groups/${encodeURIComponent(name)}`
    const { status, json } = await askJson(`${app.url}/api/v1/${path}`)
    assert.equal(status, 200)
    assert.equal((json as { group: string }).group, name)
    assert.equal((await ask(`${app.url}/${path}`)).status, 200)
  })
}

test('with several clusters a group needs ?cluster=, and the answer names the choices', async () => {
  const snapshot = (lag: number) =>
    snapshotOf({
      topics: [{ name: 't', partitions: 1 }],
      groups: [{ id: 'g', cells: [{ topic: 't', partition: 0, committed: 1, lag, age: lag }] }],
    })
  const estate = estateOf([
    fakeCluster('eu', snapshot(5)),
    fakeCluster('us', snapshot(9)),
    fakeCluster('ap', null),
  ])
  await using app = await serveApp({ estate })
  assert.deepEqual(await askJson(`${app.url}/api/v1/groups/g`), {
    status: 400,
    json: { error: { code: 'CLUSTER_REQUIRED', message: 'name one with ?cluster=; choose from eu, us, ap' } },
  })
  assert.deepEqual(await askJson(`${app.url}/api/v1/groups/g?cluster=mars`), {
    status: 404,
    json: {
      error: {
        code: 'CLUSTER_NOT_FOUND',
        message: 'there is no cluster of that name; choose from eu, us, ap',
      },
    },
  })
  assert.deepEqual(await askJson(`${app.url}/api/v1/groups/g?cluster=ap`), {
    status: 503,
    json: { error: { code: 'NO_SNAPSHOT', message: 'the first poll has not ended yet' } },
  })
  const us = await askJson(`${app.url}/api/v1/groups/g?cluster=us`)
  assert.deepEqual([us.status, (us.json as { lagSum: number }).lagSum], [200, 9])
  const all = (await askJson(`${app.url}/api/v1/groups`)).json as GroupsAnswer
  assert.deepEqual(
    all.groups.map(group => [group.cluster, group.lagSum]),
    [
      ['us', 9],
      ['eu', 5],
    ],
  )
  assert.deepEqual(all.unavailable, [{ cluster: 'ap', reason: 'the first poll has not ended yet' }])
})

test('groups that are configured and not there say why', async () => {
  const missingGroups = {
    gone: { kind: 'absent' },
    secret: { kind: 'denied', code: 'GROUP_AUTHORIZATION_FAILED' },
    lost: { kind: 'unreadable', code: 'TIMEOUT' },
  } as const
  await using app = await serveApp({ estate: estateOf([fakeCluster(null, snapshotOf({ missingGroups }))]) })
  const errorOf = async (group: string) => {
    const { status, json } = await askJson(`${app.url}/api/v1/groups/${group}`)
    return [status, (json as { error: { code: string; message: string } }).error.message]
  }
  assert.deepEqual(await errorOf('gone'), [
    404,
    'the group is configured, and the cluster says that it does not exist',
  ])
  assert.deepEqual(await errorOf('secret'), [
    503,
    'the group is configured, but may not be read: GROUP_AUTHORIZATION_FAILED',
  ])
  assert.deepEqual(await errorOf('lost'), [
    503,
    'the group is configured, but could not be asked for: TIMEOUT',
  ])
  assert.deepEqual(await errorOf('other'), [404, 'there is no group of that name'])
})
