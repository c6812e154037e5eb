import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { SimulatedLog } from './simulated-log.ts'

/** [base, last, offsets of its records] of every batch. */
function layout(log: SimulatedLog): [number, number, number[]][] {
  const found: [number, number, number[]][] = []
  for (let at = log.logStart; ; ) {
    const batch = log.batchFrom(at)
    if (!batch) return found
    found.push([batch.baseOffset, batch.lastOffset, batch.records.map(record => record.offset)])
    at = batch.lastOffset + 1
  }
}

test('a search by time takes the first record in order of offsets, whatever is behind it', () => {
  const log = new SimulatedLog()
  log.append([100, 300, 200])
  log.append([150])
  log.append([400, 250])
  for (const [timestamp, found] of [
    [0, { offset: 0, timestamp: 100 }],
    [101, { offset: 1, timestamp: 300 }],
    [300, { offset: 1, timestamp: 300 }],
    [301, { offset: 4, timestamp: 400 }],
    [401, null],
  ] as const) {
    assert.deepEqual(log.findTimestamp(timestamp), found)
  }
  assert.deepEqual(log.newest(), { offset: 4, timestamp: 400 })
})

test('with LogAppendTime every record has the time of its batch', () => {
  const log = new SimulatedLog()
  log.append([100, 101], { appendTime: 500 })
  log.append([102], { appendTime: 600 })
  assert.deepEqual(log.findTimestamp(101), { offset: 0, timestamp: 500 })
  assert.deepEqual(log.findTimestamp(501), { offset: 2, timestamp: 600 })
  assert.deepEqual(
    log.batchFrom(1)!.records.map(({ timestamp }) => timestamp),
    [100, 101],
  )
})

test('a marker is a record to a search by time and to the newest', () => {
  const log = new SimulatedLog()
  log.append([100], { producerId: 7, isTransactional: true })
  log.endTransaction(7, 'commit', 900)
  assert.deepEqual(log.findTimestamp(500), { offset: 1, timestamp: 900 })
  assert.deepEqual(log.newest(), { offset: 1, timestamp: 900 })
})

test('an open transaction holds the last stable offset until its marker is replicated', () => {
  const log = new SimulatedLog({ startOffset: 40 })
  log.append([1, 2])
  assert.equal(log.lastStableOffset, 42)
  log.append([3, 4], { producerId: 7, isTransactional: true })
  log.append([5], { producerId: 8, isTransactional: true })
  log.append([6])
  log.holdHighWatermark(46)
  log.endTransaction(7, 'abort', 7)
  assert.deepEqual([log.end, log.highWatermark, log.lastStableOffset], [47, 46, 42])
  log.holdHighWatermark(null)
  assert.equal(log.lastStableOffset, 44)
  log.endTransaction(8, 'commit', 8)
  assert.equal(log.lastStableOffset, 48)
  assert.deepEqual(log.abortedTransactions(40, 48), [{ producerId: 7, firstOffset: 42, lastOffset: 46 }])
  assert.deepEqual(log.abortedTransactions(47, 48), [])
  assert.deepEqual(log.abortedTransactions(40, 42), [])
})

test('producers keep their epoch, their last sequence and the start of what is open', () => {
  const log = new SimulatedLog()
  log.append([10, 11], { producerId: 7, producerEpoch: 3 })
  log.append([12], { producerId: 7 })
  log.append([13], { producerId: 8, isTransactional: true })
  log.append([14], { producerId: 7, producerEpoch: 4 })
  assert.deepEqual(
    [0, 2, 4].map(offset => [log.batchFrom(offset)!.producerEpoch, log.batchFrom(offset)!.baseSequence]),
    [
      [3, 0],
      [3, 2],
      [4, 0],
    ],
  )
  const idle = { coordinatorEpoch: -1, currentTransactionStart: -1 }
  assert.deepEqual(log.producers(), [
    { producerId: 7, producerEpoch: 4, lastSequence: 0, lastTimestamp: 14, ...idle },
    {
      producerId: 8,
      producerEpoch: 0,
      lastSequence: 0,
      lastTimestamp: 13,
      ...idle,
      currentTransactionStart: 3,
    },
  ])
  log.endTransaction(8, 'commit', 20, { coordinatorEpoch: 5 })
  assert.deepEqual(log.producers()[1], {
    producerId: 8,
    producerEpoch: 0,
    lastSequence: 0,
    lastTimestamp: 20,
    coordinatorEpoch: 5,
    currentTransactionStart: -1,
  })
})

