import assert from 'node:assert/strict'
import { test } from 'node:test'
import { groupWords } from '../../../src/http/words/group-words.ts'
import {
  CELL_ADVANCED,
  CELL_BEYOND_END,
  CELL_REWOUND,
  CELL_UNCOMMITTED,
  CELL_UNREADABLE,
} from '../../../src/model/snapshot.ts'
import { type CellSpec, type GroupSpec, type SnapshotSpec, snapshotOf, TAKEN_AT } from '../../fakes/estate.ts'

const TOPICS: SnapshotSpec['topics'] = [
  { name: 'audit', partitions: 2, end: 900, leaderless: [1] },
  { name: 'orders', partitions: 50, end: 8_900_000 },
]

const MEMBERS: GroupSpec['members'] = [
  { clientId: 'worker-3', host: '10.0.0.7', owns: [['orders', 17]] },
  { clientId: 'worker-4', host: '10.0.0.8', owns: [['orders', 18]] },
]

const at = (partition: number, cell: Partial<CellSpec> = {}): CellSpec => ({
  topic: 'orders',
  partition,
  committed: 8_812_004,
  lag: 0,
  age: 2,
  ...cell,
})
const moving = (partition: number, cell: Partial<CellSpec> = {}) =>
  at(partition, { lag: 3, headAge: 2, ...cell })
const stuck = (partition: number, cell: Partial<CellSpec> = {}) =>
  at(partition, { state: 'stalled', lag: 87_996, age: 852, threshold: 300, headAge: 8_333, ...cell })
const hung = (partition: number, cell: Partial<CellSpec> = {}) =>
  at(partition, { state: 'hung_transaction', lag: 40, age: 1_500, headAge: 1_510, ...cell })

const range = (first: number, count: number, make: (partition: number) => CellSpec) =>
  Array.from({ length: count }, (_, i) => make(first + i))

const OPEN = {
  producerId: 4_711,
  producerEpoch: 3,
  transactionalId: 'ledger-tx-7',
  startOffset: 8_812_004,
  lastTimestamp: TAKEN_AT - 1_200_000,
  state: 'Ongoing',
  startedAt: TAKEN_AT - 1_600_000,
}

type Case = readonly [
  what: string,
  group: Omit<GroupSpec, 'id'>,
  words: readonly string[],
  snapshot?: SnapshotSpec,
]

