import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AbortedTransaction } from '../../../src/kafka/wire/aborted-transactions.ts'
import {
  type FindOptions,
  type FirstRecord,
  findFirstRecord,
} from '../../../src/kafka/wire/record-batches.ts'
import { encodeBatch } from '../../fakes/simulated-cluster/log/encode-batch.ts'
import type { Codec, RecordBatch } from '../../fakes/simulated-cluster/log/record-batch.ts'

const T = 1_700_000_000_000
const CODECS: readonly Codec[] = ['none', 'gzip', 'snappy', 'lz4', 'zstd']

/** @param records offset and time stamp of each that is there; the first and last offset may lie further out */
function batch(records: readonly (readonly [number, number])[], more: Partial<RecordBatch> = {}): Buffer {
  const offsets = records.map(([offset]) => offset)
  return encodeBatch({
    baseOffset: offsets[0] ?? 0,
    lastOffset: offsets.at(-1) ?? 0,
    maxTimestamp: Math.max(-1, ...records.map(([, timestamp]) => timestamp)),
    codec: 'none',
    isLogAppendTime: false,
    isTransactional: false,
    isControl: false,
    deleteHorizon: null,
    startsSegment: false,
    leaderEpoch: 0,
    producerId: -1,
    producerEpoch: -1,
    baseSequence: -1,
    records: records.map(([offset, timestamp]) => ({
      offset,
      timestamp,
      key: null,
      value: Buffer.from('v'),
    })),
    ...more,
  })
}

function marker(offset: number, producerId: number, type: 'abort' | 'commit'): Buffer {
  const key = Buffer.from([0, 0, 0, type === 'abort' ? 0 : 1])
  const records = [{ offset, timestamp: T, key, value: Buffer.alloc(6) }]
  return batch([[offset, T]], { producerId, isTransactional: true, isControl: true, records })
}

const written = (producerId: number) => ({ producerId, isTransactional: true })

const find = (
  parts: readonly Buffer[],
  from: number,
  aborted: readonly AbortedTransaction[] = [],
  options: FindOptions = {},
) => findFirstRecord(Buffer.concat(parts), from, aborted, options)

const found = (offset: number, timestamp: number, more: Partial<FirstRecord> = {}) => ({
  kind: 'found',
  recordOffset: offset,
  knownTo: offset + 1,
  minTimestamp: timestamp,
  maxTimestamp: timestamp,
  isLogAppendTime: false,
  isTransactional: false,
  ...more,
})
const none = (knownTo: number) => ({ kind: 'none', knownTo })
const undated = (knownTo: number, reason: string) => ({
  kind: 'unreadable',
  knownTo,
  reason,
  isMalformed: false,
})

const WIDE = [
  [10, T],
  [11, T + 5_000],
  [14, T + 2_000],
] as const

for (const codec of CODECS) {
  test(`${codec}: the record is read, holes are passed over`, () => {
    const log = [
      batch(WIDE, { codec, lastOffset: 17 }),
      batch(
        [
          [18, T + 9_000],
          [19, T + 12_000],
        ],
        { codec },
      ),
    ]
    for (const [from, offset, timestamp] of [
      [9, 10, T],
      [10, 10, T],
      [11, 11, T + 5_000],
      [12, 14, T + 2_000],
      [14, 14, T + 2_000],
      // What was at 15 to 17 is gone, though the batch still says that it ends there.
      [15, 18, T + 9_000],
      [17, 18, T + 9_000],
      [19, 19, T + 12_000],
    ] as const) {
      assert.deepEqual(find(log, from), found(offset, timestamp), `from ${from}`)
    }
    assert.deepEqual(find(log, 20), none(20))
  })

  test(`${codec}: a delete horizon is no time of a record, but they count from it`, () => {
    const log = [batch(WIDE, { codec, deleteHorizon: T + 600_000 })]
    assert.deepEqual(find(log, 10), found(10, T))
    assert.deepEqual(find(log, 12), found(14, T + 2_000))
  })
}

const COMPRESSED = CODECS.filter(codec => codec !== 'none')

