import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { decodeFetch } from '../../../src/kafka/wire/fetch.ts'
import type { ReadBatch } from '../../../src/kafka/wire/read-batch.ts'
import { type BatchesEnd, readBatches } from '../../../src/kafka/wire/read-batches.ts'
import { toEnd } from '../../../src/model/steps.ts'
import { buildTopology } from '../../../src/model/topology.ts'
import { encodeBatch } from '../../fakes/simulated-cluster/log/encode-batch.ts'

/** What test/kafka/wire/records-golden.test.ts reads too: scripts/capture-records-golden.ts says what was produced. */
const DIR = join(import.meta.dirname, '../../golden/records')
const golden = (name: string) =>
  Buffer.from(readFileSync(join(DIR, `${name}.hex`), 'utf8').replaceAll(/\s/g, ''), 'hex')
const MIB = 1_048_576
const T = 1_700_000_000_000

/** Of the only partition of the answer that has records. */
function fetched(variant: string, topic: string) {
  const topology = buildTopology([{ name: topic, id: '', partitions: 1 }])
  const { partitions } = toEnd(decodeFetch(12, golden(`Fetch-v12-${variant}`), topology))
  const [partition] = partitions.filter(({ records }) => records.length > 0)
  assert.ok(partition)
  return partition
}

function all(bytes: Buffer, from = 0, aborted: Parameters<typeof readBatches>[3] = [], maxBatchBytes = MIB) {
  const batches: ReadBatch[] = []
  const reading = readBatches(bytes, 7, from, aborted, maxBatchBytes)
  for (;;) {
    const step = reading.next()
    if (step.done) return { batches, end: step.value as BatchesEnd }
    batches.push(step.value)
  }
}
const recordsOf = (batches: readonly ReadBatch[]) => batches.flatMap(batch => batch.records)
const offsetsOf = (batches: readonly ReadBatch[]) => recordsOf(batches).map(record => record.offset)
const text = (bytes: Buffer | null) => bytes?.toString() ?? null

for (const codec of ['none', 'gzip', 'snappy', 'lz4', 'zstd']) {
  test(`records in ${codec}: each as it was produced`, () => {
    const { batches, end } = all(fetched(codec, codec).records)
    assert.deepEqual(end, { cutBytes: null })
    assert.equal(batches.at(-1)?.nextOffset, 41)
    const records = recordsOf(batches)
    assert.deepEqual(
      records.map(({ partition, offset, timestamp }) => [partition, offset, timestamp]),
      [[7, 0, T - 1], ...Array.from({ length: 40 }, (_, i) => [7, i + 1, T + i * 1_000])],
    )
    assert.deepEqual(
      [0, 1, 3].map(i => [text(records[i]!.key), text(records[i]!.value), records[i]!.headers]),
      [
        [null, 'warm', []],
        [null, '{"id":0,"name":"customer 0","note":""}', []],
        [null, '{"id":5831,"name":"customer 2","note":"paid in full; paid in full; "}', []],
      ],
    )
    assert.deepEqual(offsetsOf(all(fetched(codec, codec).records, 39).batches), [39, 40])
  })
}

test('holes of compaction are passed over; each key as it was', () => {
  const { batches } = all(fetched('compacted', 'compacted').records)
  assert.deepEqual(
    recordsOf(batches).map(({ offset, key, value }) => [offset, text(key), text(value)]),
    [
      [1, 'b', 'b'],
      [2, 'c', 'c'],
      [3, 'd', 'd'],
      [5, 'a', 'a'],
      [6, 'e', 'e'],
    ],
  )
  assert.deepEqual(
    batches.map(batch => [batch.unreadable, batch.nextOffset]),
    [
      [0, 5],
      [0, 7],
    ],
  )
})

test('of aborted transactions and their markers nothing is given, and no gap is left', () => {
  const { records, aborted } = fetched('committed', 'ledger')
  const { batches } = all(records, 0, aborted)
  assert.deepEqual(offsetsOf(batches), [4, 5, 9])
  assert.equal(batches.at(-1)?.nextOffset, 10)
})

