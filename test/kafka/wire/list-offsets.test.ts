import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  decodeListOffsets,
  EARLIEST,
  encodeListOffsets,
  LATEST,
  LIST_OFFSETS,
} from '../../../src/kafka/wire/list-offsets.ts'
import { toEnd } from '../../../src/model/steps.ts'
import { buildTopology, rowCount, type Topology } from '../../../src/model/topology.ts'
import type { Message } from '../../fakes/schema-codec.ts'
import { answer, assertSurvivesDamage, understood, versionsOf } from './witness.ts'

const TOPOLOGY = buildTopology([
  { name: 'orders', id: '', partitions: 3 },
  { name: 'a', id: '', partitions: 1 },
  { name: 'empty', id: '', partitions: 0 },
  { name: 'größe', id: '', partitions: 2 },
])
// Rows: a 0; größe 1, 2; orders 3, 4, 5

const partition = (partitionIndex: number, offset: number | bigint, more: Message = {}): Message => ({
  partitionIndex,
  offset,
  timestamp: -1,
  leaderEpoch: 4,
  ...more,
})

const RICH: Message = {
  throttleTimeMs: 33,
  topics: [
    {
      name: 'orders',
      partitions: [
        partition(2, 2 ** 40),
        partition(0, 17, { timestamp: 1_700_000_000_123 }),
        partition(1, -1, { errorCode: 6 }),
      ],
    },
    { name: 'gone', partitions: [partition(0, 5)] },
    { name: 'größe', partitions: [partition(1, 0), partition(2, 99), partition(-1, 98)] },
  ],
}

const columns = (topology: Topology) => ({
  offsets: new Float64Array(rowCount(topology)).fill(Number.NaN),
  timestamps: new Float64Array(rowCount(topology)).fill(Number.NaN),
  errors: new Int16Array(rowCount(topology)),
})

for (const version of versionsOf(LIST_OFFSETS)) {
  test(`v${version}: the rows that are asked for are asked for once, by topic`, () => {
    const query = {
      topology: TOPOLOGY,
      rows: Int32Array.of(0, 2, 3, 5),
      timestamp: EARLIEST,
      isolation: 1 as const,
      timeoutMs: 1_500,
    }
    const asked = (partitionIndex: number) => ({ partitionIndex, currentLeaderEpoch: -1, timestamp: -2 })
    assert.deepEqual(understood(LIST_OFFSETS, version, toEnd(encodeListOffsets(version, query))), {
      replicaId: -1,
      isolationLevel: 1,
      topics: [
        { name: 'a', partitions: [asked(0)] },
        { name: 'größe', partitions: [asked(1)] },
        { name: 'orders', partitions: [asked(0), asked(2)] },
      ],
      ...(version >= 10 ? { timeoutMs: 1_500 } : {}),
    })
  })

  test(`v${version}: each row may have a time stamp of its own`, () => {
    const query = {
      topology: TOPOLOGY,
      rows: Int32Array.of(0, 2, 3, 5),
      timestamp: Float64Array.of(1_700_000_000_001, 0, 1_700_000_000_003, EARLIEST),
      isolation: 0 as const,
    }
    const { topics } = understood(LIST_OFFSETS, version, toEnd(encodeListOffsets(version, query)))
    const asked = (partitionIndex: number, timestamp: number) => ({
      partitionIndex,
      currentLeaderEpoch: -1,
      timestamp,
    })
    assert.deepEqual(topics, [
      { name: 'a', partitions: [asked(0, 1_700_000_000_001)] },
      { name: 'größe', partitions: [asked(1, 0)] },
      { name: 'orders', partitions: [asked(0, 1_700_000_000_003), asked(2, -2)] },
    ])
  })

  for (const withUnknownTags of [false, true]) {
    test(`v${version}: offsets are written by row${withUnknownTags ? ', newer tags or not' : ''}`, () => {
      const into = columns(TOPOLOGY)
      const body = answer(LIST_OFFSETS, version, RICH, { withUnknownTags })
      assert.deepEqual(toEnd(decodeListOffsets(version, body, TOPOLOGY, into)), { throttleMs: 33 })
      assert.deepEqual(into.offsets, Float64Array.of(NaN, NaN, 0, 17, NaN, 2 ** 40))
      assert.deepEqual(into.timestamps, Float64Array.of(NaN, NaN, -1, 1_700_000_000_123, NaN, -1))
      assert.deepEqual(into.errors, Int16Array.of(0, 0, 0, 0, 6, 0))
    })
  }

  test(`v${version}: damage is malformed`, () => {
    assertSurvivesDamage(answer(LIST_OFFSETS, version, RICH), bytes =>
      toEnd(decodeListOffsets(version, bytes, TOPOLOGY, columns(TOPOLOGY))),
    )
  })
}

test('time stamps may be left out', () => {
  const into = { ...columns(TOPOLOGY), timestamps: null }
  toEnd(decodeListOffsets(10, answer(LIST_OFFSETS, 10, RICH), TOPOLOGY, into))
  assert.deepEqual(into.offsets, Float64Array.of(NaN, NaN, 0, 17, NaN, 2 ** 40))
})