for (const codec of COMPRESSED) {
  test(`${codec}: the first record of a batch within a second is bounded by the header alone`, () => {
    const narrow = batch(
      [
        [10, T],
        [11, T + 1_000],
      ],
      { codec },
    )
    const expected = found(10, T, { maxTimestamp: T + 1_000 })
    assert.deepEqual(find([narrow], 10), expected)
    // Nor is more of it needed.
    assert.deepEqual(find([narrow.subarray(0, 61)], 10), expected)
    // A later one may be dated before the base: it is read.
    assert.deepEqual(find([narrow], 11), found(11, T + 1_000))
    const backwards = batch(
      [
        [10, T],
        [11, T - 3_600_000],
      ],
      { codec },
    )
    assert.deepEqual(find([backwards], 11), found(11, T - 3_600_000))
    const wide = batch(
      [
        [10, T],
        [11, T + 1_001],
      ],
      { codec },
    )
    assert.deepEqual(find([wide], 10), found(10, T))
  })

  test(`${codec}: what may not be decompressed is bounded by the header`, () => {
    const options = { maxDecompressBytes: 10 }
    const dense = batch(
      [
        [10, T],
        [11, T + 5_000],
        [12, T + 2_000],
      ],
      { codec },
    )
    const bounds = { minTimestamp: T, maxTimestamp: T + 5_000, knownTo: 13 }
    assert.deepEqual(find([dense], 9, [], options), found(10, 0, bounds))
    assert.deepEqual(find([dense], 12, [], options), found(12, 0, bounds))
    const sparse = batch(WIDE, { codec, lastOffset: 17 })
    // Three records cannot all lie before 13.
    assert.deepEqual(find([sparse], 12, [], options), found(12, 0, bounds))
    assert.deepEqual(
      find([sparse], 13, [], options),
      undated(13, 'a compacted batch that is not decompressed'),
    )
    const horizon = batch(WIDE, { codec, deleteHorizon: T + 600_000 })
    assert.deepEqual(
      find([horizon], 10, [], options),
      found(10, 0, { ...bounds, minTimestamp: Number.NEGATIVE_INFINITY }),
    )
    for (const more of [
      // Records dated after the horizon
      { deleteHorizon: T + 1_000 },
      // A base that cannot be of any of them
      { maxTimestamp: T - 1 },
    ]) {
      const said = find([batch(WIDE, { codec, ...more })], 10, [], options)
      assert.equal(said.kind === 'found' && said.minTimestamp, Number.NEGATIVE_INFINITY)
    }
    // More bytes would not help.
    assert.deepEqual(find([dense.subarray(0, 65)], 10, [], options), found(10, 0, bounds))
  })

  test(`${codec}: what cannot be decompressed is bounded by the header`, () => {
    const broken = batch(WIDE, { codec })
    broken.fill(0xee, 61)
    assert.deepEqual(
      find([broken], 10),
      found(10, 0, { minTimestamp: T, maxTimestamp: T + 5_000, knownTo: 13 }),
    )
  })
}

test('a record beyond what may be decompressed is bounded by the header', () => {
  const records = Array.from({ length: 200 }, (_, i) => [i, T + i * 100] as const)
  const options = { maxDecompressedBytes: 500 }
  const bounds = { minTimestamp: T, maxTimestamp: T + 19_900, knownTo: 200 }
  for (const codec of COMPRESSED) {
    assert.deepEqual(find([batch(records, { codec })], 199, [], options), found(199, 0, bounds), codec)
  }
  for (const codec of ['snappy', 'lz4'] as const) {
    assert.deepEqual(find([batch(records, { codec })], 3, [], options), found(3, T + 300), codec)
  }
})

test('LogAppendTime: every record has the time of the batch', () => {
  for (const codec of CODECS) {
    const log = [batch(WIDE, { codec, isLogAppendTime: true, maxTimestamp: T + 7 })]
    const time = { isLogAppendTime: true, knownTo: 13 }
    assert.deepEqual(find(log, 10), found(10, T + 7, time))
    assert.deepEqual(find(log, 12), found(12, T + 7, time))
    assert.deepEqual(find(log, 13), found(14, T + 7, { isLogAppendTime: true }))
    assert.deepEqual(find(log, 15), none(15))
  }
})