test('compaction takes records and leaves offsets, first offsets of batches too', () => {
  const log = new SimulatedLog()
  log.append([1, 2, 3])
  log.append([4, 5])
  log.append([6])
  log.compact(offset => offset === 1 || offset === 5)
  assert.deepEqual(layout(log), [
    [0, 2, [1]],
    [5, 5, [5]],
  ])
  assert.equal(log.end, 6)
  assert.equal(log.batchFrom(0)!.maxTimestamp, 2)
  assert.deepEqual(log.findTimestamp(3), { offset: 5, timestamp: 6 })
})

test('compaction can leave the shell of a batch and a delete horizon', () => {
  const log = new SimulatedLog()
  log.append([1, 2])
  log.append([3, 4])
  log.compact(offset => offset === 3, { keepsEmptyBatches: true, deleteHorizon: 9_000 })
  assert.deepEqual(layout(log), [
    [0, 1, []],
    [2, 3, [3]],
  ])
  assert.deepEqual(
    [log.batchFrom(0)!.maxTimestamp, log.batchFrom(2)!.maxTimestamp, log.batchFrom(2)!.deleteHorizon],
    [-1, 4, 9_000],
  )
})

test('nothing that is not decided is compacted', () => {
  const log = new SimulatedLog()
  log.append([1])
  log.append([2], { producerId: 7, isTransactional: true })
  log.append([3])
  log.compact(() => false)
  assert.deepEqual(layout(log), [
    [1, 1, [1]],
    [2, 2, [2]],
  ])
})

test('retention moves the start of the log, and a batch may reach over it', () => {
  const log = new SimulatedLog()
  log.append([100, 110, 120])
  log.append([200])
  log.deleteBefore(1)
  assert.deepEqual([log.logStart, log.batchFrom(1)!.baseOffset], [1, 0])
  assert.deepEqual(log.findTimestamp(0), { offset: 1, timestamp: 110 })
  log.deleteOlderThan(150)
  assert.deepEqual([log.logStart, log.batchFrom(1)!.baseOffset], [3, 3])
  log.deleteOlderThan(1_000)
  assert.deepEqual([log.logStart, log.end, log.batchFrom(3), log.sizeBytes], [4, 4, null, 0])
})

test('the size is that of the batches that are there', () => {
  const payload = () => ({ key: null, value: Buffer.alloc(50) })
  const log = new SimulatedLog({ payload })
  log.append([1])
  assert.equal(log.sizeBytes, 61 + 57)
  log.append([2, 3])
  assert.equal(log.sizeBytes, 61 + 57 + 61 + 114)
  log.deleteBefore(1)
  assert.equal(log.sizeBytes, 61 + 114)
})

const step = fc.oneof(
  fc.record({
    do: fc.constantFrom('append' as const),
    times: fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 4 }),
  }),
  fc.record({ do: fc.constantFrom('delete' as const), offset: fc.integer({ min: 0, max: 60 }) }),
  fc.record({ do: fc.constantFrom('compact' as const), modulus: fc.integer({ min: 2, max: 4 }) }),
)

test('searches by time agree with looking at every record, whatever was appended, deleted and compacted', () => {
  fc.assert(
    fc.property(
      fc.tuple(fc.array(step, { maxLength: 40 }), fc.integer({ min: 0, max: 51 })),
      ([steps, timestamp]) => {
        const log = new SimulatedLog()
        let records: { offset: number; timestamp: number }[] = []
        for (const action of steps) {
          if (action.do === 'append') {
            const base = log.append(action.times)
            records.push(...action.times.map((time, i) => ({ offset: base + i, timestamp: time })))
          } else if (action.do === 'delete') {
            log.deleteBefore(action.offset)
          } else {
            const keeps = (offset: number) => offset % action.modulus !== 0
            log.compact(keeps)
            records = records.filter(({ offset }) => keeps(offset))
          }
          const there = records.filter(({ offset }) => offset >= log.logStart)
          assert.deepEqual(log.findTimestamp(timestamp), there.find(r => r.timestamp >= timestamp) ?? null)
          // A batch that reaches over the start of the log counts as a whole.
          const kept = records.filter(
            ({ offset }) => offset >= (log.batchFrom(log.logStart)?.baseOffset ?? log.end),
          )
          const newest = Math.max(...kept.map(r => r.timestamp))
          assert.deepEqual(log.newest(), kept.find(r => r.timestamp === newest) ?? null)
        }
      },
    ),
    { numRuns: 500 },
  )
})