const CASES: readonly Case[] = [
  [
    'keeping up',
    { cells: [...range(0, 49, at), moving(49)] },
    ['payments keeps up: 50 partitions, 3 messages waiting, oldest waiting record 2 s old'],
  ],
  ['caught up', { cells: range(0, 2, at) }, ['payments has caught up: 2 partitions, nothing waiting']],
  ['nothing committed', {}, ['payments has committed nothing and is assigned nothing']],
  ['not read', { up: false }, ['nothing is known of payments']],
  [
    'stuck on one partition, and retention comes nearer',
    {
      members: MEMBERS,
      cells: [...range(0, 12, moving), stuck(17, { headroom: 11_400 }), at(20)],
    },
    [
      'payments is stuck on orders/17 at offset 8,812,004 for 14 min (threshold 5 min); 12 others move, 1 has caught up; owner worker-3 at 10.0.0.7; oldest waiting record is from 09:41:07 UTC; retention may take it in 3 h 10 min',
    ],
  ],
  [
    'stuck, of a record of another day, never seen to move, without an owner, retention due',
    { members: MEMBERS, cells: [stuck(3, { flags: 0, headAge: 86_400, headroom: -5 }), at(1)] },
    [
      'payments is stuck on orders/3 at offset 8,812,004 for at least 14 min (threshold 5 min); 1 other has caught up; no member owns it; oldest waiting record is from 2026-02-28 12:00:00 UTC; retention may take it at any moment',
    ],
  ],
  [
    'stuck, of a record of unknown age, members not described',
    { members: null, cells: [at(3, { state: 'stalled', lag: 1, age: 700, threshold: 600 })] },
    [
      'payments is stuck on orders/3 at offset 8,812,004 for 11 min (threshold 10 min); owner not known; 1 message waits there',
    ],
  ],
  [
    'stuck on two',
    { members: MEMBERS, cells: [stuck(17), stuck(18, { conditionAge: 400 }), moving(1)] },
    [
      'payments is stuck on 2 partitions, longest on orders/17 at offset 8,812,004 for 14 min (threshold 5 min); then orders/18 for 6 min; 1 other moves; of orders/17: owner worker-3 at 10.0.0.7 and oldest waiting record is from 09:41:07 UTC',
    ],
  ],
  [
    'stuck on all',
    { members: [], cells: range(0, 50, p => stuck(p, { conditionAge: 1_000 - p })) },
    [
      'payments is stuck on 50 partitions, longest on orders/0 at offset 8,812,004 for 16 min (threshold 5 min); then orders/1 for 16 min, orders/2 for 16 min and 47 more; no other partition moves; of orders/0: no member owns it and oldest waiting record is from 09:41:07 UTC',
    ],
  ],
  [
    'a transaction that does not end, and its producer',
    { members: MEMBERS, cells: [hung(17), moving(1)] },
    [
      'payments waits for a transaction that does not end on orders/17 at offset 8,812,004 for 25 min; producer 4711 with transactional id ledger-tx-7 holds it, open since 11:33:20 UTC, last written 11:40:00 UTC, state Ongoing; oldest waiting record is from 11:34:50 UTC',
    ],
    { openTransactions: new Map([[19, OPEN]]) },
  ],
  [
    'a transaction of a producer that may not be asked for',
    { cells: [hung(17), hung(18, { conditionAge: 1_000 })] },
    [
      'payments waits for a transaction that does not end on 2 partitions, longest on orders/17 at offset 8,812,004 for 25 min; then orders/18 for 16 min; which producer holds it open is not known (needs READ on the topic); oldest waiting record is from 11:34:50 UTC',
    ],
  ],
  [
    'a transaction whose coordinator may not be asked',
    { cells: [hung(17)] },
    [
      'payments waits for a transaction that does not end on orders/17 at offset 8,812,004 for 25 min; producer 4711 holds it, last written 11:40:00 UTC; oldest waiting record is from 11:34:50 UTC',
    ],
    {
      openTransactions: new Map([
        [19, { ...OPEN, transactionalId: null, state: null, startedAt: Number.NaN }],
      ]),
    },
  ],
  [
    'no consumer',
    {
      state: 'Empty',
      cells: range(0, 4, p =>
        at(p, { state: 'no_consumer', lag: 1_000 + p, age: 1_260, headAge: 1_300 - p, headroom: 90_000 + p }),
      ),
    },
    [
      'payments has no consumer and has not moved for 21 min; 4,006 messages wait in 4 partitions; oldest waiting record is from 11:38:20 UTC (orders/0); retention may take it in 1 d 1 h (orders/0)',
    ],
  ],
  [
    'no members, but not for long',
    { state: 'Empty', cells: [at(0, { lag: 800, age: 90, flags: 0, headAge: 95 }), at(1)] },
    [
      'payments has no members at present; 800 messages wait in orders/0 without an advance for at least 1 min; oldest waiting record is from 11:58:25 UTC',
    ],
  ],
  [
    'assigned and never committed',
    {
      members: MEMBERS,
      cells: [
        { topic: 'orders', partition: 17, flags: CELL_UNCOMMITTED, state: 'never_committed', age: 1_200 },
        at(1),
      ],
    },
    [
      'payments has never committed on orders/17, assigned for at least 20 min (threshold 15 min); orders/17 holds 8,900,000 messages; owner worker-3 at 10.0.0.7',
    ],
  ],
  [
    'not committed yet, beside what has caught up',
    {
      members: MEMBERS,
      cells: [
        { topic: 'orders', partition: 17, flags: CELL_UNCOMMITTED, state: 'advancing', workAge: 240 },
        at(1),
      ],
    },
    [
      'payments has caught up: 1 partition, nothing waiting',
      'payments has not committed on orders/17 yet, assigned for at least 4 min (threshold 15 min)',
    ],
  ],
  [
    'not committed anywhere yet',
    {
      cells: [{ topic: 'orders', partition: 17, flags: CELL_UNCOMMITTED, state: 'advancing', workAge: 240 }],
    },
    ['payments has not committed on orders/17 yet, assigned for at least 4 min (threshold 15 min)'],
  ],
  [
    'partitions that are there for the sake of a -1',
    { cells: [at(1), { topic: 'orders', partition: 17, flags: CELL_UNCOMMITTED, state: 'unknown' }] },
    ['payments has caught up: 1 partition, nothing waiting'],
  ],
  [
    'stuck on one, near a loss on another',
    { members: MEMBERS, cells: [stuck(17), moving(1, { headAge: 7_200, headroom: 5_400 })] },
    [
      'payments is stuck on orders/17 at offset 8,812,004 for 14 min (threshold 5 min); 1 other moves; owner worker-3 at 10.0.0.7; oldest waiting record is from 09:41:07 UTC',
      'retention may delete what payments has not read of orders/1 in 1 h 30 min if it stopped now; oldest waiting record is from 10:00:00 UTC',
    ],
  ],
  [
    'a topic that nobody subscribes to any more',
    {
      members: MEMBERS,
      cells: [
        { topic: 'audit', partition: 0, committed: 100, lag: 800, age: 7_200, state: 'abandoned' },
        moving(17),
      ],
    },
    ['no member of payments reads audit any more, for 2 h; 800 messages wait in audit/0'],
  ],
  [
    'stuck here, without a consumer there: worst first',
    {
      members: MEMBERS,
      cells: [
        { topic: 'audit', partition: 0, committed: 900, lag: 0, age: 60, state: 'abandoned' },
        stuck(17),
      ],
    },
    [
      'payments is stuck on orders/17 at offset 8,812,004 for 14 min (threshold 5 min); owner worker-3 at 10.0.0.7; oldest waiting record is from 09:41:07 UTC',
      'no member of payments reads audit any more, for 1 min; nothing waits in audit/0',
    ],
  ],
  [
    'unknown, by reason',
    {
      cells: [
        { topic: 'audit', partition: 1, committed: 5 },
        { topic: 'orders', partition: 0 },
        { topic: 'orders', partition: 1 },
        at(2),
      ],
    },
    [
      'how payments fares on orders/0 and orders/1 is not known: the commit could not be read',
      'how payments fares on audit/1 is not known: the partition has no leader',
    ],
  ],
  [
    'a group that could not be read',
    {
      up: false,
      failure: { code: 'TIMEOUT', message: 'kafka-2:9092: no answer within 5 s' },
      cells: [{ topic: 'orders', partition: 0 }],
    },
    [
      'payments could not be read: TIMEOUT (kafka-2:9092: no answer within 5 s); what is shown of it is from before',
    ],
  ],
  [
    'commits beyond the end, one of them rewound',
    {
      cells: [
        { topic: 'audit', partition: 0, committed: 950, flags: CELL_ADVANCED | CELL_BEYOND_END },
        {
          topic: 'orders',
          partition: 0,
          committed: 9_000_000,
          flags: CELL_ADVANCED | CELL_BEYOND_END | CELL_REWOUND,
        },
      ],
    },
    [
      'payments has committed beyond the end of audit/0 and orders/0 (committed 950, end of audit/0 900); the log was truncated or made anew, or the commit is wrong',
      'payments went back on orders/0 and has not regained its former place',
    ],
  ],
  [
    'late for its objective',
    { objective: { lagMs: 30_000 }, cells: [moving(1), moving(2, { headAge: 300 })] },
    [
      'payments misses its objective: its oldest waiting record is 5 min old, 30 s is allowed; it waits in orders/2',
    ],
  ],
  [
    'a minute late without an objective is no matter, more is told with when it will be over',
    { cells: [moving(1, { lag: 12_000, headAge: 7_200 })], catchUpMs: { orders: 1_260_000 } },
    [
      'payments moves: 1 partition, 12,000 messages waiting, oldest waiting record 2 h old; will have caught up in about 21 min',
    ],
  ],
  [
    'falling behind',
    {
      cells: [moving(1, { lag: 12_000, headAge: 7_200 })],
      catchUpMs: { orders: Number.POSITIVE_INFINITY },
    },
    [
      'payments falls behind: 1 partition, 12,000 messages waiting, oldest waiting record 2 h old; orders is written faster than it reads',
    ],
  ],
  [
    'a burst of a second is not falling behind',
    { cells: [moving(1)], catchUpMs: { orders: Number.POSITIVE_INFINITY } },
    ['payments keeps up: 1 partition, 3 messages waiting, oldest waiting record 2 s old'],
  ],
  [
    'near a loss though it moves',
    { cells: [moving(1, { lag: 12_000, headAge: 7_200, headroom: 5_400, timeToLoss: 10_800 })] },
    [
      'retention may delete what payments has not read of orders/1 in 1 h 30 min if it stopped now; at its present speed in about 3 h; oldest waiting record is from 10:00:00 UTC',
    ],
  ],
  [
    'a loss further ahead comes second, what was lost third',
    { cells: [moving(1, { headroom: 172_800 })], lost: { orders: 1_234 } },
    [
      'payments keeps up: 1 partition, 3 messages waiting, oldest waiting record 2 s old',
      'retention may delete what payments has not read of orders/1 in 2 d if it stopped now; oldest waiting record is from 11:59:58 UTC',
      'payments has lost 1,234 offsets of orders: retention deleted them before they were read',
    ],
  ],
  [
    'ages found by searches',
    {
      cells: [
        stuck(17, { headUncertainty: 4, flags: CELL_ADVANCED | CELL_UNREADABLE }),
        moving(1, { headUncertainty: 2, flags: CELL_ADVANCED | CELL_UNREADABLE }),
      ],
    },
    [
      'payments is stuck on orders/17 at offset 8,812,004 for 14 min (threshold 5 min); 1 other moves; no member owns it; oldest waiting record is from about 09:41:07 UTC (± 4 s)',
      'ages of payments on orders are found by searches for time stamps, within 4 s: READ is refused',
    ],
  ],
  [
    'ages not known',
    { cells: [moving(1), at(2, { lag: 9 })] },
    [
      'payments moves: 2 partitions, 12 messages waiting, oldest waiting record 2 s old; the age of what waits in 1 partition is not known',
    ],
  ],
  [
    'a share group',
    {
      kind: 'share',
      share: [
        { topic: 'audit', partition: 0, start: 880, lag: 20 },
        { topic: 'audit', partition: 1, start: Number.NaN, lag: Number.NaN },
      ],
    },
    ['payments is a share group of 2 partitions: at least 20 messages wait; share groups have no clock'],
  ],
  [
    'a share group of an old Kafka',
    { kind: 'share', share: [{ topic: 'audit', partition: 0, start: 880, lag: Number.NaN }] },
    ['payments is a share group of 1 partition, whose lag this Kafka does not tell'],
  ],
]

