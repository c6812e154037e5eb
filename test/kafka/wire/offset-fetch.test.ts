import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decodeOffsetFetch, encodeOffsetFetch, OFFSET_FETCH } from '../../../src/kafka/wire/offset-fetch.ts'
import { toEnd } from '../../../src/model/steps.ts'
import { buildTopology, rowOf } from '../../../src/model/topology.ts'
import type { Message } from '../../fakes/schema-codec.ts'
import { answer, assertSurvivesDamage, understood, versionsOf } from './witness.ts'

const TOPOLOGY = buildTopology([
  { name: 'orders', id: '', partitions: 3 },
  { name: 'größe', id: '', partitions: 2 },
])
// Rows: größe 0, 1; orders 2, 3, 4

const commit = (partitionIndex: number, committedOffset: number | bigint, more: Message = {}): Message => ({
  partitionIndex,
  committedOffset,
  committedLeaderEpoch: 3,
  metadata: '',
  ...more,
})

const TOPICS: Message[] = [
  {
    name: 'orders',
    partitions: [
      commit(2, 50, { metadata: 'x'.repeat(200) }),
      commit(0, 0, { metadata: null }),
      commit(1, -1, { errorCode: 3, metadata: null }),
      commit(3, 7),
    ],
  },
  { name: 'gone', partitions: [commit(0, 5), commit(1, -1, { errorCode: 3 })] },
  { name: 'größe', partitions: [commit(1, -1), commit(0, 2 ** 45)] },
]

const FIRST = {
  id: 'billing',
  errorCode: 0,
  rows: Int32Array.of(4, 2, 3, 0),
  offsets: Float64Array.of(50, 0, NaN, 2 ** 45),
  unreadable: 1,
  firstPartitionError: 3,
}

const none = { rows: new Int32Array(0), offsets: new Float64Array(0), unreadable: 0, firstPartitionError: 0 }

const OF_ONE: Message = { throttleTimeMs: 9, topics: TOPICS }
const OF_MANY: Message = {
  throttleTimeMs: 9,
  groups: [
    { groupId: 'billing', topics: TOPICS },
    { groupId: 'denied', errorCode: 30, topics: [] },
    { groupId: 'Größe', topics: [{ name: 'größe', partitions: [commit(0, 1)] }] },
  ],
}

const versions = versionsOf(OFFSET_FETCH)
const decode = (version: number, body: Buffer, groups: readonly string[]) =>
  toEnd(decodeOffsetFetch(version, body, TOPOLOGY, groups))

for (const version of versions.filter(v => v < 8)) {
  test(`v${version}: all topics of one group are asked for`, () => {
    assert.deepEqual(understood(OFFSET_FETCH, version, encodeOffsetFetch(version, ['größe'])), {
      groupId: 'größe',
      topics: null,
      ...(version >= 7 ? { requireStable: false } : {}),
    })
    for (const groups of [[], ['a', 'b']]) {
      const message = `OffsetFetch v${version} is about one group, not ${groups.length}`
      assert.throws(() => encodeOffsetFetch(version, groups), { code: 'INTERNAL', message })
    }
  })

  for (const withUnknownTags of [false, true]) {
    test(`v${version}: commits are given by row${withUnknownTags ? ', newer tags or not' : ''}`, () => {
      const body = answer(OFFSET_FETCH, version, OF_ONE, { withUnknownTags })
      assert.deepEqual(decode(version, body, ['billing']), { throttleMs: 9, groups: [FIRST] })
      const denied = answer(OFFSET_FETCH, version, { errorCode: 30 }, { withUnknownTags })
      assert.deepEqual(decode(version, denied, ['denied']), {
        throttleMs: 0,
        groups: [{ id: 'denied', errorCode: 30, ...none }],
      })
    })
  }
}

for (const version of versions.filter(v => v >= 8)) {
  test(`v${version}: all topics of many groups are asked for`, () => {
    const member = version >= 9 ? { memberId: null, memberEpoch: -1 } : {}
    assert.deepEqual(understood(OFFSET_FETCH, version, encodeOffsetFetch(version, ['a', 'größe'])), {
      groups: [
        { groupId: 'a', ...member, topics: null },
        { groupId: 'größe', ...member, topics: null },
      ],
      requireStable: false,
    })
  })

  for (const withUnknownTags of [false, true]) {
    test(`v${version}: each group has its own commits${withUnknownTags ? ', newer tags or not' : ''}`, () => {
      const body = answer(OFFSET_FETCH, version, OF_MANY, { withUnknownTags })
      assert.deepEqual(decode(version, body, ['billing', 'denied', 'Größe']), {
        throttleMs: 9,
        groups: [
          FIRST,
          { id: 'denied', errorCode: 30, ...none },
          { ...none, id: 'Größe', errorCode: 0, rows: Int32Array.of(0), offsets: Float64Array.of(1) },
        ],
      })
    })
  }
}

