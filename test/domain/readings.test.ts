import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type GroupSays, observe } from '../fakes/observations.ts'
import { blockOf, cellOf, Tracking } from './tracking.ts'

const T0 = 1_700_000_000_000
const at = (seconds: number) => T0 + seconds * 1000
const UNREAD: GroupSays = { commits: null, failure: 'TIMEOUT' }

describe('a partition whose end cannot be read for long', () => {
  const poll = (seconds: number, says: GroupSays) =>
    observe({ at: at(seconds), topics: { orders: [null] }, groups: { billing: says } })

  it('keeps its commit over a missed read, as a whole reading is kept', () => {
    const tracking = new Tracking(T0)
    const committed = (seconds: number, says: GroupSays) =>
      cellOf(tracking.poll(poll(seconds, says)), 'billing', 'orders', 0)?.committed
    assert.equal(committed(0, { commits: { 'orders/0': 40 } }), 40)
    assert.equal(committed(15, { commits: { 'orders/0': 41 } }), 41)
    assert.equal(committed(30, UNREAD), 41)
    assert.equal(committed(60, UNREAD), 41)
    assert.equal(committed(61, UNREAD), Number.NaN)
  })
})

describe('commits beyond the end', () => {
  const beyondEnd = (
    topics: Readonly<Record<string, readonly ([number, number] | null)[]>>,
    says: GroupSays,
  ) => {
    const tracking = new Tracking(T0)
    const groups = { billing: { commits: { 'orders/0': 50, 'orders/1': 500 } } }
    tracking.poll(
      observe({
        at: at(0),
        topics: {
          orders: [
            [0, 100],
            [0, 100],
          ],
        },
        groups,
      }),
    )
    const snapshot = tracking.poll(observe({ at: at(60), topics, groups: { billing: says } }))
    return blockOf(snapshot, 'billing', 'orders')?.beyondEnd
  }

  it('are not 0 of a group that cannot be read, but unknown', () => {
    assert.equal(
      beyondEnd(
        {
          orders: [
            [0, 100],
            [0, 100],
          ],
        },
        UNREAD,
      ),
      Number.NaN,
    )
  })

  it('are unknown as soon as one end is', () => {
    const says = { commits: { 'orders/0': 50, 'orders/1': 500 } }
    assert.equal(beyondEnd({ orders: [null, [0, 100]] }, says), Number.NaN)
    assert.equal(
      beyondEnd(
        {
          orders: [
            [0, 100],
            [0, 100],
          ],
        },
        says,
      ),
      1,
    )
  })
})
