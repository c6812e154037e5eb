import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { decompress } from '../../../src/kafka/wire/decompress.ts'
import { decodeFetch } from '../../../src/kafka/wire/fetch.ts'
import { findFirstRecord } from '../../../src/kafka/wire/record-batches.ts'
import { toEnd } from '../../../src/model/steps.ts'
import { buildTopology } from '../../../src/model/topology.ts'
import { encodeBatch } from '../../fakes/simulated-cluster/log/encode-batch.ts'
import type { Codec, RecordBatch } from '../../fakes/simulated-cluster/log/record-batch.ts'

const T = 1_700_000_000_000

/** A batch, and which offsets of it hold data that is read_committed. */
interface Written {
  readonly bytes: Buffer
  readonly data: readonly (readonly [offset: number, timestamp: number])[]
  /** The producer whose transaction this aborts, with its first offset. */
  readonly aborts: { readonly producerId: number; readonly firstOffset: number } | null
}

const shape = fc.record({
  kind: fc.constantFrom('data', 'data', 'data', 'transactional', 'commit', 'abort'),
  codec: fc.constantFrom<Codec>('none', 'gzip', 'snappy', 'lz4', 'zstd'),
  producerId: fc.constantFrom(1, 2),
  /** Per offset: when, or null for a hole. */
  times: fc.array(fc.option(fc.integer({ min: 0, max: 5_000 }), { freq: 3 }), { minLength: 1, maxLength: 8 }),
  width: fc.constantFrom(1, 1_000),
  isLogAppendTime: fc.boolean(),
  hasDeleteHorizon: fc.boolean(),
  gap: fc.nat({ max: 3 }),
})
type Shape = typeof shape extends fc.Arbitrary<infer Value> ? Value : never

/** Lays batches one after the other, as producers and compaction would. */
function layOut(shapes: readonly Shape[]): Written[] {
  const written: Written[] = []
  const open = new Map<number, { firstOffset: number; batches: number[] }>()
  let next = 3
  for (const { kind, codec, producerId, times, width, isLogAppendTime, hasDeleteHorizon, gap } of shapes) {
    const baseOffset = next + gap
    const shared = {
      producerId,
      producerEpoch: 0,
      baseSequence: -1,
      leaderEpoch: 0,
      baseOffset,
      startsSegment: false,
    }
    if (kind === 'commit' || kind === 'abort') {
      const key = Buffer.from([0, 0, 0, kind === 'abort' ? 0 : 1])
      const bytes = encodeBatch({
        ...shared,
        lastOffset: baseOffset,
        maxTimestamp: T,
        codec: 'none',
        isLogAppendTime: false,
        isTransactional: true,
        isControl: true,
        deleteHorizon: null,
        records: [{ offset: baseOffset, timestamp: T, key, value: Buffer.alloc(6) }],
      })
      const transaction = open.get(producerId)
      const isAbort = kind === 'abort' && transaction !== undefined
      for (const at of isAbort ? transaction.batches : []) {
        written[at] = { ...(written[at] as Written), data: [] }
      }
      const aborts = isAbort ? { producerId, firstOffset: transaction.firstOffset } : null
      written.push({ bytes, data: [], aborts })
      open.delete(producerId)
      next = baseOffset + 1
      continue
    }
    const records = times.flatMap((time, i) =>
      time === null ? [] : [{ offset: baseOffset + i, timestamp: T + time * width, key: null, value: VALUE }],
    )
    const batch: RecordBatch = {
      ...shared,
      lastOffset: baseOffset + times.length - 1,
      maxTimestamp: Math.max(-1, ...records.map(({ timestamp }) => timestamp)),
      codec,
      isLogAppendTime,
      isTransactional: kind === 'transactional',
      isControl: false,
      deleteHorizon: hasDeleteHorizon ? T + 86_400_000 : null,
      records,
    }
    if (kind === 'transactional') {
      const transaction = open.get(producerId) ?? { firstOffset: baseOffset, batches: [] }
      transaction.batches.push(written.length)
      open.set(producerId, transaction)
    }
    const data = records.map(
      ({ offset, timestamp }) => [offset, isLogAppendTime ? batch.maxTimestamp : timestamp] as const,
    )
    written.push({ bytes: encodeBatch(batch), data, aborts: null })
    next = batch.lastOffset + 1
  }
  return written
}

const VALUE = Buffer.from('so many values, and all the same')

