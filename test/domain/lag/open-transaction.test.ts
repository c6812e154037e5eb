import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { noHeads } from '../../../src/domain/lag/head-bounds.ts'
import { stableRowsWanted } from '../../../src/domain/lag/stable-rows.ts'
import { CELL_STATES, type Objective, type Snapshot } from '../../../src/model/snapshot.ts'
import { toEnd } from '../../../src/model/steps.ts'
import { observe } from '../../fakes/observations.ts'
import type { Records } from '../../fakes/records.ts'
import { NO_OBJECTIVE } from '../../fakes/snapshots.ts'
import { cellIndex, Tracking } from '../tracking.ts'

const T0 = 1_700_000_000_000
const MINUTE = 60_000

/** A commit that rests at 5, before the marker of the transaction that was read, and 3 records of an open one. */
const OPEN: Records = {
  'orders/0': [
    [5, null],
    [6, T0 - 1_000],
    [7, T0 - 1_000],
    [8, T0 - 1_000],
  ],
}
const ABORTED: Records = { 'orders/0': [5, 6, 7, 8, 9].map(offset => [offset, null]) }

function poll(minutes: number, end: number, stable: number | null, committed = 5) {
  const billing = {
    state: 'Stable',
    members: { worker: ['orders/0'] },
    commits: { 'orders/0': committed },
  }
  return observe({
    at: T0 + minutes * MINUTE,
    topics: { orders: [[0, end]] },
    ...(stable === null ? {} : { stable: { 'orders/0': stable } }),
    groups: { billing },
  })
}

function told(snapshot: Snapshot) {
  const c = cellIndex(snapshot, 'billing', 'orders', 0)
  return { lag: snapshot.cells.lag[c], state: CELL_STATES[snapshot.cells.state[c] as number] }
}

const tracking = (isolation: Objective['isolation'] = 'auto') =>
  new Tracking(T0, { maxReadingAgeMs: 10 * MINUTE, objectiveOf: () => ({ ...NO_OBJECTIVE, isolation }) })

describe('a record of an open transaction', () => {
  for (const committed of [5, 6]) {
    it(`is waited for from a commit at ${committed}, and hung after its patience`, () => {
      const watch = tracking()
      for (let minute = 0; minute <= 14; minute++)
        assert.deepEqual(told(watch.poll(poll(minute, 9, 6, committed), OPEN)), {
          lag: 9 - committed,
          state: 'advancing',
        })
      assert.equal(told(watch.poll(poll(15, 9, 6, committed), OPEN)).state, 'hung_transaction')
    })
  }

  it('is looked at once, and again when the last stable offset has moved', () => {
    const watch = tracking()
    watch.poll(poll(0, 9, 6), OPEN)
    assert.deepEqual(watch.asked, ['orders/0@5'])
    watch.poll(poll(1, 9, 6), OPEN)
    assert.deepEqual(watch.asked, [])
    assert.deepEqual(told(watch.poll(poll(2, 10, 10), ABORTED)), { lag: 0, state: 'caught_up' })
    assert.deepEqual(watch.asked, ['orders/0@5'])
  })

  it('is a record that waits once its transaction is committed, whatever is open behind it', () => {
    const watch = tracking()
    for (let minute = 0; minute <= 10; minute++) watch.poll(poll(minute, 9, 6), OPEN)
    for (let minute = 11; minute <= 24; minute++)
      assert.equal(told(watch.poll(poll(minute, 20, 10), OPEN)).state, 'advancing')
    assert.equal(told(watch.poll(poll(25, 20, 10), OPEN)).state, 'stalled')
  })

  it('is asked about until an answer says that it has ended, though nobody waits there any more', () => {
    const watch = tracking()
    const isAsked = () => [...toEnd(stableRowsWanted(watch.state, () => NO_OBJECTIVE))]
    watch.poll(poll(0, 9, 6), OPEN)
    watch.poll(poll(1, 9, null, 9))
    watch.poll(poll(2, 9, null, 9))
    assert.deepEqual(isAsked(), [0])
    watch.poll(poll(3, 9, 9, 9))
    assert.deepEqual(isAsked(), [])
    assert.equal(watch.state.stable.size, 0)
  })

  it('is asked about where it was found beyond the end that the poll had read, though the group had just moved', () => {
    const watch = tracking()
    watch.poll(poll(0, 9, 6), OPEN)
    const clocks = { ...watch.state.clocks, progressAt: Float64Array.of(watch.state.metadataAt) }
    const wanted = (heads = watch.state.heads) => [
      ...toEnd(stableRowsWanted({ ...watch.state, stable: new Map(), clocks, heads }, () => NO_OBJECTIVE)),
    ]
    assert.deepEqual(wanted(), [0])
    assert.deepEqual(wanted(noHeads(1)), [])
  })

  it('is nothing to a group that is known to read committed records alone', () => {
    const watch = tracking('read_committed')
    assert.deepEqual(told(watch.poll(poll(0, 9, 6), OPEN)), { lag: 0, state: 'caught_up' })
    assert.deepEqual(told(watch.poll(poll(1, 9, 6), OPEN)), { lag: 0, state: 'caught_up' })
    assert.deepEqual(told(watch.poll(poll(2, 10, 10), OPEN)), { lag: 5, state: 'advancing' })
  })
})
