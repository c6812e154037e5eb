import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { decodeDescribeProducers } from '../../../src/kafka/wire/describe-producers.ts'
import { decodeDescribeTransactions } from '../../../src/kafka/wire/describe-transactions.ts'
import { decodeFetch, type FetchedPartition } from '../../../src/kafka/wire/fetch.ts'
import { decodeListTransactions } from '../../../src/kafka/wire/list-transactions.ts'
import { type FindOptions, findFirstRecord } from '../../../src/kafka/wire/record-batches.ts'
import { toEnd } from '../../../src/model/steps.ts'
import { buildTopology } from '../../../src/model/topology.ts'

/**
 * Answers of a real Kafka 4.1.1 and batches of its own builder, captured by scripts/capture-records-golden.ts, which
 * says what was produced: that is what must be read here.
 */
const DIR = join(import.meta.dirname, '../../golden/records')
const used = new Set<string>()

function golden(name: string): Buffer {
  used.add(`${name}.hex`)
  return Buffer.from(readFileSync(join(DIR, `${name}.hex`), 'utf8').replaceAll(/\s/g, ''), 'hex')
}

const TOPOLOGY = buildTopology(
  ['none', 'gzip', 'snappy', 'lz4', 'zstd', 'appended', 'compacted', 'empty', 'ledger'].map(name => ({
    name,
    id: '',
    partitions: 1,
  })),
)
const T = 1_700_000_000_000
const COMPRESSED = ['gzip', 'snappy', 'lz4', 'zstd'] as const

function fetched(variant: string): (FetchedPartition & { readonly topic: string | undefined })[] {
  const { throttleMs, errorCode, partitions } = toEnd(
    decodeFetch(12, golden(`Fetch-v12-${variant}`), TOPOLOGY),
  )
  assert.deepEqual([throttleMs, errorCode], [0, 0])
  return partitions.map(partition => ({ ...partition, topic: TOPOLOGY.topics[partition.row] }))
}

function onlyFetched(variant: string, topic: string): FetchedPartition {
  const partitions = fetched(variant)
  assert.deepEqual(
    partitions.map(partition => [partition.topic, partition.errorCode]),
    [[topic, 0]],
  )
  return partitions[0] as FetchedPartition
}

const found = (offset: number, timestamp: number, more = {}) => ({
  kind: 'found',
  recordOffset: offset,
  knownTo: offset + 1,
  minTimestamp: timestamp,
  maxTimestamp: timestamp,
  isLogAppendTime: false,
  isTransactional: false,
  ...more,
})

for (const codec of ['none', ...COMPRESSED]) {
  test(`Fetch of records in ${codec}: each offset and time stamp as it was produced`, () => {
    const { records, highWatermark, lastStableOffset, logStart, aborted } = onlyFetched(codec, codec)
    assert.deepEqual([highWatermark, lastStableOffset, logStart, aborted], [41, 41, 0, []])
    assert.deepEqual(findFirstRecord(records, 0, aborted), found(0, T - 1))
    for (let offset = 1; offset <= 40; offset++) {
      assert.deepEqual(findFirstRecord(records, offset, aborted), found(offset, T + (offset - 1) * 1_000))
    }
    assert.deepEqual(findFirstRecord(records, 41, aborted), { kind: 'none', knownTo: 41 })
  })
}

test('Fetch of records with the time of the broker', () => {
  const { records } = onlyFetched('appended', 'appended')
  const appended = { isLogAppendTime: true, knownTo: 40 }
  assert.deepEqual(findFirstRecord(records, 0, []), found(0, 1_795_722_034_394, appended))
  assert.deepEqual(findFirstRecord(records, 39, []), found(39, 1_795_722_034_394, appended))
})

test('Fetch of a compacted partition: holes at both ends of a batch', () => {
  const { records, highWatermark } = onlyFetched('compacted', 'compacted')
  assert.equal(highWatermark, 8)
  for (const [from, offset, timestamp] of [
    [0, 1, T + 2_000],
    [1, 1, T + 2_000],
    [2, 2, T + 4_000],
    [3, 3, T + 6_000],
    [4, 5, T + 20_000],
    [6, 6, T + 22_000],
  ] as const) {
    assert.deepEqual(findFirstRecord(records, from, []), found(offset, timestamp), `from ${from}`)
  }
  // The rest is in the next segment.
  assert.deepEqual(findFirstRecord(records, 7, []), { kind: 'none', knownTo: 7 })
})

test('Fetch of more than may be: one whole batch of the first partition that has anything', () => {
  const sizes = fetched('one-after-the-other').map(p => [p.topic, p.errorCode, p.records.length])
  assert.deepEqual(sizes, [
    ['empty', 0, 0],
    ['gzip', 0, 866],
    ['none', 0, 0],
  ])
})

