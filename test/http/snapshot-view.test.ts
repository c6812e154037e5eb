import assert from 'node:assert/strict'
import { test } from 'node:test'
import { GROUP_INDEX } from '../../src/http/api/group-index.ts'
import { SnapshotView } from '../../src/http/api/snapshot-view.ts'
import { toEnd } from '../../src/model/steps.ts'
import { snapshotOf } from '../fakes/estate.ts'

test('a view is built once, however many look while it is built and after', () => {
  let built = 0
  const view = new SnapshotView(function* ({ takenAt }) {
    for (let step = 0; step < 3; step++) {
      built++
      yield
    }
    return takenAt
  })
  const first = snapshotOf({ takenAt: 1 })
  const second = snapshotOf({ takenAt: 2 })
  const one = view.steps(first)
  one.next()
  const other = view.steps(first)
  other.next()
  assert.deepEqual([toEnd(one), toEnd(other), view.of(first)], [1, 1, 1])
  assert.equal(built, 3)
  assert.deepEqual([view.of(second), built], [2, 6])
})

test('the index of a large group is built in steps, and says what one step would', () => {
  const partitions = 40_000
  const cells = Array.from({ length: partitions }, (_, partition) => ({
    topic: 't',
    partition,
    committed: 1,
    lag: partition % 3,
    age: partition === 39_998 ? 500 : partition % 400,
    ...(partition === 20_000 && { state: 'stalled' as const, headroom: 60 }),
    ...(partition === 20_001 && { state: 'abandoned' as const, headroom: 59 }),
    ...(partition > 1 && { headAge: 5 }),
  }))
  const topics = [{ name: 't', partitions }]
  const snapshot = snapshotOf({ topics, groups: [{ id: 'big', cells }, { id: 'none' }] })
  const steps = GROUP_INDEX.steps(snapshot)
  let yields = 0
  while (!steps.next().done) yields++
  const index = GROUP_INDEX.of(snapshot)
  assert.equal(yields, 2)
  assert.deepEqual([...index.worstCell], [20_000, -1])
  assert.deepEqual([...index.cellsBad], [2, 0])
  assert.deepEqual([...index.cellsUntimed], [1, 0])
  assert.deepEqual([...index.headroomMs], [59_000, Number.NaN])
  assert.deepEqual([...index.sicknessMs], [500_000, 0])
  assert.deepEqual([...index.cellsBehind], [26_666, 0])
  assert.deepEqual([...index.oldestProgressAt], [snapshot.takenAt - 500_000, Number.NaN])
})