for (const codec of ['none', 'gzip', 'snappy', 'lz4']) {
  test(`messages of before Kafka 0.11 in ${codec}`, () => {
    for (const [version, times] of [
      ['v1', [T, T + 1_000, T + 2_000]],
      ['v0', [-1, -1, -1]],
    ] as const) {
      const { batches, end } = all(golden(`set-${version}-${codec}`), 6)
      assert.deepEqual(
        recordsOf(batches).map(({ offset, timestamp }) => [offset, timestamp]),
        [
          [6, times[1]],
          [7, times[2]],
        ],
      )
      assert.deepEqual([batches.at(-1)?.nextOffset, end], [8, { cutBytes: null }])
    }
  })
}

const batchOf = (codec: 'none' | 'gzip' | 'lz4' | 'zstd', values: readonly string[]) =>
  encodeBatch({
    baseOffset: 10,
    lastOffset: 10 + values.length - 1,
    startsSegment: false,
    maxTimestamp: T,
    codec,
    isLogAppendTime: false,
    isTransactional: false,
    isControl: false,
    deleteHorizon: null,
    leaderEpoch: 0,
    producerId: -1,
    producerEpoch: -1,
    baseSequence: -1,
    records: values.map((value, i) => ({
      offset: 10 + i,
      timestamp: T,
      key: null,
      value: Buffer.from(value),
    })),
  })

for (const codec of ['gzip', 'lz4', 'zstd'] as const) {
  test(`a batch that is longer than may be, in ${codec}, counts as unreadable; those around it are read`, () => {
    const small = batchOf('none', ['a'])
    const large = batchOf(codec, ['b'.repeat(5_000), 'c'])
    large.writeBigInt64BE(11n, 0)
    const { batches } = all(Buffer.concat([small, large]), 0, [], 4_096)
    assert.deepEqual(
      batches.map(({ records, unreadable, nextOffset }) => [records.length, unreadable, nextOffset]),
      [
        [1, 0, 11],
        [0, 2, 13],
      ],
    )
  })
}

test('headers in their order, with a key twice and a value of null', () => {
  // length, attributes, time stamp 0, offset 0, key null, value "v", 3 headers: a=1, b=null, a=""
  const body = [0, 0, 0, 1, 2, 0x76, 6, 2, 0x61, 2, 0x31, 2, 0x62, 1, 2, 0x61, 0]
  const bytes = Buffer.concat([
    batchOf('none', ['x']).subarray(0, 61),
    Buffer.from([2 * body.length, ...body]),
  ])
  bytes.writeInt32BE(bytes.length - 12, 8)
  const [record] = recordsOf(all(bytes).batches)
  assert.deepEqual(
    record?.headers.map(({ key, value }) => [key, text(value)]),
    [
      ['a', '1'],
      ['b', null],
      ['a', ''],
    ],
  )
})

test('a batch that is cut says how long it is; what cannot be a batch is one unreadable record', () => {
  const batch = batchOf('none', ['a', 'b'])
  assert.deepEqual(all(batch.subarray(0, batch.length - 1)), { batches: [], end: { cutBytes: batch.length } })
  assert.deepEqual(all(batch.subarray(0, 14)), { batches: [], end: { cutBytes: batch.length } })
  assert.deepEqual(all(batch.subarray(0, 5)), { batches: [], end: { cutBytes: Number.NaN } })
  const odd = Buffer.from(batch)
  odd[16] = 3
  assert.deepEqual(all(odd, 10), {
    batches: [{ records: [], unreadable: 1, nextOffset: 11 }],
    end: { cutBytes: null },
  })
})

test('a batch whose records are damaged counts all that it says it has', () => {
  const batch = batchOf('none', ['a', 'b', 'c'])
  batch[61] = 0x7f
  assert.deepEqual(all(batch, 11).batches, [{ records: [], unreadable: 2, nextOffset: 13 }])
})
