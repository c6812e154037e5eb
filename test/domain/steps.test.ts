import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { countCodes, NO_COUNTS } from '../../src/domain/code-counters.ts'
import { followGroups, groupInputs } from '../../src/domain/follow-groups.ts'
import { initialState } from '../../src/domain/state.ts'
import type { GroupObservation, Observation } from '../../src/model/observation.ts'
import type { Steps } from '../../src/model/steps.ts'
import { buildTopology } from '../../src/model/topology.ts'
import { observe } from '../fakes/observations.ts'

function stepsOf(work: Steps<unknown>): number {
  let steps = 1
  while (work.next().done !== true) steps++
  return steps
}

/** 4,000 groups, each with a commit on the first of 100 partitions. */
function manyGroups(): NonNullable<Observation['cluster']> {
  const one = observe({ at: 0, topics: { orders: [[0, 1]] }, groups: { g: { commits: { 'orders/0': 1 } } } })
  const cluster = one.cluster as NonNullable<Observation['cluster']>
  const groups = Array.from({ length: 4_000 }, (_, i) => ({
    ...(cluster.groups[0] as GroupObservation),
    id: `g${i}`,
  }))
  return { ...cluster, groups, topology: buildTopology([{ name: 'orders', id: 'a', partitions: 100 }]) }
}

/** The event loop must turn between them: each of these once held it for longer than 20 ms. */
describe('long work of one poll can be interrupted', () => {
  const seen = manyGroups()
  const options = { now: 1, maxReadingAgeMs: 45_000, descriptionMaxAgeMs: 225_000, rowMap: null }

  it('every 256 groups that are followed', () => {
    assert.equal(stepsOf(followGroups(initialState(0), seen, options)), 17)
  })

  it("every 2,048 partitions that are filled in for kafka_exporter's -1", () => {
    const groups = new Map(seen.groups.map(g => [g.id, {} as never]))
    assert.equal(stepsOf(groupInputs(groups, seen, seen.topology, 'minus-one')), 191)
  })

  it('every 512 topics that could not be read', () => {
    const events = Array.from({ length: 5_120 }, (_, i) => ({ name: `t${i}`, code: 'TIMEOUT' }))
    assert.equal(stepsOf(countCodes(NO_COUNTS, events)), 11)
  })
})
