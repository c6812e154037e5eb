import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decodeMetadata, encodeMetadata, METADATA } from '../../../src/kafka/wire/metadata.ts'
import { toEnd } from '../../../src/model/steps.ts'
import type { Message } from '../../fakes/schema-codec.ts'
import { answer, assertSurvivesDamage, understood, versionsOf } from './witness.ts'

const ORDERS_ID = '8xyOIZtwT22_8AVaDOl-Ow'

const partition = (partitionIndex: number, leaderId: number, more: Message = {}): Message => ({
  errorCode: 0,
  partitionIndex,
  leaderId,
  leaderEpoch: 7,
  replicaNodes: [leaderId, 9],
  isrNodes: [leaderId],
  offlineReplicas: [9],
  ...more,
})

const topic = (name: string, partitions: Message[], more: Message = {}): Message => ({
  name,
  partitions,
  ...more,
})

const RICH: Message = {
  throttleTimeMs: 120,
  brokers: [
    { nodeId: 1, host: 'kafka-1.example', port: 9092, rack: 'eu-1a' },
    { nodeId: 2, host: '::1', port: 9093, rack: null },
  ],
  clusterId: 'Zq1mVwG4QyKcE7cVbqMCXw',
  controllerId: 2,
  topics: [
    topic('orders', [
      partition(2, 1),
      partition(0, 2, { leaderEpoch: 8, replicaNodes: [1, 2, 3] }),
      partition(1, 1),
    ]),
    topic('__consumer_offsets', [partition(0, -1, { errorCode: 5, replicaNodes: [], isrNodes: [] })], {
      isInternal: true,
    }),
    topic('größe-Δ', [partition(0, 300)]),
    topic('secret', [], { errorCode: 29 }),
  ],
}

function rich(version: number): Message {
  const topics = RICH.topics as Message[]
  return version < 10 ? RICH : { ...RICH, topics: [{ ...topics[0], topicId: ORDERS_ID }, ...topics.slice(1)] }
}

for (const version of versionsOf(METADATA)) {
  test(`v${version}: all topics are asked for, and none is created`, () => {
    assert.deepEqual(understood(METADATA, version, encodeMetadata(version, { topics: null })), {
      topics: null,
      allowAutoTopicCreation: false,
      ...(version <= 10 ? { includeClusterAuthorizedOperations: false } : {}),
      includeTopicAuthorizedOperations: false,
    })
  })

  test(`v${version}: topics are asked for by name`, () => {
    const id = version >= 10 ? { topicId: 'AAAAAAAAAAAAAAAAAAAAAA' } : {}
    assert.deepEqual(
      understood(METADATA, version, encodeMetadata(version, { topics: ['a', 'größe'] })).topics,
      [
        { ...id, name: 'a' },
        { ...id, name: 'größe' },
      ],
    )
    assert.deepEqual(understood(METADATA, version, encodeMetadata(version, { topics: [] })).topics, [])
  })

  for (const withUnknownTags of [false, true]) {
    test(`v${version}: partitions are where their index says${withUnknownTags ? ', newer tags or not' : ''}`, () => {
      const message = { ...rich(version), ...(version >= 13 ? { errorCode: 41 } : {}) }
      const metadata = toEnd(decodeMetadata(version, answer(METADATA, version, message, { withUnknownTags })))
      assert.deepEqual(metadata, {
        throttleMs: 120,
        errorCode: version >= 13 ? 41 : 0,
        brokers: [
          { id: 1, host: 'kafka-1.example', port: 9092 },
          { id: 2, host: '::1', port: 9093 },
        ],
        clusterId: 'Zq1mVwG4QyKcE7cVbqMCXw',
        controllerId: 2,
        topics: ['orders', '__consumer_offsets', 'größe-Δ', 'secret'],
        topicIds: [version >= 10 ? ORDERS_ID : '', '', '', ''],
        topicErrors: Int16Array.of(0, 0, 0, 29),
        internal: Uint8Array.of(0, 1, 0, 0),
        start: Int32Array.of(0, 3, 4, 5, 5),
        leader: Int32Array.of(2, 1, 1, -1, 300),
        leaderEpoch: Int32Array.of(8, 7, 7, 7, 7),
        partitionErrors: Int16Array.of(0, 0, 0, 5, 0),
        preferredLeader: Int32Array.of(1, 1, 1, -1, 300),
        replicas: Uint16Array.of(3, 2, 2, 0, 2),
        inSyncReplicas: Uint16Array.of(1, 1, 1, 0, 1),
      })
    })
  }

  test(`v${version}: damage is malformed`, () => {
    assertSurvivesDamage(answer(METADATA, version, rich(version)), bytes =>
      toEnd(decodeMetadata(version, bytes)),
    )
  })
}

test('topics that are not kept take no room', () => {
  const metadata = toEnd(decodeMetadata(12, answer(METADATA, 12, RICH), name => name.startsWith('g')))
  assert.deepEqual(metadata.topics, ['größe-Δ'])
  assert.deepEqual(metadata.start, Int32Array.of(0, 1))
  assert.deepEqual(metadata.leader, Int32Array.of(300))
  assert.equal(metadata.topicErrors.length, 1)
})