test('a record without a time stamp is not from 1970', () => {
  const reason = 'a record without a time stamp'
  for (const codec of CODECS) {
    assert.deepEqual(find([batch([[5, -1]], { codec })], 5), undated(5, reason))
    const mixed = [
      [5, -1],
      [6, T],
    ] as const
    assert.deepEqual(find([batch(mixed, { codec })], 5), undated(5, reason))
    assert.deepEqual(find([batch(mixed, { codec })], 6), found(6, T))
    const appended = { codec, isLogAppendTime: true, maxTimestamp: -1 }
    assert.deepEqual(find([batch([[5, T]], appended)], 5), undated(5, reason))
  }
  assert.deepEqual(
    find([batch([[5, -1]], { codec: 'lz4' })], 5, [], { maxDecompressBytes: 1 }),
    undated(5, reason),
  )
  assert.deepEqual(find([batch([[5, 0]])], 5), found(5, 0))
})

test('control batches and emptied batches hold no data', () => {
  const emptied = batch([], { baseOffset: 11, lastOffset: 20 })
  const log = [marker(10, 7, 'commit'), emptied]
  assert.deepEqual(find(log, 10), none(21))
  assert.deepEqual(find([...log, batch([[21, T]])], 10), found(21, T))
  assert.deepEqual(find(log, 25), none(25))
})

test('data of an aborted transaction is none, up to its marker, of its producer only', () => {
  const log = [
    batch([[0, T]], written(7)),
    batch([[1, T + 1]], written(8)),
    batch([[2, T + 2]], written(7)),
    marker(3, 7, 'abort'),
    batch([[4, T + 4]], written(7)),
    marker(5, 7, 'commit'),
    batch([[6, T + 6]], written(7)),
    batch([[7, T + 7]]),
    marker(8, 7, 'abort'),
    batch([[9, T + 9]], { producerId: 7 }),
    marker(10, 8, 'commit'),
  ]
  // In no order: the broker promises none.
  const aborted = [
    { producerId: 7, firstOffset: 6 },
    { producerId: 7, firstOffset: 0 },
  ]
  const transactional = { isTransactional: true }
  assert.deepEqual(find(log, 0, aborted), found(1, T + 1, transactional))
  assert.deepEqual(find(log, 2, aborted), found(4, T + 4, transactional))
  assert.deepEqual(find(log, 5, aborted), found(7, T + 7))
  // Idempotent, but of no transaction
  assert.deepEqual(find(log, 8, aborted), found(9, T + 9))
  assert.deepEqual(find(log, 10, aborted), none(11))
  assert.deepEqual(find(log, 0), found(0, T, transactional))
  assert.deepEqual(find(log, 5), found(6, T + 6, transactional))
})

test('aborted data at the end: there is none so far', () => {
  const log = [
    batch(
      [
        [0, T],
        [1, T],
      ],
      written(7),
    ),
    batch([[2, T]], { ...written(7), lastOffset: 5 }),
  ]
  assert.deepEqual(find(log, 0, [{ producerId: 7, firstOffset: 0 }]), none(6))
  // By the last offset of a batch, like the Java consumer: it may not begin where its batch does.
  for (const firstOffset of [2, 5]) {
    assert.deepEqual(find(log, 2, [{ producerId: 7, firstOffset }]), none(6))
    assert.deepEqual(find(log, 0, [{ producerId: 7, firstOffset }]), found(0, T, { isTransactional: true }))
  }
})

test('an emptied marker is none, one that cannot be read is a fault where it matters', () => {
  const aborted = [{ producerId: 7, firstOffset: 0 }]
  const data = batch([[0, T]], written(7))
  const emptied = batch([], { ...written(7), isControl: true, baseOffset: 1, lastOffset: 1 })
  assert.deepEqual(find([data, emptied, batch([[2, T]], written(7))], 0, aborted), none(3))
  for (const key of [null, Buffer.from([0, 0])]) {
    const records = [{ offset: 1, timestamp: T, key, value: Buffer.alloc(6) }]
    const odd = batch([[1, T]], { ...written(7), isControl: true, records })
    assert.deepEqual(find([data, odd], 0, aborted), {
      kind: 'unreadable',
      knownTo: 1,
      reason: 'a transaction marker that cannot be read',
      isMalformed: true,
    })
    assert.deepEqual(find([odd], 0), none(2))
  }
})