test('an offset that Float64 cannot hold exactly is an error of its partition alone', () => {
  const into = columns(TOPOLOGY)
  const partitions = [partition(0, 2n ** 53n), partition(1, 2 ** 53 - 1)]
  toEnd(
    decodeListOffsets(
      10,
      answer(LIST_OFFSETS, 10, { topics: [{ name: 'orders', partitions }] }),
      TOPOLOGY,
      into,
    ),
  )
  assert.deepEqual(into.offsets, Float64Array.of(NaN, NaN, NaN, NaN, 9_007_199_254_740_991, NaN))
  assert.deepEqual(into.errors, Int16Array.of(0, 0, 0, -1, 0, 0))
})

test('no rows make an empty request', () => {
  const query = { topology: TOPOLOGY, rows: new Int32Array(0), timestamp: LATEST, isolation: 0 as const }
  assert.deepEqual(understood(LIST_OFFSETS, 10, toEnd(encodeListOffsets(10, query))), {
    replicaId: -1,
    isolationLevel: 0,
    topics: [],
    timeoutMs: 5_000,
  })
})

test('rows out of order, repeated or beyond the topology are a defect', () => {
  const encode = (...rows: number[]) =>
    toEnd(
      encodeListOffsets(10, {
        topology: TOPOLOGY,
        rows: Int32Array.from(rows),
        timestamp: LATEST,
        isolation: 0,
      }),
    )
  assert.throws(() => encode(1, 0), { code: 'INTERNAL', message: 'row 0 asked for after row 1' })
  assert.throws(() => encode(1, 1), { code: 'INTERNAL', message: 'row 1 asked for after row 1' })
  assert.throws(() => encode(6), { code: 'INTERNAL', message: 'row 6 is not in the topology' })
  assert.throws(() => encode(-1), { code: 'INTERNAL', message: 'row -1 asked for after row -1' })
})

test('any rows of any topology come back as they were sent', () => {
  const name = fc.string({ unit: 'binary', minLength: 1, maxLength: 20 })
  const topology = fc
    .uniqueArray(fc.record({ name, id: fc.constant(''), partitions: fc.nat({ max: 12 }) }), {
      selector: topic => topic.name,
      maxLength: 30,
    })
    .map(buildTopology)
  const offset = fc.integer({ min: -1, max: Number.MAX_SAFE_INTEGER })
  const timestamp = fc.constantFrom(-1, -2, -3, 0, 1_700_000_000_000)
  const version = fc.constantFrom(...versionsOf(LIST_OFFSETS))
  fc.assert(
    fc.property(
      topology,
      fc.infiniteStream(fc.boolean()),
      offset,
      timestamp,
      version,
      (table, coins, base, at, v) => {
        const all = Array.from({ length: rowCount(table) }, (_, row) => row)
        const rows = Int32Array.from(all.filter(() => coins.next().value))
        const body = toEnd(encodeListOffsets(v, { topology: table, rows, timestamp: at, isolation: 0 }))
        const asked = understood(LIST_OFFSETS, v, body).topics as { name: string; partitions: Message[] }[]
        const rowsAsked = asked.flatMap(({ name: text, partitions }) =>
          partitions.map(
            p => (table.start[table.indexOf.get(text) as number] as number) + (p.partitionIndex as number),
          ),
        )
        assert.deepEqual(rowsAsked, [...rows])
        assert.ok(asked.every(({ partitions }) => partitions.every(p => p.timestamp === at)))
        const offsetOf = (row: number) => Math.max(-1, base - row)
        let i = 0
        const topics = asked.map(({ name: text, partitions }) => ({
          name: text,
          partitions: partitions
            .map(p => partition(p.partitionIndex as number, offsetOf(rowsAsked[i++] as number)))
            .reverse(),
        }))
        const into = columns(table)
        toEnd(decodeListOffsets(v, answer(LIST_OFFSETS, v, { topics: topics.reverse() }), table, into))
        const sent = new Set(rows)
        assert.deepEqual(
          [...into.offsets],
          all.map(row => (sent.has(row) ? offsetOf(row) : Number.NaN)),
        )
      },
    ),
    { numRuns: 150 },
  )
})

test('long requests and answers take many steps', () => {
  const topology = buildTopology(
    Array.from({ length: 5_000 }, (_, i) => ({ name: `t${i}`, id: '', partitions: 2 })),
  )
  const rows = Int32Array.from({ length: 10_000 }, (_, row) => row)
  const count = <Result>(steps: Generator<void, Result, void>) => {
    let yields = 0
    let step = steps.next()
    for (; !step.done; step = steps.next()) yields++
    return { yields, result: step.value }
  }
  const encoded = count(encodeListOffsets(10, { topology, rows, timestamp: LATEST, isolation: 0 }))
  assert.ok(encoded.yields >= 4, `${encoded.yields}`)
  const asked = understood(LIST_OFFSETS, 10, encoded.result).topics as {
    name: string
    partitions: Message[]
  }[]
  const topics = asked.map(t => ({
    name: t.name,
    partitions: t.partitions.map(p => partition(p.partitionIndex as number, 1)),
  }))
  const into = columns(topology)
  const decoded = count(decodeListOffsets(10, answer(LIST_OFFSETS, 10, { topics }), topology, into))
  assert.ok(decoded.yields >= 4, `${decoded.yields}`)
  assert.ok(into.offsets.every(offset => offset === 1))
})
