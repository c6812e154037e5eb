import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { rememberTransactions } from '../../../src/domain/lag/open-transactions.ts'
import type { Placed } from '../../../src/domain/place.ts'
import { initialState } from '../../../src/domain/state.ts'
import type { OpenTransaction } from '../../../src/model/evidence.ts'

const transaction = (startOffset: number): OpenTransaction => ({
  producerId: 7,
  producerEpoch: 0,
  transactionalId: 'payments-0',
  startOffset,
  lastTimestamp: 0,
  state: 'Ongoing',
  startedAt: 0,
})

/** Rows that a transaction is known of after a poll that found `found`, where last stable offsets stand at `stable`. */
function known(
  before: Record<number, number>,
  found: Record<number, number> | null,
  stable: Record<number, number>,
  rowMap: Int32Array | null = null,
) {
  const byRow = (starts: Record<number, number>) =>
    new Map(Object.entries(starts).map(([row, start]) => [Number(row), transaction(start)]))
  const placed = {
    before: { ...initialState(0), openTransactions: byRow(before) },
    rowMap,
  } as unknown as Placed
  const offsets = Object.entries(stable).map(([row, offset]) => [Number(row), { offset, since: 0 }] as const)
  return [...rememberTransactions(placed, found && byRow(found), new Map(offsets)).keys()]
}

describe('a transaction that was found', () => {
  it('is known while the offset stands that it holds', () => {
    assert.deepEqual(known({}, { 0: 6 }, { 0: 6 }), [0])
    assert.deepEqual(known({ 0: 6 }, null, { 0: 6 }), [0])
    assert.deepEqual(known({ 0: 6 }, null, { 0: 9 }), [])
    assert.deepEqual(known({ 0: 6 }, null, {}), [])
  })

  it('is not of a partition where none is open any more', () => assert.deepEqual(known({}, { 0: 6 }, {}), []))

  it('moves with its partition', () =>
    assert.deepEqual(known({ 0: 6, 1: 8 }, null, { 3: 6, 1: 8 }, Int32Array.of(3, -1)), [3]))
})