test('Fetch of committed records: aborted data is none, the open transaction is left out', () => {
  const { records, aborted, highWatermark, lastStableOffset } = onlyFetched('committed', 'ledger')
  assert.deepEqual([highWatermark, lastStableOffset], [12, 10])
  assert.deepEqual(aborted, [
    { producerId: 5, firstOffset: 0 },
    { producerId: 5, firstOffset: 7 },
  ])
  const committed = { isTransactional: true }
  assert.deepEqual(findFirstRecord(records, 0, aborted), found(4, T + 1_000, committed))
  assert.deepEqual(findFirstRecord(records, 5, aborted), found(5, T + 1_000, committed))
  assert.deepEqual(findFirstRecord(records, 6, aborted), found(9, T + 3_000))
  assert.deepEqual(findFirstRecord(records, 10, aborted), { kind: 'none', knownTo: 10 })
})

test('Fetch of uncommitted records: all data is data, markers are none', () => {
  const { records, aborted, lastStableOffset } = onlyFetched('uncommitted', 'ledger')
  assert.deepEqual([lastStableOffset, aborted], [10, []])
  const transactional = { isTransactional: true }
  assert.deepEqual(findFirstRecord(records, 0, aborted), found(0, T, transactional))
  assert.deepEqual(findFirstRecord(records, 3, aborted), found(4, T + 1_000, transactional))
  assert.deepEqual(findFirstRecord(records, 6, aborted), found(7, T + 2_000, transactional))
  assert.deepEqual(findFirstRecord(records, 8, aborted), found(9, T + 3_000))
  assert.deepEqual(findFirstRecord(records, 10, aborted), found(10, T + 4_000, transactional))
})

test('DescribeProducers: who holds the partition, by the time stamps of its records', () => {
  const none = Number.NaN
  assert.deepEqual(toEnd(decodeDescribeProducers(0, golden('DescribeProducers-v0'), TOPOLOGY)), {
    throttleMs: 0,
    partitions: [
      { row: 2, errorCode: 0, producers: [] },
      {
        row: 4,
        errorCode: 0,
        producers: [
          { producerId: 0, producerEpoch: 0, lastTimestamp: T + 3_000, transactionStart: none },
          { producerId: 5, producerEpoch: 3, lastTimestamp: 1_795_722_035_236, transactionStart: none },
          { producerId: 6, producerEpoch: 1, lastTimestamp: 1_795_722_035_107, transactionStart: none },
          { producerId: 7, producerEpoch: 0, lastTimestamp: T + 4_000, transactionStart: 10 },
        ],
      },
    ],
  })
})

for (const version of [0, 1, 2]) {
  test(`ListTransactions v${version}: the ongoing one; a state that there is not is passed over`, () => {
    const body = golden(`ListTransactions-v${version}-ongoing`)
    assert.deepEqual(toEnd(decodeListTransactions(version, body)), {
      throttleMs: 0,
      errorCode: 0,
      transactions: [{ transactionalId: 'held', producerId: 7, state: 'Ongoing' }],
    })
  })
}

test('ListTransactions: all', () => {
  assert.deepEqual(toEnd(decodeListTransactions(1, golden('ListTransactions-v1-all'))).transactions, [
    { transactionalId: 'undone', producerId: 5, state: 'CompleteAbort' },
    { transactionalId: 'held', producerId: 7, state: 'Ongoing' },
    { transactionalId: 'done', producerId: 6, state: 'CompleteCommit' },
  ])
})

test('DescribeTransactions: an open one, one that is done, one that is not', () => {
  assert.deepEqual(toEnd(decodeDescribeTransactions(0, golden('DescribeTransactions-v0'))).transactions, [
    {
      transactionalId: 'held',
      errorCode: 0,
      state: 'Ongoing',
      timeoutMs: 900_000,
      startedAt: 1_795_722_035_374,
      producerId: 7,
      producerEpoch: 0,
      topics: [{ topic: 'ledger', partitions: [0] }],
    },
    {
      transactionalId: 'done',
      errorCode: 0,
      state: 'CompleteCommit',
      timeoutMs: 900_000,
      startedAt: 1_795_722_035_101,
      producerId: 6,
      producerEpoch: 1,
      topics: [],
    },
    {
      transactionalId: 'nobody',
      errorCode: 105,
      state: '',
      timeoutMs: 0,
      startedAt: Number.NaN,
      producerId: 0,
      producerEpoch: 0,
      topics: [],
    },
  ])
})

for (const codec of COMPRESSED) {
  test(`a large batch of Kafka's own builder in ${codec}`, () => {
    const bytes = golden(`batch-large-${codec}`)
    for (const offset of [5, 6, 30, 59, 64]) {
      assert.deepEqual(findFirstRecord(bytes, offset, []), found(offset, T + (offset - 5) * 1_000))
    }
    assert.deepEqual(findFirstRecord(bytes, 65, []), { kind: 'none', knownTo: 65 })
  })
}

for (const codec of ['none', ...COMPRESSED]) {
  test(`records dated backwards and with a delete horizon in ${codec}`, () => {
    const backwards = golden(`batch-backwards-${codec}`)
    const horizon = golden(`batch-horizon-${codec}`)
    for (const i of [0, 1, 2]) {
      assert.deepEqual(findFirstRecord(backwards, 5 + i, []), found(5 + i, T - i * 60_000))
      assert.deepEqual(findFirstRecord(horizon, 5 + i, []), found(5 + i, T + i * 1_000))
    }
  })
}