test('a topic without a name is no topic', () => {
  const metadata = toEnd(
    decodeMetadata(
      12,
      answer(METADATA, 12, { topics: [{ name: null, errorCode: 100, topicId: ORDERS_ID }] }),
    ),
  )
  assert.deepEqual(metadata.topics, [])
  assert.equal(metadata.clusterId, null)
  assert.equal(metadata.controllerId, -1)
})

test('an index that is skipped or given twice is an unknown partition', () => {
  const topics = [
    topic('gap', [partition(3, 1), partition(0, 1)]),
    topic('twice', [partition(0, 1), partition(1, 1), partition(0, 2), partition(0, 1)]),
    topic('after', [partition(0, 5)]),
  ]
  const metadata = toEnd(decodeMetadata(12, answer(METADATA, 12, { topics })))
  assert.deepEqual(metadata.start, Int32Array.of(0, 4, 6, 7))
  assert.deepEqual(metadata.leader, Int32Array.of(1, -1, -1, 1, -1, 1, 5))
  assert.deepEqual(metadata.partitionErrors, Int16Array.of(0, 3, 3, 0, 3, 0, 0))
  assert.deepEqual(metadata.leaderEpoch, Int32Array.of(7, -1, -1, 7, -1, 7, 7))
  assert.deepEqual(metadata.replicas, Uint16Array.of(2, 0, 0, 2, 0, 2, 2))
})

test('an absurd index or count is malformed', () => {
  const one = (index: number) => answer(METADATA, 12, { topics: [topic('t', [partition(index, 1)])] })
  assert.throws(() => toEnd(decodeMetadata(12, one(2_000_000_000))), {
    code: 'MALFORMED_RESPONSE',
    message: 'Metadata v12: partition 2000000000 of a topic at byte 67 of 73',
  })
  assert.throws(() => toEnd(decodeMetadata(12, one(-1))), {
    code: 'MALFORMED_RESPONSE',
    message: 'Metadata v12: partition -1 at byte 67 of 73',
  })
  // throttle_time_ms 0, then 4,294,967,294 brokers
  const brokers = Buffer.from([0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0x0f])
  assert.throws(() => toEnd(decodeMetadata(12, brokers)), {
    code: 'MALFORMED_RESPONSE',
    message: 'Metadata v12: 4294967294 elements, more than there is room for, at byte 9 of 9',
  })
})

test('any cluster in any order is read as it is', () => {
  const name = fc.stringMatching(/^[a-zA-Z0-9._-]{1,40}$/)
  const row = fc.record({
    errorCode: fc.integer({ min: -1, max: 130 }),
    leaderId: fc.integer({ min: -1, max: 2 ** 31 - 1 }),
    leaderEpoch: fc.integer({ min: -1, max: 2 ** 31 - 1 }),
    replicaNodes: fc.array(fc.integer({ min: 0, max: 2 ** 31 - 1 }), { maxLength: 5 }),
    isrNodes: fc.array(fc.integer({ min: 0, max: 2 ** 31 - 1 }), { maxLength: 5 }),
  })
  const cluster = fc.uniqueArray(fc.tuple(name, fc.array(row, { maxLength: 20 }), fc.nat()), {
    selector: ([text]) => text,
    maxLength: 20,
  })
  fc.assert(
    fc.property(cluster, fc.constantFrom(...versionsOf(METADATA)), (input, version) => {
      const topics = input.map(([text, rows, seed]) =>
        topic(
          text,
          shuffled(
            rows.map((r, partitionIndex) => ({ ...r, partitionIndex })),
            seed,
          ),
        ),
      )
      const metadata = toEnd(decodeMetadata(version, answer(METADATA, version, { topics })))
      const rows = input.flatMap(([, of]) => of)
      assert.deepEqual(
        metadata.topics,
        input.map(([text]) => text),
      )
      assert.deepEqual(
        [...metadata.leader],
        rows.map(r => r.leaderId),
      )
      assert.deepEqual(
        [...metadata.leaderEpoch],
        rows.map(r => r.leaderEpoch),
      )
      assert.deepEqual(
        [...metadata.partitionErrors],
        rows.map(r => r.errorCode),
      )
      assert.deepEqual(
        [...metadata.preferredLeader],
        rows.map(r => r.replicaNodes[0] ?? -1),
      )
      assert.deepEqual(
        [...metadata.replicas],
        rows.map(r => r.replicaNodes.length),
      )
      assert.deepEqual(
        [...metadata.inSyncReplicas],
        rows.map(r => r.isrNodes.length),
      )
      let end = 0
      assert.deepEqual([...metadata.start], [0, ...input.map(([, of]) => (end += of.length))])
    }),
    { numRuns: 150 },
  )
})

test('a large answer is read in many steps', () => {
  const partitions = Array.from({ length: 10_000 }, (_, i) => partition(9_999 - i, i))
  const steps = decodeMetadata(12, answer(METADATA, 12, { topics: [topic('wide', partitions)] }))
  let yields = 0
  let step = steps.next()
  for (; !step.done; step = steps.next()) yields++
  assert.ok(yields >= 4, `${yields}`)
  assert.equal(step.value.leader[9_999], 0)
  assert.equal(step.value.leader[0], 9_999)
})

function shuffled<Item>(items: Item[], seed: number): Item[] {
  let state = seed + 1
  const keyed = items.map(item => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff
    return { item, key: state }
  })
  return keyed.sort((a, b) => a.key - b.key).map(({ item }) => item)
}