for (const version of versions) {
  test(`v${version}: damage is malformed`, () => {
    const body = answer(OFFSET_FETCH, version, version < 8 ? OF_ONE : OF_MANY)
    assertSurvivesDamage(body, bytes => decode(version, bytes, ['billing']))
  })
}

test('a client may have committed any offset: it is given as near as Float64 can', () => {
  const partitions = [commit(0, 2n ** 62n), commit(1, -5)]
  const body = answer(OFFSET_FETCH, 9, {
    groups: [{ groupId: 'g', topics: [{ name: 'orders', partitions }] }],
  })
  assert.deepEqual(decode(9, body, ['g']).groups, [
    { ...none, id: 'g', errorCode: 0, rows: Int32Array.of(2), offsets: Float64Array.of(2 ** 62) },
  ])
})

test('any commits of any groups are found again', () => {
  const name = fc.string({ unit: 'binary', minLength: 1, maxLength: 12 })
  const topic = fc.record({ name, partitions: fc.nat({ max: 6 }) })
  const offset = fc.oneof(fc.constant(-1), fc.nat({ max: Number.MAX_SAFE_INTEGER }))
  const rows = fc.uniqueArray(fc.tuple(fc.nat({ max: 8 }), offset, fc.constantFrom(0, 0, 0, 3, 29)), {
    selector: ([partitionIndex]) => partitionIndex,
    maxLength: 8,
  })
  const group = fc.record({
    groupId: name,
    errorCode: fc.constantFrom(0, 16),
    topics: fc.uniqueArray(fc.tuple(fc.nat({ max: 9 }), rows), { selector: ([t]) => t, maxLength: 6 }),
  })
  const names = fc.uniqueArray(topic, { selector: t => t.name, minLength: 10, maxLength: 10 })
  fc.assert(
    fc.property(
      names,
      fc.array(group, { maxLength: 6 }),
      fc.constantFrom(8, 9),
      (topics, groups, version) => {
        // The last two are not in the topology.
        const topology = buildTopology(topics.slice(0, 8).map(t => ({ ...t, id: '' })))
        const nameOf = (t: number) => topics[t]?.name as string
        const message = {
          groups: groups.map(g => ({
            ...g,
            topics: g.topics.map(([t, of]) => ({
              name: nameOf(t),
              partitions: of.map(([p, o, errorCode]) => commit(p, o, { errorCode })),
            })),
          })),
        }
        const expected = groups.map(g => {
          const cells = g.topics
            .flatMap(([t, of]) =>
              of.map(([p, o, error]) => ({ row: rowOf(topology, nameOf(t), p), o, error })),
            )
            .filter(({ row, o, error }) => row >= 0 && (error !== 0 || o >= 0))
          return {
            id: g.groupId,
            errorCode: g.errorCode,
            rows: Int32Array.from(cells.map(c => c.row)),
            offsets: Float64Array.from(cells.map(c => (c.error === 0 ? c.o : Number.NaN))),
            unreadable: cells.filter(c => c.error !== 0).length,
            firstPartitionError: cells.find(c => c.error !== 0)?.error ?? 0,
          }
        })
        const body = answer(OFFSET_FETCH, version, message)
        const ids = groups.map(g => g.groupId)
        assert.deepEqual(toEnd(decodeOffsetFetch(version, body, topology, ids)).groups, expected)
      },
    ),
    { numRuns: 150 },
  )
})

test('long answers take many steps, be it one group or ten thousand', () => {
  const steps = (groups: Message[]) => {
    const body = answer(OFFSET_FETCH, 9, { groups })
    return [...decodeOffsetFetch(9, body, TOPOLOGY, [])].length
  }
  const topics = [{ name: 'orders', partitions: Array.from({ length: 10_000 }, (_, i) => commit(i % 3, i)) }]
  const one = steps([{ groupId: 'g', topics }])
  assert.ok(one >= 4, `${one}`)
  const many = steps(Array.from({ length: 10_000 }, (_, i) => ({ groupId: `g${i}`, topics: [] })))
  assert.ok(many >= 4, `${many}`)
})
