import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { GROUP_LOSS } from '../../src/catalog/group-loss.ts'
import { buildSnapshot, type CellFacts } from '../fakes/snapshots.ts'
import { saidBy } from './group-families.ts'

function snapshotOf(cells: Readonly<Record<number, CellFacts>>, lost?: number) {
  return buildSnapshot({
    topics: [{ name: 't', partitions: [{}, {}, {}] }],
    groups: [{ id: 'g', commits: { t: cells }, ...(lost === undefined ? {} : { lost: { t: lost } }) }],
  })
}

describe('a loss by retention', () => {
  it('is foreseen on the partitions alone where one is in sight', () => {
    const snapshot = snapshotOf({
      0: { committed: 1, lag: 5, headroomMs: 3_600_500, timeToLossMs: 7_200_000 },
      1: { committed: 1, lag: 5, headroomMs: 0 },
      2: { committed: 1, lag: 5 },
    })
    assert.deepEqual(saidBy('kafka_consumergroup_retention_headroom_seconds', snapshot), {
      'g t 0': 3_600.5,
      'g t 1': 0,
    })
    assert.deepEqual(saidBy('kafka_consumergroup_time_to_loss_seconds', snapshot), { 'g t 0': 7_200 })
  })

  it('costs no look at the partitions where none is in sight of any', () => {
    const snapshot = snapshotOf({ 0: { committed: 1, lag: 5 } })
    const columns = GROUP_LOSS.map(family => family.kind === 'column' && family.column(snapshot))
    assert.deepEqual(columns.slice(0, 2), [null, null])
  })

  it('that has happened is counted, from 0 on', () => {
    const healthy = snapshotOf({ 0: { committed: 1, lag: 5 } })
    assert.deepEqual(saidBy('kafka_consumergroup_lost_offsets_total', healthy), { 'g t': 0 })
    const lossy = snapshotOf({ 0: { committed: 1, lag: 5 } }, 12)
    assert.deepEqual(saidBy('kafka_consumergroup_lost_offsets_total', lossy), { 'g t': 12 })
  })
})
