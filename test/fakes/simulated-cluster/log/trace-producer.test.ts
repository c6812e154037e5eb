import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SimulatedLog } from './simulated-log.ts'
import { TraceProducer } from './trace-producer.ts'

const TIMES = [0, 5, 10, 100, 101, 102, 103, 500]

for (const { batching, at, ends } of [
  // One by one.
  { batching: {}, at: [-1, 0, 9, 500], ends: [0, 1, 2, 8] },
  // A batch leaves with its third record, or 50 ms after its first.
  {
    batching: { recordsPerBatch: 3, lingerMs: 50 },
    at: [9, 10, 101, 102, 152, 153, 549, 550],
    ends: [0, 3, 3, 6, 6, 7, 7, 8],
  },
  // Nobody sends a batch that is not full.
  { batching: { recordsPerBatch: 3 }, at: [9, 10, 102, 10_000], ends: [0, 3, 6, 6] },
]) {
  test(`a trace is sent in batches: ${JSON.stringify(batching)}`, () => {
    const log = new SimulatedLog()
    const producer = new TraceProducer(log, { timestamps: TIMES }, batching)
    const seen = at.map(now => {
      producer.advanceTo(now)
      return log.end
    })
    assert.deepEqual(seen, ends)
    assert.equal(producer.produced, log.end)
  })
}

test('records carry their own time whenever they are sent', () => {
  const log = new SimulatedLog()
  const producer = new TraceProducer(log, { timestamps: [70, 10], sentAt: [100, 200] })
  producer.advanceTo(199)
  assert.deepEqual([log.end, log.newest()], [1, { offset: 0, timestamp: 70 }])
  producer.advanceTo(200)
  assert.equal(log.batchFrom(1)!.maxTimestamp, 10)
})
