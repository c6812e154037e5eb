import assert from 'node:assert/strict'
import { test } from 'node:test'
import { negotiate } from '../../../src/kafka/wire/api.ts'
import {
  decodeFetch,
  encodeFetch,
  FETCH,
  FETCH_BY_ID,
  type FetchQuery,
} from '../../../src/kafka/wire/fetch.ts'
import { toEnd } from '../../../src/model/steps.ts'
import { buildTopology } from '../../../src/model/topology.ts'
import type { Message } from '../../fakes/schema-codec.ts'
import { answer, assertSurvivesDamage, understood, versionsOf } from './witness.ts'

const TOPOLOGY = buildTopology([
  { name: 'orders', id: '', partitions: 3 },
  { name: 'a', id: '', partitions: 1 },
  { name: 'empty', id: '', partitions: 0 },
  { name: 'größe', id: '', partitions: 2 },
])
// Rows: a 0; größe 1, 2; orders 3, 4, 5

const QUERY: FetchQuery = {
  topology: TOPOLOGY,
  rows: Int32Array.of(0, 2, 3, 5),
  offsets: Float64Array.of(0, 2 ** 40, 7, 8),
  maxBytes: Int32Array.of(100, 200, 300, 400),
  isolation: 1,
  totalBytes: 1_000,
}

const RICH: Message = {
  throttleTimeMs: 33,
  errorCode: 0,
  sessionId: 0,
  responses: [
    {
      topic: 'orders',
      partitions: [
        {
          partitionIndex: 2,
          highWatermark: 2 ** 40,
          lastStableOffset: 90,
          logStartOffset: 5,
          abortedTransactions: [
            { producerId: 4_000, firstOffset: 77 },
            { producerId: 4_001, firstOffset: 70 },
          ],
          records: Buffer.from('any bytes'),
        },
        {
          partitionIndex: 0,
          errorCode: 6,
          highWatermark: -1,
          abortedTransactions: null,
          records: null,
          currentLeader: { leaderId: 2, leaderEpoch: 9 },
        },
      ],
    },
    { topic: 'gone', partitions: [{ partitionIndex: 0, highWatermark: 1, records: Buffer.from('x') }] },
    {
      topic: 'größe',
      partitions: [
        {
          partitionIndex: 1,
          highWatermark: 3,
          lastStableOffset: 3,
          logStartOffset: 0,
          records: Buffer.alloc(0),
        },
        { partitionIndex: 2, highWatermark: 4 },
        { partitionIndex: -1, highWatermark: 4 },
      ],
    },
  ],
}

const decode = (version: number, body: Buffer) => toEnd(decodeFetch(version, body, TOPOLOGY))

for (const version of versionsOf(FETCH)) {
  test(`v${version}: rows are asked for by topic, at once and without a session`, () => {
    const asked = (partition: number, fetchOffset: number, partitionMaxBytes: number) => ({
      partition,
      currentLeaderEpoch: -1,
      fetchOffset,
      lastFetchedEpoch: -1,
      logStartOffset: -1,
      partitionMaxBytes,
    })
    assert.deepEqual(understood(FETCH, version, encodeFetch(version, QUERY)), {
      replicaId: -1,
      maxWaitMs: 0,
      minBytes: 0,
      maxBytes: 1_000,
      isolationLevel: 1,
      sessionId: 0,
      sessionEpoch: -1,
      topics: [
        { topic: 'a', partitions: [asked(0, 0, 100)] },
        { topic: 'größe', partitions: [asked(1, 2 ** 40, 200)] },
        { topic: 'orders', partitions: [asked(0, 7, 300), asked(2, 8, 400)] },
      ],
      forgottenTopicsData: [],
      rackId: '',
    })
  })

  for (const withUnknownTags of [false, true]) {
    test(`v${version}: partitions are read by row${withUnknownTags ? ', newer tags or not' : ''}`, () => {
      const body = answer(FETCH, version, RICH, { withUnknownTags })
      assert.deepEqual(decode(version, body), {
        throttleMs: 33,
        errorCode: 0,
        partitions: [
          {
            row: 5,
            errorCode: 0,
            highWatermark: 2 ** 40,
            lastStableOffset: 90,
            logStart: 5,
            aborted: [
              { producerId: 4_000, firstOffset: 77 },
              { producerId: 4_001, firstOffset: 70 },
            ],
            records: Buffer.from('any bytes'),
          },
          {
            row: 3,
            errorCode: 6,
            highWatermark: Number.NaN,
            lastStableOffset: Number.NaN,
            logStart: Number.NaN,
            aborted: [],
            records: Buffer.alloc(0),
          },
          {
            row: 2,
            errorCode: 0,
            highWatermark: 3,
            lastStableOffset: 3,
            logStart: 0,
            aborted: [],
            records: Buffer.alloc(0),
          },
        ],
      })
    })
  }

  test(`v${version}: damage is malformed`, () => {
    assertSurvivesDamage(answer(FETCH, version, RICH), bytes => decode(version, bytes))
  })

  test(`v${version}: an error of the whole answer`, () => {
    const body = answer(FETCH, version, { throttleTimeMs: 0, errorCode: 71, responses: [] })
    assert.deepEqual(decode(version, body), { throttleMs: 0, errorCode: 71, partitions: [] })
  })
}

