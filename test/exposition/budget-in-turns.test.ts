import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Snapshot } from '../../src/model/snapshot.ts'
import type { Steps } from '../../src/model/steps.ts'
import { budgeted } from './budgeted.ts'
import { familiesNamed } from './exposed.ts'
import { estate } from './sized-estate.ts'

const families = familiesNamed('kafka_consumergroup_lag', 'kafka_consumergroup_lag_sum')

/** Polls that end at the same time: each time one of those that go on makes a step. */
function inTurns(polls: readonly Steps<void>[], pick: (of: number) => number): void {
  const going = [...polls]
  while (going.length > 0) {
    const at = pick(going.length)
    if (going[at]?.next().done) going.splice(at, 1)
  }
}

/** Whole numbers from 0, the same again for the same seed. */
function numbers(seed: number): (below: number) => number {
  let state = seed
  return below => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

function levelsOf({ budget }: ReturnType<typeof budgeted>, snapshot: Snapshot): readonly number[] {
  const { groups } = snapshot.layout
  const { blocks } = budget.detailOf(snapshot).inForce
  return groups.map((_, g) => blocks?.[g] ?? 0)
}

describe('metrics.max_series, while polls of several clusters end at the same time', () => {
  it('leaves out the same from poll to poll', () => {
    const exporter = budgeted(families, { maxSeries: 7_000 }, ['north', 'south'])
    const north = estate({ a: 2_000, b: 2_000 })
    const south = estate({ c: 2_500, d: 2_500 })
    let turn = 0
    for (let poll = 0; poll < 5; poll++) {
      const polls = [
        exporter.budget.weigh('north', { ...north }),
        exporter.budget.weigh('south', { ...south }),
      ]
      inTurns(polls, of => turn++ % of)
      assert.deepEqual(
        [levelsOf(exporter, north), levelsOf(exporter, south)],
        [
          [0, 0],
          [1, 0],
        ],
      )
    }
    assert.equal(exporter.logged.length, 1)
  })

  it('is kept, whatever order their steps come in', () => {
    const names = ['north', 'south', 'west']
    const limit = 3_000
    for (let seed = 1; seed <= 40; seed++) {
      const random = numbers(seed)
      const exporter = budgeted(families, { maxSeries: limit }, names)
      for (let poll = 0; poll < 6; poll++) {
        const sizes = names.map(() => ({ a: 1 + random(1_000), b: 1 + random(1_000) }))
        const snapshots = sizes.map(each => estate(each))
        const polls = snapshots.map((snapshot, i) => exporter.budget.weigh(names[i] as string, snapshot))
        inTurns(polls, random)
        const published = snapshots.map((snapshot, i) => {
          const [a = 0, b = 0] = levelsOf(exporter, snapshot)
          return 2 + (a > 0 ? 0 : (sizes[i]?.a ?? 0)) + (b > 0 ? 0 : (sizes[i]?.b ?? 0))
        })
        const total = published.reduce((sum, series) => sum + series)
        assert.ok(total <= limit, `seed ${seed}, poll ${poll}: ${total}`)
      }
    }
  })
})
