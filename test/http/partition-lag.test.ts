import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toGroupDetail } from '../../src/http/api/group-detail.ts'
import type { PartitionLag } from '../../src/http/api/partition-lag.ts'
import {
  CELL_ADVANCED,
  CELL_BEYOND_END,
  CELL_HOLES,
  CELL_REWOUND,
  CELL_UNCOMMITTED,
  CELL_UNREADABLE,
} from '../../src/model/snapshot.ts'
import { type CellSpec, fakeCluster, type GroupSpec, type SnapshotSpec, snapshotOf } from '../fakes/estate.ts'

function detailOf(group: GroupSpec, spec: SnapshotSpec = {}) {
  const snapshot = snapshotOf({ topics: [{ name: 't', partitions: 1 }], groups: [group], ...spec })
  return toGroupDetail({ handle: fakeCluster(null, snapshot), snapshot, g: 0 }, { topic: null, limit: 10 })
}

function partitionOf(cell: Partial<CellSpec>, group: Partial<GroupSpec> = {}, spec: SnapshotSpec = {}) {
  const cells = [{ topic: 't', partition: 0, committed: 10, age: 40, ...cell }]
  return detailOf({ id: 'g', cells, ...group }, spec).topicList[0]?.partitions[0] as PartitionLag
}

const CASES: readonly (readonly [what: string, cell: Partial<CellSpec>, told: Partial<PartitionLag>])[] = [
  [
    'nothing waiting',
    { lag: 0 },
    { state: 'caught_up', lagSeconds: 0, lagSecondsUncertainty: 0, stalledSeconds: 0, headTimestamp: null },
  ],
  [
    'waiting, dated by the record',
    { lag: 1, headAge: 50 },
    {
      state: 'advancing',
      lagSeconds: 50,
      lagSecondsUncertainty: 0,
      headTimestamp: '2026-03-01T11:59:10.000Z',
      stalledSeconds: 40,
      thresholdSeconds: 900,
      conditionSeconds: null,
      readable: true,
    },
  ],
  [
    'dated by searches',
    { lag: 1, headAge: 50, headUncertainty: 1.5, flags: CELL_ADVANCED | CELL_UNREADABLE },
    { lagSeconds: 50, lagSecondsUncertainty: 1.5, readable: false },
  ],
  [
    'not dated',
    { lag: 1 },
    { state: 'advancing', lagSeconds: null, lagSecondsUncertainty: null, headTimestamp: null },
  ],
  ['stamped in the future', { lag: 1, headAge: -5 }, { lagSeconds: 0, lagSecondsUncertainty: 0 }],
  [
    'stalled for less than it has stood, for it was away',
    { lag: 1, state: 'stalled', workAge: 900, conditionAge: 400, threshold: 300 },
    { state: 'stalled', stalledSeconds: 900, conditionSeconds: 400, thresholdSeconds: 300 },
  ],
  ['about to lose', { lag: 1, headroom: 60, timeToLoss: 90 }, { headroomSeconds: 60, timeToLossSeconds: 90 }],
  ['no loss in sight', { lag: 1 }, { headroomSeconds: null, timeToLossSeconds: null }],
  [
    'rewound, with holes',
    { lag: 1, flags: CELL_REWOUND | CELL_HOLES },
    { rewound: true, holes: true, flags: ['rewound'] },
  ],
  [
    'never committed',
    { committed: -1, flags: CELL_UNCOMMITTED, state: 'never_committed' },
    { committedOffset: null, lag: null, lagSeconds: null, state: 'never_committed', reason: null },
  ],
  [
    'beyond the end',
    { committed: 2_000, flags: CELL_BEYOND_END },
    { state: 'unknown', reason: 'the commit lies beyond the end of the log', stalledSeconds: null },
  ],
  [
    'without a readable commit',
    { committed: Number.NaN },
    { state: 'unknown', reason: 'the commit could not be read', lagSeconds: null },
  ],
  ['not read enough', {}, { state: 'unknown', reason: 'not enough has been read yet' }],
]
for (const [what, cell, told] of CASES) {
  test(`a partition ${what}`, () => {
    const partition = partitionOf(cell)
    const fields = Object.keys(told) as (keyof PartitionLag)[]
    assert.deepEqual(Object.fromEntries(fields.map(field => [field, partition[field]])), told)
  })
}

test('a partition without leader, of unreadable offsets, of an unreadable group is unknown for that', () => {
  const leaderless = { topics: [{ name: 't', partitions: 1, leaderless: [0] }] }
  const endless = { topics: [{ name: 't', partitions: 1, end: Number.NaN }] }
  const failure = { code: 'TIMEOUT', message: 'no answer' }
  assert.deepEqual(
    [
      partitionOf({}, {}, leaderless).reason,
      partitionOf({}, {}, endless).reason,
      partitionOf({}, { failure }).reason,
    ],
    [
      'the partition has no leader',
      'the offsets of the partition could not be read',
      'the group could not be read: TIMEOUT',
    ],
  )
})

const CATCH_UP: readonly (readonly [ms: number, seconds: number | null, falling: boolean | null])[] = [
  [0, 0, false],
  [90_000, 90, false],
  [Number.POSITIVE_INFINITY, null, true],
  [Number.NaN, null, null],
]
for (const [ms, catchUpSeconds, fallingBehind] of CATCH_UP) {
  test(`catching up in ${ms} ms`, () => {
    const cells = [{ topic: 't', partition: 0, committed: 10, lag: 3 }]
    const [topic] = detailOf({ id: 'g', cells, catchUpMs: { t: ms }, lost: { t: 7 } }).topicList
    assert.deepEqual(
      [topic?.catchUpSeconds, topic?.fallingBehind, topic?.lostOffsets],
      [catchUpSeconds, fallingBehind, 7],
    )
  })
}