test('by id: topics are asked for and read by their ids alone', () => {
  const id = (letter: string) => `${letter.repeat(21)}A`
  const topology = buildTopology([
    { name: 'orders', id: id('o'), partitions: 3 },
    { name: 'a', id: id('a'), partitions: 1 },
  ])
  const query = {
    ...QUERY,
    topology,
    rows: Int32Array.of(0, 2),
    offsets: Float64Array.of(5, 6),
    maxBytes: Int32Array.of(7, 8),
  }
  const { topics } = understood(FETCH_BY_ID, 13, encodeFetch(13, query))
  const asked = topics as { topicId: unknown; partitions: { partition: number; fetchOffset: number }[] }[]
  assert.deepEqual(
    asked.map(({ topicId, partitions: [only] }) => [topicId, only?.partition, only?.fetchOffset]),
    [
      [id('a'), 0, 5],
      [id('o'), 1, 6],
    ],
  )
  const body = answer(FETCH_BY_ID, 13, {
    responses: [
      { topicId: id('o'), partitions: [{ partitionIndex: 2, highWatermark: 4, records: Buffer.from('x') }] },
      { topicId: id('z'), partitions: [{ partitionIndex: 0, highWatermark: 4 }] },
      { topicId: id('a'), partitions: [{ partitionIndex: 0, errorCode: 100 }] },
    ],
  })
  const { partitions } = toEnd(decodeFetch(13, body, topology))
  assert.deepEqual(
    partitions.map(({ row, errorCode, records }) => [row, errorCode, records.toString()]),
    [
      [3, 0, 'x'],
      [0, 100, ''],
    ],
  )
  assertSurvivesDamage(body, bytes => toEnd(decodeFetch(13, bytes, topology)))
})

test('Kafka 2.8 and 4.3 speak it', () => {
  assert.equal(negotiate(FETCH, new Map([[1, { min: 0, max: 12 }]])), 12)
  assert.equal(negotiate(FETCH, new Map([[1, { min: 4, max: 18 }]])), 12)
})

test('no rows make an empty request', () => {
  const none = { rows: new Int32Array(0), offsets: new Float64Array(0), maxBytes: new Int32Array(0) }
  assert.deepEqual(understood(FETCH, 12, encodeFetch(12, { ...QUERY, ...none })).topics, [])
})

test('rows out of order, repeated or beyond the topology are a defect', () => {
  const encode = (...rows: number[]) =>
    encodeFetch(12, {
      ...QUERY,
      rows: Int32Array.from(rows),
      offsets: new Float64Array(rows.length),
      maxBytes: new Int32Array(rows.length),
    })
  assert.throws(() => encode(1, 0), { code: 'INTERNAL', message: 'row 0 asked for after row 1' })
  assert.throws(() => encode(1, 1), { code: 'INTERNAL', message: 'row 1 asked for after row 1' })
  assert.throws(() => encode(6), { code: 'INTERNAL', message: 'row 6 is not in the topology' })
  assert.throws(() => encode(-1), { code: 'INTERNAL', message: 'row -1 asked for after row -1' })
})

test('offsets that Float64 cannot hold exactly are not known', () => {
  const partitions = [{ partitionIndex: 0, highWatermark: 2n ** 53n, lastStableOffset: 2 ** 53 - 1 }]
  const body = answer(FETCH, 12, { responses: [{ topic: 'a', partitions }] })
  const [only] = decode(12, body).partitions
  assert.deepEqual([only?.highWatermark, only?.lastStableOffset], [Number.NaN, Number.MAX_SAFE_INTEGER])
})

test('a long answer takes many steps', () => {
  const abortedTransactions = Array.from({ length: 10_000 }, (_, i) => ({ producerId: i, firstOffset: i }))
  const partitions = [{ partitionIndex: 0, highWatermark: 9, abortedTransactions }]
  const body = answer(FETCH, 12, { responses: [{ topic: 'a', partitions }] })
  const steps = decodeFetch(12, body, TOPOLOGY)
  let yields = 0
  let step = steps.next()
  for (; !step.done; step = steps.next()) yields++
  assert.ok(yields >= 8, `${yields}`)
  assert.equal(step.value.partitions[0]?.aborted.length, 10_000)
})