test('bytes that end too early ask for more', () => {
  const first = batch([[10, T]])
  const second = batch(WIDE.map(([offset, time]) => [offset + 1, time] as const))
  const cut = (bytes: number) => find([first, second.subarray(0, bytes)], 11)
  assert.deepEqual(find([], 10), { kind: 'incomplete', knownTo: 10, bytesNeeded: Number.NaN })
  assert.deepEqual(cut(11), { kind: 'incomplete', knownTo: 11, bytesNeeded: Number.NaN })
  for (const bytes of [12, 17, 60, 61, 62, 64]) {
    assert.deepEqual(cut(bytes), { kind: 'incomplete', knownTo: 11, bytesNeeded: second.length }, `${bytes}`)
  }
  // The beginning of the record is enough.
  assert.deepEqual(cut(65), found(11, T))
  // Whatever is cut of a batch that is passed over is not missed.
  assert.deepEqual(find([first.subarray(0, 61)], 11), none(11))
  assert.deepEqual(find([marker(10, 7, 'abort').subarray(0, 61)], 10), none(11))
  const gzip = batch(WIDE, { codec: 'gzip' })
  assert.deepEqual(find([gzip.subarray(0, 70)], 10), {
    kind: 'incomplete',
    knownTo: 10,
    bytesNeeded: gzip.length,
  })
})

const DAMAGE: readonly [string, (bytes: Buffer) => void, string][] = [
  ['a format that is not known', bytes => bytes.writeInt8(3, 16), 'a record batch of format 3'],
  ['a negative format', bytes => bytes.writeInt8(-1, 16), 'a record batch of format 255'],
  ['a negative length', bytes => bytes.writeInt32BE(-1, 8), 'a record batch of -1 bytes'],
  ['a length of nothing', bytes => bytes.writeInt32BE(0, 8), 'a record batch of 0 bytes'],
  ['shorter than its header', bytes => bytes.writeInt32BE(48, 8), 'a record batch of 48 bytes'],
  ['a negative offset', bytes => bytes.writeBigInt64BE(-5n, 0), 'a batch at offset -5'],
  ['an inexact offset', bytes => bytes.writeBigInt64BE(2n ** 60n, 0), `a batch at offset ${2 ** 60}`],
  ['offsets backwards', bytes => bytes.writeInt32BE(-2, 23), 'a batch of 3 records over -1 offsets'],
  ['more records than offsets', bytes => bytes.writeInt32BE(6, 57), 'a batch of 6 records over 5 offsets'],
  ['fewer than none', bytes => bytes.writeInt32BE(-1, 57), 'a batch of -1 records over 5 offsets'],
  ['a record of no length', bytes => bytes.writeUInt8(0, 61), 'a record that cannot be read'],
  ['a record of negative length', bytes => bytes.writeUInt8(13, 61), 'a record that cannot be read'],
  ['a record outside the batch', bytes => bytes.writeUInt8(100, 64), 'a record that cannot be read'],
  ['a record before the batch', bytes => bytes.writeUInt8(1, 64), 'a record that cannot be read'],
  ['an endless number', bytes => bytes.fill(0xff, 61, 72), 'a record that cannot be read'],
]

test('unreadable: a time that cannot be exact', () => {
  const records = [{ offset: 10, timestamp: T, key: null, value: Buffer.alloc(20) }]
  const bytes = batch([[10, T]], { records })
  // The difference of its time stamp, of nine bytes now
  bytes.fill(0xff, 63, 71).writeUInt8(0x7f, 71)
  assert.equal(find([bytes], 10).kind, 'unreadable')
})

for (const [name, damage, reason] of DAMAGE) {
  test(`unreadable: ${name}`, () => {
    const bytes = batch(WIDE)
    damage(bytes)
    assert.deepEqual(find([bytes], 10), { kind: 'unreadable', knownTo: 10, reason, isMalformed: true })
    // What comes before it is read.
    assert.deepEqual(find([batch([[8, T]]), bytes], 8), found(8, T))
    const passedOver = find([marker(8, 7, 'commit'), bytes], 8)
    assert.deepEqual(passedOver, { kind: 'unreadable', knownTo: 9, reason, isMalformed: true })
  })
}

for (const codec of CODECS.slice(1)) {
  test(`batches that all claim the offset and do not have it are decompressed a few times at most: ${codec}`, () => {
    const holed = batch([[5, T]], { codec, lastOffset: 9, maxTimestamp: T + 60_000 })
    const later = batch([[10, T + 60_000]], { codec })
    assert.deepEqual(find([holed, holed, holed, holed, later], 7), found(10, T + 60_000))
    assert.deepEqual(find([...Array.from({ length: 20 }, () => holed), later], 7), {
      kind: 'unreadable',
      knownTo: 10,
      reason: 'a compacted batch that is not decompressed',
      isMalformed: false,
    })
  })
}
