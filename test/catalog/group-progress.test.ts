import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { buildSnapshot, type GroupFacts, NO_OBJECTIVE } from '../fakes/snapshots.ts'
import { saidBy } from './group-families.ts'

const NOW = 1_700_000_000_000

function snapshotOf(groups: readonly GroupFacts[]) {
  return buildSnapshot({
    takenAt: NOW,
    topics: [
      { name: 'a', partitions: [{}, {}, {}] },
      { name: 'b', partitions: [{}, {}] },
    ],
    groups,
  })
}

describe('the stall clock', () => {
  it('counts as long as there is work, is 0 without and absent where that is unknown', () => {
    const snapshot = snapshotOf([
      {
        id: 'g',
        commits: {
          a: {
            0: { committed: 1, lag: 5, workSince: NOW - 90_125 },
            1: { committed: 1, lag: 0 },
            2: { committed: 1, lag: Number.NaN },
          },
          b: { 0: { committed: 1, lag: 5, workSince: NOW + 3 } },
        },
      },
    ])
    assert.deepEqual(saidBy('kafka_consumergroup_stalled_seconds', snapshot), {
      'g a 0': 90.125,
      'g a 1': 0,
      'g b 0': 0,
    })
  })
})

describe('partitions in bad states', () => {
  const snapshot = snapshotOf([
    // Groups before, between and behind those with a bad partition, without blocks and with healthy ones.
    { id: 'a-share', kind: 'share' },
    {
      id: 'b',
      commits: {
        a: {
          0: { committed: 1, lag: 0 },
          1: { committed: 1, lag: 5, state: 'stalled', conditionSince: NOW - 852_500 },
          2: { committed: 1, lag: 1 },
        },
        b: { 1: { committed: 1, lag: 5, state: 'abandoned', conditionSince: NOW - 1 } },
      },
    },
    { id: 'c', commits: { a: { 0: { committed: 1, lag: 0 } }, b: { 0: { committed: 1, lag: Number.NaN } } } },
    { id: 'd-share', kind: 'share' },
    {
      id: 'e',
      commits: {
        b: {
          0: { committed: 1, lag: 5, state: 'no_consumer', conditionSince: NOW - 900_000 },
          1: { committed: 1, lag: 5, state: 'hung_transaction', conditionSince: NOW + 5 },
        },
      },
    },
    {
      id: 'f',
      commits: {
        a: {
          2: {
            committed: Number.NaN,
            lag: Number.NaN,
            state: 'never_committed',
            conditionSince: NOW - 2_000,
          },
        },
      },
    },
  ])

  it('are published alone, with how long', () => {
    assert.deepEqual(saidBy('kafka_consumergroup_partition_unhealthy_seconds', snapshot), {
      'b a 1 stalled': 852.5,
      'b b 1 abandoned': 0.001,
      'e b 0 no_consumer': 900,
      'e b 1 hung_transaction': 0,
      'f a 2 never_committed': 2,
    })
  })

  it('are counted by topic beside the others, stalled at 0 too', () => {
    assert.deepEqual(saidBy('kafka_consumergroup_partitions', snapshot), {
      'b a stalled': 1,
      'b a advancing': 1,
      'b a caught_up': 1,
      'b b abandoned': 1,
      'b b stalled': 0,
      'c a stalled': 0,
      'c a caught_up': 1,
      'c b unknown': 1,
      'c b stalled': 0,
      'e b no_consumer': 1,
      'e b hung_transaction': 1,
      'e b stalled': 0,
      'f a never_committed': 1,
      'f a stalled': 0,
    })
  })

  it('are none in an estate without groups', () => {
    assert.deepEqual(saidBy('kafka_consumergroup_partition_unhealthy_seconds', buildSnapshot({})), {})
    assert.deepEqual(saidBy('kafka_consumergroup_partitions', buildSnapshot({})), {})
  })
})

describe('an objective', () => {
  const snapshot = snapshotOf([
    { id: 'none' },
    { id: 'set', objective: { ...NO_OBJECTIVE, lagMs: 30_500, stalledAfterMs: 60_000 }, keptUpMs: 0 },
    { id: 'share', kind: 'share' },
  ])

  it('is published where there is one, the least time to a stall of every group that commits', () => {
    assert.deepEqual(saidBy('kafka_consumergroup_objective_lag_seconds', snapshot), { set: 30.5 })
    assert.deepEqual(saidBy('kafka_consumergroup_objective_stalled_after_seconds', snapshot), {
      none: 300,
      set: 60,
    })
  })

  it('has a clock of how long it has been met, which starts at 0', () => {
    assert.deepEqual(saidBy('kafka_consumergroup_kept_up_seconds', snapshot), { set: 0 })
  })
})
