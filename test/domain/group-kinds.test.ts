import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { GroupObservation, Observation } from '../../src/model/observation.ts'
import { observe } from '../fakes/observations.ts'
import { cellOf, Tracking } from './tracking.ts'

const T0 = 1_700_000_000_000
const at = (seconds: number) => T0 + seconds * 1000
const topics = { orders: [[0, 100] as const] }

function asClassic(seconds: number): Observation {
  return observe({ at: at(seconds), topics, groups: { billing: { commits: { 'orders/0': 40 } } } })
}

function asShare(seconds: number): Observation {
  const observation = asClassic(seconds)
  const cluster = observation.cluster as NonNullable<Observation['cluster']>
  const share: GroupObservation = {
    ...(cluster.groups[0] as GroupObservation),
    kind: 'share',
    commits: null,
    shareOffsets: {
      rows: Int32Array.of(0),
      startOffsets: Float64Array.of(70),
      lags: Float64Array.of(30),
    },
  }
  return { ...observation, cluster: { ...cluster, groups: [share] } }
}

describe('a group id that comes back as another kind', () => {
  it('has no commits any more when it is a share group now', () => {
    const tracking = new Tracking(T0)
    tracking.poll(asClassic(0))
    const snapshot = tracking.poll(asShare(15))
    assert.equal(cellOf(snapshot, 'billing', 'orders', 0), null)
    assert.equal(snapshot.groups[0]?.share?.lags[0], 30)
  })

  it('has no share offsets any more when it is a classic group now', () => {
    const tracking = new Tracking(T0)
    tracking.poll(asShare(0))
    const snapshot = tracking.poll(asClassic(15))
    assert.equal(cellOf(snapshot, 'billing', 'orders', 0)?.lag, 60)
    assert.equal(snapshot.groups[0]?.share, null)
  })
})
