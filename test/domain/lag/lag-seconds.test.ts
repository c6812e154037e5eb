import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { NO_HISTORY } from '../../../src/domain/lag/end-history.ts'
import type { TopicConfig } from '../../../src/model/observation.ts'
import type { Objective, Snapshot } from '../../../src/model/snapshot.ts'
import { observe } from '../../fakes/observations.ts'
import type { Records } from '../../fakes/records.ts'
import { NO_OBJECTIVE } from '../../fakes/snapshots.ts'
import { cellIndex, Tracking } from '../tracking.ts'

const T0 = 1_700_000_000_000
const at = (seconds: number) => T0 + seconds * 1000

/** Lag in seconds and its half-width of `billing` on orders/0, or 'unknown'. */
function lagOf(snapshot: Snapshot, group = 'billing'): readonly [number, number] | 'unknown' | 0 {
  const c = cellIndex(snapshot, group, 'orders', 0)
  if (snapshot.cells.lag[c] === 0) return 0
  const age = (snapshot.takenAt - (snapshot.cells.headAt[c] as number)) / 1000
  return Number.isNaN(age) ? 'unknown' : [age, (snapshot.cells.headUncertaintyMs[c] as number) / 1000]
}

function poll(seconds: number, end: number, commits: Readonly<Record<string, number>>, start = 0) {
  const groups = Object.entries(commits).map(([id, offset]) => [id, { commits: { 'orders/0': offset } }])
  return observe({ at: at(seconds), topics: { orders: [[start, end]] }, groups: Object.fromEntries(groups) })
}

const COMPACTED: TopicConfig = {
  cleanupPolicy: 'compact',
  timestampType: 'CreateTime',
  retentionMs: 604_800_000,
  retentionBytes: -1,
  isTiered: false,
}

