import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type LagFlags, runLag } from '../../src/cli/lag.ts'
import type { LagReport } from '../../src/cli/lag-report.ts'
import {
  type CellSpec,
  estateOf,
  fakeCluster,
  type GroupSpec,
  type SnapshotSpec,
  snapshotOf,
} from '../fakes/estate.ts'
import { incidentSnapshot } from '../fakes/incident.ts'
import { recordedIo } from '../harness/cli-io.ts'
import { serveApp } from '../harness/http-app.ts'

const TOPICS = [
  { name: 'orders', partitions: 2 },
  { name: 'audit', partitions: 1 },
]

const behind = (topic: string, partition: number, headAge: number): CellSpec => ({
  topic,
  partition,
  committed: 1,
  lag: 5,
  age: 1,
  headAge,
})
const caughtUp: CellSpec = { topic: 'orders', partition: 0, committed: 1, lag: 0 }

const group = (id: string, ...cells: readonly CellSpec[]): GroupSpec => ({ id, cells })

type Case = readonly [
  what: string,
  groups: readonly GroupSpec[],
  flags: LagFlags,
  code: number,
  err: readonly string[],
  spec?: SnapshotSpec,
]

const CASES: readonly Case[] = [
  ['all within it', [group('a', behind('orders', 0, 300), caughtUp), group('b')], {}, 0, []],
  [
    'one over it by a second',
    [group('a', behind('orders', 0, 301)), group('b', caughtUp)],
    {},
    2,
    ['a is 301 s behind, more than 300 s'],
  ],
  ['a limit of 0 and nothing waiting', [group('a', caughtUp)], { failOver: '0' }, 0, []],
  [
    'an age that is not known',
    [group('a', behind('orders', 0, Number.NaN), behind('orders', 1, 3))],
    {},
    1,
    ['a: the lag in time of 1 partition is not known'],
  ],
  [
    'one over it beside one that is not known',
    [group('a', behind('orders', 0, Number.NaN)), group('b', behind('orders', 1, 900))],
    {},
    2,
    ['b is 900 s behind, more than 300 s', 'a: the lag in time of 1 partition is not known'],
  ],
  [
    'a lag that is not known',
    [group('a', { topic: 'orders', partition: 0, committed: 1 })],
    {},
    1,
    ['a: the lag in time of 1 partition is not known'],
  ],
  [
    'a group that could not be read',
    [{ id: 'a', up: false, failure: { code: 'TIMEOUT', message: 'no answer' } }],
    {},
    1,
    ['a: could not be read: TIMEOUT'],
  ],
  [
    'share groups',
    [
      { id: 'busy', kind: 'share', share: [{ topic: 'orders', partition: 0, start: 1, lag: 4 }] },
      { id: 'idle', kind: 'share', share: [{ topic: 'orders', partition: 0, start: 1, lag: 0 }] },
    ],
    {},
    1,
    ['busy: a share group has no lag in time'],
  ],
  [
    'a group that is expected and not there',
    [],
    {},
    1,
    ['expected group billing is not there: absent'],
    { missingGroups: { billing: { kind: 'absent' } } },
  ],
  [
    'another group that is expected and not there',
    [group('a', caughtUp)],
    { group: '^a$' },
    0,
    [],
    { missingGroups: { billing: { kind: 'absent' } } },
  ],
  [
    'another topic over it',
    [group('a', behind('audit', 0, 900), behind('orders', 0, 9))],
    { topic: 'orders' },
    0,
    [],
  ],
  [
    'that topic over it',
    [group('a', behind('audit', 0, 900), behind('orders', 0, 9))],
    { topic: 'audit' },
    2,
    ['a is 900 s behind, more than 300 s'],
  ],
  [
    'more groups than are shown',
    [group('a', behind('orders', 0, 900)), group('b', behind('orders', 0, 400))],
    { limit: '1' },
    2,
    ['a is 900 s behind, more than 300 s', 'b is 400 s behind, more than 300 s'],
  ],
]
for (const [what, groups, flags, code, err, spec] of CASES) {
  test(`--fail-over exits ${code} with ${what}`, async () => {
    const snapshot = snapshotOf({ topics: TOPICS, groups, ...spec })
    await using app = await serveApp({ estate: estateOf([fakeCluster(null, snapshot)]) })
    const direct = { pollOnce: async () => snapshot, intervalMs: 1 }
    for (const source of [{ url: app.url }, { direct }]) {
      const io = recordedIo()
      assert.equal(await runLag({ ...source, failOver: '300', ...flags }, io), code)
      assert.equal(io.err(), err.map(line => `lag: ${line}\n`).join(''))
    }
  })
}

test('what --limit leaves out is judged and not shown', async () => {
  await using app = await serveApp({ estate: estateOf([fakeCluster(null, incidentSnapshot())]) })
  const io = recordedIo()
  const flags = { failOver: '30', limit: '1', partitions: true, output: 'json' }
  assert.equal(await runLag({ url: app.url, ...flags }, io), 2)
  assert.match(io.err(), /^lag: fulfilment is 31 s behind, more than 30 s$/m)
  const report = JSON.parse(io.out()) as LagReport
  assert.deepEqual([report.total, report.groups.map(g => g.group)], [5, ['settlement']])
  assert.deepEqual(
    report.partitions?.map(p => [p.group, p.partition]),
    [
      ['settlement', 1],
      ['settlement', 2],
      ['settlement', 0],
    ],
  )
})

test('a cluster that was not read is not one without lag', async () => {
  const snapshot = snapshotOf({ topics: TOPICS, groups: [group('a', caughtUp)] })
  const estate = estateOf([fakeCluster('eu', snapshot), fakeCluster('us', null)])
  await using app = await serveApp({ estate })
  const io = recordedIo()
  assert.equal(await runLag({ url: app.url, failOver: '300' }, io), 1)
  assert.equal(io.err(), 'lag: cluster us could not be read: the first poll has not ended yet\n')
})

test('a hundred groups over the limit are ten lines and a count', async () => {
  const groups = Array.from({ length: 100 }, (_, i) => group(`g${i}\x1b[2J`, behind('orders', 0, 900)))
  const snapshot = snapshotOf({ topics: TOPICS, groups })
  await using app = await serveApp({ estate: estateOf([fakeCluster(null, snapshot)]) })
  const io = recordedIo()
  assert.equal(await runLag({ url: app.url, failOver: '300' }, io), 2)
  const lines = io.err().trimEnd().split('\n')
  assert.deepEqual(
    [lines.length, lines[0], lines[10]],
    [11, 'lag: g0\\x1b[2J is 900 s behind, more than 300 s', 'lag: and 90 more'],
  )
})
