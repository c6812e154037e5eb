import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { CELL_UNCOMMITTED } from '../../src/model/snapshot.ts'
import { buildSnapshot, type CellFacts } from '../fakes/snapshots.ts'
import { saidBy } from './group-families.ts'

const NOW = 1_700_000_000_000

/** A snapshot of one group on topic `t`, one partition for each cell. */
function snapshotOf(cells: readonly CellFacts[], uncommittedOffset = Number.NaN) {
  return buildSnapshot({
    takenAt: NOW,
    uncommittedOffset,
    topics: [{ name: 't', partitions: cells.map(() => ({})) }],
    groups: [{ id: 'g', commits: { t: Object.fromEntries(cells.map((cell, p) => [p, cell])) } }],
  })
}

describe('lag in time', () => {
  const table: readonly (readonly [
    what: string,
    CellFacts,
    lag?: number,
    uncertainty?: number,
    head?: number,
  ])[] = [
    ['nothing waits', { committed: 9, lag: 0 }, 0, 0],
    // The last record's own time stamp may still be known: it is no lag.
    [
      'nothing but transaction markers waits',
      { committed: 9, lag: 0, headAt: NOW - 5_000 },
      0,
      0,
      NOW - 5_000,
    ],
    [
      'the record was read',
      { committed: 9, lag: 3, headAt: NOW - 1_250, headUncertaintyMs: 0 },
      1.25,
      0,
      NOW - 1_250,
    ],
    [
      'the record lies in bounds',
      { committed: 9, lag: 3, headAt: NOW - 60_000, headUncertaintyMs: 7_500 },
      60,
      7.5,
      NOW - 60_000,
    ],
    [
      'it is stamped in the future',
      { committed: 9, lag: 3, headAt: NOW - 500, headUncertaintyMs: 0, headTimestamp: NOW + 9_000 },
      0.5,
      0,
      NOW + 9_000,
    ],
    ['the clock went back', { committed: 9, lag: 3, headAt: NOW + 40, headUncertaintyMs: 0 }, 0, 0, NOW + 40],
    ['nothing is known of the record', { committed: 9, lag: 3, headUncertaintyMs: 0 }],
    ['the offsets cannot be read', { committed: 9, lag: Number.NaN }],
    ['nothing is committed', { committed: Number.NaN, lag: Number.NaN, flags: CELL_UNCOMMITTED }],
  ]
  for (const [what, cell, lag, uncertainty, head] of table) {
    it(`is ${lag ?? 'absent'} where ${what}`, () => {
      const snapshot = snapshotOf([cell])
      const said = (name: string) => saidBy(`kafka_consumergroup_${name}`, snapshot)['g t 0']
      assert.equal(said('lag_seconds'), lag)
      assert.equal(said('lag_seconds_uncertainty'), uncertainty)
      assert.equal(said('head_timestamp_seconds'), head && head / 1_000)
    })
  }

  it('is said of a group by its largest known one', () => {
    const snapshot = snapshotOf([
      { committed: 1, lag: 5, headAt: NOW - 90_500 },
      { committed: 1, lag: 0 },
      { committed: 1, lag: 7 },
    ])
    assert.deepEqual(saidBy('kafka_consumergroup_lag_seconds_max', snapshot), { g: 90.5 })
    const unknown = snapshotOf([{ committed: 1, lag: 7 }])
    assert.deepEqual(saidBy('kafka_consumergroup_lag_seconds_max', unknown), {})
  })
})

describe('a partition without a commit', () => {
  const cells = [
    { committed: Number.NaN, lag: Number.NaN, flags: CELL_UNCOMMITTED },
    { committed: 7, lag: 2 },
  ]

  it('has no offset and no lag', () => {
    const snapshot = snapshotOf(cells)
    assert.deepEqual(saidBy('kafka_consumergroup_current_offset', snapshot), { 'g t 1': 7 })
    assert.deepEqual(saidBy('kafka_consumergroup_lag', snapshot), { 'g t 1': 2 })
  })

  it("has kafka_exporter's -1 where the configuration asks for it, and no age", () => {
    const snapshot = snapshotOf(cells, -1)
    assert.deepEqual(saidBy('kafka_consumergroup_current_offset', snapshot), { 'g t 0': -1, 'g t 1': 7 })
    assert.deepEqual(saidBy('kafka_consumergroup_lag', snapshot), { 'g t 0': -1, 'g t 1': 2 })
    assert.deepEqual(saidBy('kafka_consumergroup_offset_advance_age_seconds', snapshot), { 'g t 1': 0 })
    assert.deepEqual(saidBy('kafka_consumergroup_lag_seconds', snapshot), {})
  })
})