describe('lag in seconds', () => {
  it('is the age of the first uncommitted record, read once for each place', () => {
    const tracking = new Tracking(T0)
    const records: Records = { 'orders/0': [40, 41, 42, 43].map(offset => [offset, at(-300 + offset)]) }
    assert.deepEqual(lagOf(tracking.poll(poll(0, 44, { billing: 41 }), records)), [259, 0])
    assert.deepEqual(tracking.asked, ['orders/0@41'])
    assert.deepEqual(lagOf(tracking.poll(poll(15, 44, { billing: 41 }), records)), [274, 0])
    assert.deepEqual(tracking.asked, [])
    assert.deepEqual(lagOf(tracking.poll(poll(30, 44, { billing: 43 }), records)), [287, 0])
    assert.deepEqual(tracking.asked, ['orders/0@43'])
    assert.equal(lagOf(tracking.poll(poll(45, 44, { billing: 44 }), records)), 0)
    assert.deepEqual(tracking.asked, [])
  })

  it('asks once for a place where several groups wait', () => {
    const tracking = new Tracking(T0)
    const records: Records = { 'orders/0': [[41, at(-60)]] }
    const snapshot = tracking.poll(poll(0, 44, { billing: 41, audit: 41 }), records)
    assert.deepEqual(tracking.asked, ['orders/0@41'])
    assert.deepEqual(
      [lagOf(snapshot, 'billing'), lagOf(snapshot, 'audit')],
      [
        [60, 0],
        [60, 0],
      ],
    )
  })

  it('counts from the log start where the commit lies before it', () => {
    const tracking = new Tracking(T0)
    const records: Records = { 'orders/0': [[30, at(-30)]] }
    assert.deepEqual(lagOf(tracking.poll(poll(0, 44, { billing: 7 }, 30), records)), [30, 0])
    assert.deepEqual(tracking.asked, ['orders/0@30'])
  })

  it('is 0 where only control records or aborted ones are left, and asks on from where it knows', () => {
    const tracking = new Tracking(T0)
    const markers: Records = {
      'orders/0': [
        [43, null],
        [44, null],
      ],
    }
    assert.equal(lagOf(tracking.poll(poll(15, 45, { billing: 43 }), markers)), 0)
    assert.deepEqual(tracking.asked, ['orders/0@43'])
    assert.equal(lagOf(tracking.poll(poll(20, 45, { billing: 43 }), markers)), 0)
    assert.deepEqual(tracking.asked, [])
    const more: Records = {
      'orders/0': [
        [43, null],
        [44, null],
        [45, at(29)],
      ],
    }
    assert.deepEqual(lagOf(tracking.poll(poll(30, 46, { billing: 43 }), more)), [1, 0])
    assert.deepEqual(tracking.asked, ['orders/0@45'])
  })

  it('is between two polls where the record was not read', () => {
    const tracking = new Tracking(T0)
    tracking.poll(poll(0, 40, { billing: 40 }))
    tracking.poll(poll(15, 50, { billing: 40 }))
    // Appended after the poll at 0 began (0.1 s before its end) and by that at 15.
    assert.deepEqual(lagOf(tracking.poll(poll(60, 90, { billing: 45 }))), [52.55, 7.55])
  })

  it('is unknown where nobody saw the end before and the record was not read', () => {
    const tracking = new Tracking(T0)
    assert.equal(lagOf(tracking.poll(poll(0, 44, { billing: 41 }))), 'unknown')
    assert.equal(lagOf(tracking.poll(poll(15, 44, { billing: 41 }))), 'unknown')
  })

  it('counts a record that is stamped in the future from when it was seen', () => {
    const tracking = new Tracking(T0)
    tracking.poll(poll(0, 40, { billing: 40 }))
    const records: Records = { 'orders/0': [[40, at(3600)]] }
    assert.deepEqual(lagOf(tracking.poll(poll(15, 41, { billing: 40 }), records)), [0, 0])
    assert.deepEqual(lagOf(tracking.poll(poll(75, 41, { billing: 40 }), records)), [60, 0])
    assert.deepEqual(lagOf(tracking.poll(poll(7200, 41, { billing: 40 }), records)), [7185, 0])
  })

  it('says nothing of the next record by one that is stamped in the future', () => {
    const tracking = new Tracking(T0)
    tracking.poll(poll(0, 40, { billing: 40 }))
    tracking.poll(poll(15, 50, { billing: 40 }), { 'orders/0': [[40, at(3600)]] })
    // As without it: appended between the poll at 0 and that at 15.
    assert.deepEqual(lagOf(tracking.poll(poll(60, 50, { billing: 41 }))), [52.55, 7.55])
    assert.deepEqual(tracking.asked, ['orders/0@41'])
  })

  it('says nothing of the next record by one whose time had come when it was read', () => {
    const tracking = new Tracking(T0)
    tracking.poll(poll(0, 40, { billing: 40 }))
    tracking.poll(poll(15, 50, { billing: 40 }))
    tracking.poll(poll(75, 50, { billing: 40 }), { 'orders/0': [[40, at(70)]] })
    assert.deepEqual(lagOf(tracking.poll(poll(90, 50, { billing: 41 }))), [82.55, 7.55])
  })

  it('goes on from when a record of the future was seen while the group cannot be read', () => {
    const records: Records = { 'orders/0': [[40, at(36_000)]] }
    const before = new Tracking(T0)
    before.poll(poll(0, 40, { billing: 40 }))
    before.poll(poll(15, 41, { billing: 40 }), records)
    const restarted = { ...before.state, endHistory: NO_HISTORY, isRestored: true }
    const tracking = new Tracking(T0, {}, restarted)
    assert.deepEqual(lagOf(tracking.poll(poll(3615, 41, { billing: 40 }), records)), [3600, 0])
    const unread = observe({
      at: at(3630),
      topics: { orders: [[0, 41]] },
      groups: { billing: { commits: null, failure: 'TIMEOUT' } },
    })
    assert.deepEqual(lagOf(tracking.poll(unread)), [3615, 0])
  })

  it('counts a backdated record from its time stamp, or from when it was seen where that is asked for', () => {
    const records: Records = { 'orders/0': [[40, at(-86_400)]] }
    const lagBy = (clock: Objective['clock']) => {
      const tracking = new Tracking(T0, { objectiveOf: () => ({ ...NO_OBJECTIVE, clock }) })
      tracking.poll(poll(0, 40, { billing: 40 }))
      tracking.poll(poll(15, 41, { billing: 40 }), records)
      return lagOf(tracking.poll(poll(30, 41, { billing: 40 }), records))
    }
    assert.deepEqual(lagBy('record'), [86_430, 0])
    assert.deepEqual(lagBy('seen'), [15, 0])
  })

  it('forgets what it knew when the topic is made anew', () => {
    const tracking = new Tracking(T0)
    tracking.poll(poll(0, 44, { billing: 41 }), { 'orders/0': [[41, at(-60)]] })
    const anew = observe({
      at: at(15),
      topics: { orders: [[0, 44]] },
      ids: { orders: 'another' },
      groups: { billing: { commits: { 'orders/0': 41 } } },
    })
    assert.equal(lagOf(tracking.poll(anew)), 'unknown')
  })

  it('is 0 while the first record that is known lies at the end or beyond', () => {
    const tracking = new Tracking(T0)
    // 43 is a marker; 44 was appended after the end was read, and found.
    const records: Records = {
      'orders/0': [
        [43, null],
        [44, at(14)],
      ],
    }
    assert.equal(lagOf(tracking.poll(poll(15, 44, { billing: 43 }), records)), 0)
    assert.deepEqual(tracking.asked, ['orders/0@43'])
    assert.deepEqual(lagOf(tracking.poll(poll(30, 45, { billing: 43 }), records)), [16, 0])
    assert.deepEqual(tracking.asked, [])
  })

  it('counts a record that is stamped later than it was seen from when it was seen, however late it is read', () => {
    const tracking = new Tracking(T0)
    tracking.poll(poll(0, 40, { billing: 40 }))
    tracking.poll(poll(15, 42, { billing: 40 }))
    // Read at last when its time stamp is past.
    const records: Records = { 'orders/0': [[41, at(3600)]] }
    assert.deepEqual(lagOf(tracking.poll(poll(7200, 42, { billing: 41 }), records)), [7185, 0])
  })

  it('is of the next record where compaction has taken the one that waited', () => {
    const tracking = new Tracking(T0)
    const compacted = (seconds: number) => poll(seconds, 60, { billing: 40 })
    const seen = (seconds: number, records: Records) => {
      const observation = compacted(seconds)
      const topicConfigs = new Map([['orders', COMPACTED]])
      return lagOf(
        tracking.poll(
          { ...observation, cluster: observation.cluster && { ...observation.cluster, topicConfigs } },
          records,
        ),
      )
    }
    assert.deepEqual(
      seen(0, {
        'orders/0': [
          [40, at(-60)],
          [50, at(-10)],
        ],
      }),
      [60, 0],
    )
    assert.deepEqual(
      seen(15, {
        'orders/0': [
          [40, at(-60)],
          [50, at(-10)],
        ],
      }),
      [75, 0],
    )
    assert.deepEqual(tracking.asked, ['orders/0@40'])
    assert.deepEqual(seen(30, { 'orders/0': [[50, at(-10)]] }), [40, 0])
    assert.deepEqual(tracking.asked, ['orders/0@40'])
    // A look that came to nothing leaves what was known.
    assert.deepEqual(seen(45, {}), [55, 0])
  })
})