test('of any log, whole or cut, nothing is said that is not so', () => {
  const log = fc.array(shape, { minLength: 1, maxLength: 12 }).map(layOut)
  fc.assert(
    fc.property(
      log,
      fc.nat({ max: 100 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (batches, skip, part) => {
        const whole = Buffer.concat(batches.map(({ bytes }) => bytes))
        const data = batches.flatMap(batch => batch.data)
        const aborted = batches.flatMap(({ aborts }) => aborts ?? [])
        const firstFrom = (offset: number) => data.find(([at]) => at >= offset)
        const from = skip
        for (const bytes of [whole, whole.subarray(0, Math.floor(whole.length * part))]) {
          const said = findFirstRecord(bytes, from, aborted)
          const isWhole = bytes.length === whole.length
          assert.notEqual(said.kind, 'unreadable')
          if (isWhole) assert.equal(said.kind, firstFrom(from) === undefined ? 'none' : 'found')
          if (said.kind === 'found') {
            const [offset] = firstFrom(from) ?? []
            assert.ok(
              offset !== undefined && said.recordOffset <= offset,
              `${said.recordOffset}, not ${offset}`,
            )
            assert.ok(said.knownTo > from, `known to ${said.knownTo}`)
            for (let at = from; at < said.knownTo; at++) {
              const [, timestamp = Number.NaN] = firstFrom(at) ?? []
              assert.ok(
                timestamp >= said.minTimestamp && timestamp <= said.maxTimestamp,
                `at ${at}: ${timestamp}`,
              )
            }
            assert.ok(said.maxTimestamp - said.minTimestamp <= 1_000)
          } else {
            const [offset = Number.POSITIVE_INFINITY] = firstFrom(from) ?? []
            assert.ok(said.knownTo >= from && said.knownTo <= offset, `known to ${said.knownTo}`)
          }
        }
      },
    ),
    { numRuns: 400 },
  )
})

const GOLDEN = join(import.meta.dirname, '../../golden/records')
const TOPICS = ['none', 'gzip', 'snappy', 'lz4', 'zstd', 'appended', 'compacted', 'empty', 'ledger']
const TOPOLOGY = buildTopology(TOPICS.map(name => ({ name, id: '', partitions: 1 })))

/** What a real Kafka answered, small enough for many runs. */
const REAL = readdirSync(GOLDEN)
  .flatMap(name => {
    const bytes = Buffer.from(readFileSync(join(GOLDEN, name), 'utf8').replaceAll(/\s/g, ''), 'hex')
    if (/^(batch|set)-/.test(name)) return [bytes]
    if (!name.startsWith('Fetch-')) return []
    return toEnd(decodeFetch(12, bytes, TOPOLOGY)).partitions.map(({ records }) => records)
  })
  .filter(bytes => bytes.length > 0 && bytes.length < 2_000)

test('whatever the bytes are, an answer is given, within its bounds', () => {
  const change = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    bytes: fc.uint8Array({ minLength: 1, maxLength: 8 }),
  })
  const part = fc.oneof(fc.constant(1), fc.double({ min: 0, max: 1, noNaN: true }))
  const from = fc.nat({ max: 60 })
  fc.assert(
    fc.property(
      fc.constantFrom(...REAL),
      part,
      fc.array(change, { maxLength: 4 }),
      from,
      (real, kept, changes, offset) => {
        const bytes = Buffer.from(real.subarray(0, Math.ceil(real.length * kept)))
        for (const { at, bytes: put } of changes)
          bytes.write(Buffer.from(put).toString('hex'), Math.floor(at * bytes.length), 'hex')
        const aborted = [{ producerId: 5, firstOffset: 0 }]
        const said = findFirstRecord(bytes, offset, aborted, { maxDecompressedBytes: 1_000_000 })
        assert.ok(said.knownTo >= offset)
        if (said.kind !== 'found') return
        assert.ok(said.recordOffset >= offset && said.knownTo > offset)
        assert.ok(said.minTimestamp <= said.maxTimestamp && said.maxTimestamp >= 0)
      },
    ),
    { numRuns: 3_000 },
  )
})

test('whatever is decompressed, it stays within its limit', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(0, 1, 2, 3, 4, 5, 7),
      fc.uint8Array({ maxLength: 300 }),
      fc.boolean(),
      fc.nat({ max: 5_000 }),
      (codec, bytes, withMagic, limit) => {
        const magic = withMagic ? (MAGIC[codec] ?? Buffer.alloc(0)) : Buffer.alloc(0)
        const output = decompress(codec, Buffer.concat([magic, bytes]), Math.max(1, limit))
        assert.ok(output === null || output.bytes.length <= Math.max(1, limit))
      },
    ),
    { numRuns: 3_000 },
  )
})

const MAGIC: Readonly<Record<number, Buffer>> = {
  1: Buffer.from('1f8b0800000000000003', 'hex'),
  2: Buffer.from('82534e41505059000000000100000001', 'hex'),
  3: Buffer.from('04224d18604082', 'hex'),
  4: Buffer.from('28b52ffd', 'hex'),
}
