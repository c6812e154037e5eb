import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FormulaLog } from './formula-log.ts'
import { SimulatedLog } from './simulated-log.ts'

test('a formula gives the log that the same records would have given', () => {
  const times = [10, 20, 20, 20, 50, 60, 60, 80]
  const formula = new FormulaLog({ timestampAt: offset => times[offset]!, recordsPerBatch: 3 }, { end: 8 })
  const written = new SimulatedLog()
  for (const batch of [times.slice(0, 3), times.slice(3, 6), times.slice(6)]) written.append(batch)
  const look = (log: FormulaLog | SimulatedLog) => ({
    batches: times.map((_, offset) => log.batchFrom(offset)),
    times: [0, 10, 15, 20, 21, 60, 80, 81].map(time => log.findTimestamp(time)),
    newest: log.newest(),
    ends: [log.logStart, log.highWatermark, log.lastStableOffset, log.batchFrom(8)],
  })
  assert.deepEqual(look(formula), look(written))
})

test('both ends of a formula can be moved', () => {
  const log = new FormulaLog({ timestampAt: offset => offset * 10, recordsPerBatch: 4 }, { end: 6 })
  assert.deepEqual(log.findTimestamp(60), null)
  assert.equal(log.batchFrom(5)!.lastOffset, 5)
  log.end = 1_000_000_000_000
  log.logStart = 999_999_999_990
  log.stableEnd = 999_999_999_999
  assert.deepEqual(log.findTimestamp(0), { offset: 999_999_999_990, timestamp: 9_999_999_999_900 })
  assert.deepEqual(log.newest(), { offset: 999_999_999_999, timestamp: 9_999_999_999_990 })
  assert.deepEqual([log.batchFrom(0)!.baseOffset, log.lastStableOffset], [999_999_999_988, 999_999_999_999])
  // A header of 61 bytes for each four records of 109 bytes.
  assert.equal(log.sizeBytes, 1_243)
})
