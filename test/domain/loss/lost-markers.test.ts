import assert from 'node:assert/strict'
import { it } from 'node:test'
import { observe } from '../../fakes/observations.ts'
import type { Records } from '../../fakes/records.ts'
import { Tracking } from '../tracking.ts'

const T0 = 1_700_000_000_000

it('nothing is lost when retention takes markers that lay behind all records', () => {
  const tracking = new Tracking(T0)
  const lost = (seconds: number, log: readonly [number, number], records?: Records) => {
    const groups = { billing: { commits: { 'orders/0': 43 } } }
    const observation = observe({ at: T0 + seconds * 1000, topics: { orders: [log] }, groups })
    return [...tracking.poll(observation, records).blocks.lost]
  }
  const markers: Records = {
    'orders/0': [
      [43, null],
      [44, null],
    ],
  }
  assert.deepEqual(lost(0, [0, 45], markers), [0])
  assert.deepEqual(lost(15, [45, 45]), [0])
  assert.deepEqual(lost(30, [47, 50]), [2])
})