const LEGACY = ['none', 'gzip', 'snappy', 'lz4'] as const

for (const codec of LEGACY) {
  test(`messages of before Kafka 0.11 in ${codec}`, () => {
    const set = golden(`set-v1-${codec}`)
    for (const i of [0, 1, 2]) {
      assert.deepEqual(findFirstRecord(set, 5 + i, []), found(5 + i, T + i * 1_000))
    }
    assert.deepEqual(findFirstRecord(set, 4, []), found(5, T))
    assert.deepEqual(findFirstRecord(set, 8, []), { kind: 'none', knownTo: 8 })
    // A wrapper has the offset and the time of its last message.
    const options: FindOptions = { maxDecompressBytes: 10 }
    const bounds = { minTimestamp: Number.NEGATIVE_INFINITY, knownTo: 8 }
    const expected = codec === 'none' ? found(6, T + 1_000) : found(6, T + 2_000, bounds)
    assert.deepEqual(findFirstRecord(set, 6, [], options), expected)
    const cut = findFirstRecord(set.subarray(0, set.length - 1), 7, [])
    const whole = codec === 'none' ? found(7, T + 2_000) : undefined
    assert.deepEqual(cut, whole ?? { kind: 'incomplete', knownTo: 7, bytesNeeded: set.length })
  })

  test(`messages of before Kafka 0.10 in ${codec} have no time stamps`, () => {
    const set = golden(`set-v0-${codec}`)
    assert.deepEqual(findFirstRecord(set, 6, []), {
      kind: 'unreadable',
      knownTo: 6,
      reason: 'a message of format 0, which has no time stamps',
      isMalformed: false,
    })
    assert.deepEqual(findFirstRecord(set, 8, []), { kind: 'none', knownTo: 8 })
  })
}

test('a message of before Kafka 0.11 with the time of the broker, or with none', () => {
  const appended = golden('set-v1-gzip')
  appended.writeUInt8((appended[17] as number) | 0x08, 17)
  assert.deepEqual(
    findFirstRecord(appended, 6, []),
    found(6, T + 2_000, { isLogAppendTime: true, knownTo: 8 }),
  )
  for (const [name, offset] of [
    ['set-v1-none', 5],
    ['set-v1-gzip', 6],
  ] as const) {
    const undated = golden(name)
    undated.writeBigInt64BE(-1n, 18)
    assert.deepEqual(findFirstRecord(undated, offset, []), {
      kind: 'unreadable',
      knownTo: offset,
      reason: 'a record without a time stamp',
      isMalformed: false,
    })
  }
})

/** Of records 5 to 7: all that the wrapper tells. */
const WRAPPED = found(6, T + 2_000, { minTimestamp: Number.NEGATIVE_INFINITY, knownTo: 8 })

for (const codec of ['snappy', 'lz4'] as const) {
  test(`messages of before Kafka 0.11 in ${codec}, more than may be decompressed`, () => {
    const set = golden(`set-v1-${codec}`)
    // Two of three messages of 44 bytes, and a part of the next
    for (const maxDecompressedBytes of [88, 90]) {
      assert.deepEqual(findFirstRecord(set, 6, [], { maxDecompressedBytes }), WRAPPED)
    }
  })
}

test('messages of before Kafka 0.11 that cannot be read are bounded by their wrapper', () => {
  const inner = golden('set-v1-none')
  for (const [what, damaged] of [
    ['a size of 0', withInt32(inner, 8, -12)],
    ['a size backwards', withInt32(inner, 44 + 8, -56)],
    ['a size beyond the end', withInt32(inner, 88 + 8, 33)],
    ['another format', withInt32(inner, 44 + 14, 2)],
    ['nothing', Buffer.alloc(0)],
  ] as const) {
    assert.deepEqual(findFirstRecord(wrapped(damaged), 6, []), WRAPPED, what)
  }
  assert.deepEqual(findFirstRecord(wrapped(relative(inner)), 6, []), found(6, T + 1_000))
})

function withInt32(bytes: Buffer, at: number, value: number): Buffer {
  const changed = Buffer.from(bytes)
  changed.writeInt32BE(value, at)
  return changed
}

function relative(set: Buffer): Buffer {
  const inner = Buffer.from(set)
  for (const i of [0, 1, 2]) inner.writeBigInt64BE(BigInt(i), i * 44)
  return inner
}

/** In a wrapper that a real Kafka wrote. */
function wrapped(inner: Buffer): Buffer {
  const value = gzipSync(inner)
  const wrapper = Buffer.concat([golden('set-v1-gzip').subarray(0, 34), value])
  wrapper.writeInt32BE(value.length, 30)
  wrapper.writeInt32BE(wrapper.length - 12, 8)
  return wrapper
}

test('every captured file is read', () => {
  assert.deepEqual([...used].sort(), readdirSync(DIR).sort())
})