for (const [what, group, words, snapshot] of CASES) {
  test(what, () => {
    const groups = [
      { id: 'other', cells: [at(0, { state: 'stalled' })] },
      { id: 'payments', ...group },
    ]
    assert.deepEqual(groupWords(snapshotOf({ topics: TOPICS, groups, ...snapshot }), 1), words)
  })
}

test('a group without a name has one in sentences', () => {
  assert.deepEqual(groupWords(snapshotOf({ groups: [{ id: '', cells: [] }] }), 0), [
    '(empty name) has committed nothing and is assigned nothing',
  ])
})

test('ten thousand partitions in ten kinds of trouble are no wall of text', () => {
  const states = ['stalled', 'hung_transaction', 'no_consumer', 'never_committed', 'abandoned'] as const
  const cells = Array.from({ length: 10_000 }, (_, partition) => ({
    topic: `topic-${String(partition % 100).padStart(3, '0')}`,
    partition: Math.floor(partition / 100),
    committed: 1,
    lag: 5,
    age: partition,
    flags:
      [CELL_ADVANCED, CELL_ADVANCED | CELL_REWOUND, CELL_UNREADABLE, CELL_BEYOND_END][partition % 4] ?? 0,
    headroom: partition,
    ...(partition % 7 < 5 && { state: states[partition % 5] as CellSpec['state'] & string }),
  }))
  const topics = Array.from({ length: 100 }, (_, t) => ({
    name: `topic-${String(t).padStart(3, '0')}`,
    partitions: 100,
  }))
  const lost = Object.fromEntries(topics.map(({ name }) => [name, 7]))
  const words = groupWords(snapshotOf({ topics, groups: [{ id: 'payments', cells, lost }] }), 0)
  assert.ok(words.length <= 16, `${words.length} sentences`)
  for (const sentence of words) assert.ok(sentence.length < 400, sentence)
})
