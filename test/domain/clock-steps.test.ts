import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type GroupSays, observe } from '../fakes/observations.ts'
import { cellOf, Tracking } from './tracking.ts'

const T0 = 1_700_000_000_000
const at = (seconds: number) => T0 + seconds * 1000
const UNREAD: GroupSays = { commits: null, failure: 'TIMEOUT' }

/** The clock is set back by an hour between the second and the third poll. */
describe('a clock that is set back', () => {
  const poll = (seconds: number, says: GroupSays) =>
    observe({ at: at(seconds), topics: { orders: [[0, 100]] }, groups: { billing: says } })
  const commit = (offset: number): GroupSays => ({ commits: { 'orders/0': offset } })

  it('does not stop the progress clocks for the hour', () => {
    const tracking = new Tracking(T0)
    tracking.poll(poll(0, commit(40)))
    tracking.poll(poll(15, commit(41)))
    const age = (seconds: number) =>
      cellOf(tracking.poll(poll(seconds, commit(41))), 'billing', 'orders', 0)?.ageSeconds
    assert.equal(age(-3600), 0)
    assert.equal(age(-3585), 15)
  })

  it('does not hold readings for the hour', () => {
    const tracking = new Tracking(T0)
    tracking.poll(poll(0, commit(40)))
    const committed = (seconds: number) =>
      cellOf(tracking.poll(poll(seconds, UNREAD)), 'billing', 'orders', 0)?.committed
    assert.equal(committed(-3600), 40)
    assert.equal(committed(-3555), 40)
    assert.equal(committed(-3554), Number.NaN)
  })

  it('does not hold partitions and descriptions for the hour', () => {
    const tracking = new Tracking(T0)
    const says: GroupSays = { commits: {}, members: { m1: ['orders/0'] } }
    tracking.poll(poll(0, says))
    const later = (seconds: number) =>
      tracking.poll(
        observe({ at: at(seconds), topics: { orders: [null] }, groups: { billing: { commits: {} } } }),
      )
    const soon = later(-3600)
    assert.deepEqual([soon.partitions.highWatermark[0], soon.groups[0]?.members?.length], [100, 1])
    const late = later(-3300)
    assert.deepEqual([late.partitions.highWatermark[0], late.groups[0]?.members], [Number.NaN, null])
  })

  it('lets a group that no broker lists stop existing', () => {
    const tracking = new Tracking(T0)
    tracking.poll(poll(0, commit(40)))
    const exists = (seconds: number) =>
      tracking.poll(observe({ at: at(seconds), topics: { orders: [[0, 100]] }, groupsComplete: false }))
        .groups[0]?.exists
    assert.equal(exists(-3600), true)
    assert.equal(exists(-3554), false)
  })
})
