import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { planHeads } from '../../../src/domain/lag/plan-heads.ts'
import { place } from '../../../src/domain/place.ts'
import type { TrackOptions } from '../../../src/domain/track-options.ts'
import { toEnd } from '../../../src/model/steps.ts'
import { observe } from '../../fakes/observations.ts'
import { askedOf, type Records } from '../../fakes/records.ts'
import { NO_OBJECTIVE } from '../../fakes/snapshots.ts'
import { OPTIONS, Tracking } from '../tracking.ts'

const T0 = 1_700_000_000_000
const at = (seconds: number) => T0 + seconds * 1000

const ends = (...offsets: number[]) => offsets.map(end => [0, end] as const)

function poll(
  seconds: number,
  topics: Record<string, readonly (readonly [number, number])[]>,
  commits: Record<string, Record<string, number>>,
) {
  const groups = Object.entries(commits).map(([id, offsets]) => [id, { commits: offsets }])
  return observe({ at: at(seconds), topics, groups: Object.fromEntries(groups) })
}

describe('the plan of look-ups', () => {
  it('asks for groups with an objective first, then for what least is known of', () => {
    const objectiveOf: TrackOptions['objectiveOf'] = group =>
      group === 'vip' ? { ...NO_OBJECTIVE, lagMs: 30_000 } : NO_OBJECTIVE
    const tracking = new Tracking(T0, { objectiveOf })
    // Each group reads a partition of its own; `new` is not known from before, so that nothing dates its record.
    tracking.poll(
      poll(0, { a: ends(10, 10, 10, 10) }, { late: { 'a/0': 10 }, later: { 'a/1': 10 }, vip: { 'a/2': 10 } }),
    )
    tracking.poll(
      poll(
        15,
        { a: ends(10, 20, 10, 10) },
        { late: { 'a/0': 10 }, later: { 'a/1': 10 }, vip: { 'a/2': 10 } },
      ),
    )
    tracking.poll(
      poll(
        130,
        { a: ends(20, 20, 20, 20) },
        { late: { 'a/0': 10 }, later: { 'a/1': 10 }, vip: { 'a/2': 10 }, new: { 'a/3': 2 } },
      ),
    )
    assert.deepEqual(tracking.asked, ['a/2@10', 'a/3@2', 'a/1@10', 'a/0@10'])
  })

  it('leaves out what goes beyond its size, and others in each poll', () => {
    const tracking = new Tracking(T0)
    const commits = Object.fromEntries(Array.from({ length: 10 }, (_, p) => [`a/${p}`, 5]))
    const seen = new Set<string>()
    for (const seconds of [0, 3, 6, 9]) {
      const placed = toEnd(
        place(tracking.state, poll(seconds, { a: ends(...Array(10).fill(9)) }, { g: commits }), OPTIONS),
      )
      const { questions, left } = toEnd(planHeads(placed, 3))
      assert.deepEqual([questions.rows.length, left], [3, 7])
      for (const asked of askedOf(questions, placed.topology)) seen.add(asked)
    }
    assert.equal(seen.size, 10)
  })

  it('goes on at every poll where the one before has ended, however many wait', () => {
    const commits = Object.fromEntries(Array.from({ length: 90 }, (_, p) => [`a/${p}`, 5]))
    const seen = new Set<string>()
    for (const seconds of [0, 15, 30]) {
      const observation = poll(seconds, { a: ends(...Array(90).fill(9)) }, { g: commits })
      const placed = toEnd(place(new Tracking(T0).state, observation, OPTIONS))
      const { questions } = toEnd(planHeads(placed, 30))
      for (const asked of askedOf(questions, placed.topology)) seen.add(asked)
    }
    assert.equal(seen.size, 90)
  })

  it('does not ask of a topic that was refused, until some time has passed', () => {
    const tracking = new Tracking(T0)
    const records: Records = { 'a/0': 'denied', 'b/0': [[5, at(-9)]] }
    const asked = (seconds: number, offset: number) => {
      tracking.poll(
        poll(seconds, { a: ends(9), b: ends(9) }, { g: { 'a/0': offset, 'b/0': offset } }),
        records,
      )
      return [...tracking.asked].sort()
    }
    assert.deepEqual(asked(0, 4), ['a/0@4', 'b/0@4'])
    assert.deepEqual(asked(15, 6), ['b/0@6'])
    assert.deepEqual(asked(599, 7), ['b/0@7'])
    assert.deepEqual(asked(600, 8), ['a/0@8', 'b/0@8'])
  })

  it('asks nothing of partitions and groups that were not read', () => {
    const tracking = new Tracking(T0)
    tracking.poll(poll(0, { a: ends(9) }, { g: { 'a/0': 4 } }))
    tracking.poll(observe({ at: at(15), topics: { a: [null] }, groups: { g: { commits: { 'a/0': 4 } } } }))
    assert.deepEqual(tracking.asked, [])
    tracking.poll(
      observe({ at: at(30), topics: { a: [[0, 9]] }, groups: { g: { commits: null, failure: 'TIMEOUT' } } }),
    )
    assert.deepEqual(tracking.asked, [])
  })
})
