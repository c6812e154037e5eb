import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { emptyFlow, type Flow, stepFlow } from '../../../src/domain/flow/block-flow.ts'
import { CELL_UNCOMMITTED } from '../../../src/model/snapshot.ts'
import { toEnd } from '../../../src/model/steps.ts'
import { byRow, Placing, type Topics } from './placing.ts'

const T0 = 1_700_000_000_000
const UNKNOWN = Number.NaN

/** [commit, end] of each partition of 'orders' that the group is on; a commit of -1: assigned only. */
interface Poll {
  readonly seconds: number
  readonly at: readonly (readonly [commit: number, end: number])[]
  readonly starts?: readonly number[]
  readonly rewinds?: number
  readonly topics?: Topics
  /** Another group beside, before it in the layout. */
  readonly audit?: boolean
}

class Flows {
  flow: Flow | null = null
  readonly #placing = new Placing()

  /** [committed per second, appended per second, seconds to catch up], to the second place. */
  poll(poll: Poll): readonly number[] {
    const places = poll.at.map((_, p) => `orders/${p}`)
    const commits = Object.fromEntries(places.map((place, p) => [place, poll.at[p]?.[0] as number]))
    const ends = Object.fromEntries(places.map((place, p) => [place, poll.at[p]?.[1] as number]))
    const starts = Object.fromEntries(places.map((place, p) => [place, poll.starts?.[p] ?? 0]))
    const { placement, topology } = this.#placing.poll(poll.topics ?? { orders: poll.at.length }, {
      ...(poll.audit ? { audit: { 'orders/0': 7 } } : {}),
      billing: commits,
    })
    const { incoming, layout } = placement
    const b = layout.blockTopic.length - 1
    const lags = poll.at.map(([commit, end]) => (commit === -1 ? 0 : Math.max(0, end - commit)))
    const perBlock = (value: number) => new Float64Array(b + 1).fill(value)
    this.flow = toEnd(
      stepFlow(this.flow?.memory ?? emptyFlow(0), placement, {
        now: T0 + poll.seconds * 1000,
        committed: incoming.map(offset => (offset === -1 ? UNKNOWN : offset)),
        flags: Uint8Array.from(incoming, offset => (offset === -1 ? CELL_UNCOMMITTED : 0)),
        logStart: byRow(topology, starts),
        highWatermark: byRow(topology, ends),
        lagSum: perBlock(lags.reduce((sum, lag) => sum + lag, 0)),
        rewinds: perBlock(poll.rewinds ?? 0),
      }),
    )
    const { committedPerSecond, appendedPerSecond, catchUpMs } = this.flow
    const round = (n: number) => Math.round(n * 100) / 100
    return [
      round(committedPerSecond[b] as number),
      round(appendedPerSecond[b] as number),
      round((catchUpMs[b] as number) / 1000),
    ]
  }

  /** Polls every 15 s; what the last one said. */
  run(
    from: number,
    to: number,
    at: (seconds: number) => Poll['at'],
    rest: Partial<Poll> = {},
  ): readonly number[] {
    let told: readonly number[] = []
    for (let seconds = from; seconds <= to; seconds += 15)
      told = this.poll({ seconds, at: at(seconds), ...rest })
    return told
  }
}

const UNSURE = [UNKNOWN, UNKNOWN, UNKNOWN]

/** 10,000 behind; consumes and appends at so many per second. */
const steady = (consumed: number, appended: number) => (seconds: number) =>
  [[1000 + consumed * seconds, 11_000 + appended * seconds]] as const

describe('stepFlow', () => {
  it('knows its rates when two minutes and three commits have been seen', () => {
    const flows = new Flows()
    assert.deepEqual(flows.run(0, 105, steady(50, 10)), UNSURE)
    assert.deepEqual(flows.run(120, 120, steady(50, 10)), [50, 10, 130])
    assert.deepEqual(flows.run(135, 210, steady(50, 10)), [50, 10, 40])
  })

  it('is 0 when caught up, known before any rate is', () => {
    assert.deepEqual(new Flows().poll({ seconds: 0, at: [[100, 100]] }), [UNKNOWN, UNKNOWN, 0])
  })

  it('is infinite where it falls behind, or just keeps pace', () => {
    assert.deepEqual(new Flows().run(0, 240, steady(10, 50)), [10, 50, Infinity])
    assert.deepEqual(new Flows().run(0, 240, steady(10, 10)), [10, 10, Infinity])
  })

  it('forgets what was more than two windows ago', () => {
    const flows = new Flows()
    flows.run(0, 600, steady(10, 50))
    const faster = (seconds: number) =>
      [[7000 + 100 * (seconds - 600), 41_000 + 50 * (seconds - 600)]] as const
    assert.deepEqual(flows.run(615, 840, faster), [100, 50, 440])
  })

  it('is steady over a group that commits every ten minutes', () => {
    const flows = new Flows()
    const at = (seconds: number) =>
      [[1000 + 50 * (seconds - (seconds % 600)), 200_000 + 10 * seconds]] as const
    assert.deepEqual(flows.run(0, 1785, at), UNSURE)
    const told = new Set<number>()
    for (let seconds = 1800; seconds <= 7200; seconds += 15) {
      const [consumed] = flows.poll({ seconds, at: at(seconds) })
      told.add(Math.round((consumed as number) / 10))
    }
    assert.deepEqual([...told].sort(), [4, 5])
  })

  it('watches a slower one for three of its gaps, once it knows them', () => {
    const flows = new Flows()
    const at = (seconds: number) =>
      [[1000 + 50 * (seconds - (seconds % 3600)), 900_000 + 10 * seconds]] as const
    flows.run(0, 21_600, at)
    const told = new Set<number>()
    for (let seconds = 21_615; seconds <= 36_000; seconds += 15) {
      told.add(Math.round((flows.poll({ seconds, at: at(seconds) })[0] as number) / 10))
    }
    assert.deepEqual([...told].sort(), [4, 5])
  })

  it('says that a consumer has stopped after half an hour, and falls behind meanwhile', () => {
    const flows = new Flows()
    flows.run(0, 600, steady(50, 10))
    const stopped = (seconds: number) => [[31_000, 40_000 + 10 * (seconds - 600)]] as const
    assert.equal(flows.run(615, 900, stopped)[2], Infinity)
    assert.deepEqual(flows.run(915, 4200, stopped), [0, 10, Infinity])
  })

  it('is infinite where nothing is written and nothing is read', () => {
    assert.deepEqual(
      new Flows().run(0, 1785, () => [[5, 10]]),
      UNSURE,
    )
    assert.deepEqual(
      new Flows().run(0, 1800, () => [[5, 10]]),
      [0, 0, Infinity],
    )
  })

  it('adds up partitions, leaving out those without a commit', () => {
    const at = (seconds: number) =>
      [
        [10 * seconds, 5000 + 5 * seconds],
        [-1, 3000 * seconds],
        [20 * seconds, 7000 + 5 * seconds],
      ] as const
    assert.deepEqual(new Flows().run(0, 120, at), [30, 10, 480])
  })

  it('is not known in a poll with a hole, and is again in the next', () => {
    for (const hole of [
      [UNKNOWN, 5000],
      [5000, UNKNOWN],
    ] as const) {
      const flows = new Flows()
      flows.run(0, 120, steady(50, 10))
      assert.deepEqual(flows.poll({ seconds: 135, at: [hole] }), UNSURE)
      assert.deepEqual(flows.poll({ seconds: 150, at: steady(50, 10)(150) }), [50, 10, 100])
    }
  })

  const beginsAnew: Readonly<Record<string, Partial<Poll> & { readonly next?: Poll['at'] }>> = {
    'a rewind': { rewinds: 1 },
    'a log that was cut': { next: [[13_000, 12_000]] },
    'a first commit on a partition': {
      next: [
        [13_250, 14_350],
        [0, 10],
      ],
    },
    'a topic that was made anew': { topics: { orders: { id: 'another', partitions: 1 } } },
  }
  for (const [name, { next, ...rest }] of Object.entries(beginsAnew)) {
    it(`begins anew after ${name}`, () => {
      const flows = new Flows()
      flows.run(0, 240, steady(50, 10))
      const at = next ?? steady(50, 10)(255)
      assert.deepEqual(flows.poll({ seconds: 255, at, ...rest }).slice(0, 2), [UNKNOWN, UNKNOWN])
      const moved = (seconds: number) =>
        at.map(([c, e]) => [c + 5 * (seconds - 255), e + seconds - 255] as const)
      assert.deepEqual(flows.run(270, 360, moved, rest).slice(0, 2), [UNKNOWN, UNKNOWN])
      assert.deepEqual(flows.run(375, 375, moved, rest).slice(0, 2), [5 * at.length, at.length])
    })
  }

  it('begins anew when an assigned partition gets its first commit, and when a commit expires', () => {
    const flows = new Flows()
    const both = (second: number) => (seconds: number) =>
      [
        [1000 + 50 * seconds, 90_000],
        [second, 90_000],
      ] as const
    assert.deepEqual(flows.run(0, 240, both(-1)).slice(0, 2), [50, 0])
    assert.deepEqual(flows.run(255, 360, both(7)).slice(0, 2), [UNKNOWN, UNKNOWN])
    assert.deepEqual(flows.run(375, 390, both(7)).slice(0, 2), [50, 0])
    const topics = { orders: 2 }
    const one = (seconds: number) => [[1000 + 50 * seconds, 90_000]] as const
    assert.deepEqual(flows.run(405, 510, one, { topics }).slice(0, 2), [UNKNOWN, UNKNOWN])
    assert.deepEqual(flows.run(525, 525, one, { topics }).slice(0, 2), [50, 0])
  })

  it('does not take the jump to the log start for consuming', () => {
    const flows = new Flows()
    const passed = (seconds: number) => [[500, 20_000 + 10 * seconds]] as const
    assert.deepEqual(flows.run(0, 1800, passed, { starts: [9000] }), [0, 10, Infinity])
    assert.deepEqual(flows.poll({ seconds: 1815, at: [[9000, 38_150]], starts: [9000] }), UNSURE)
  })

  it('begins anew when the clock is set back', () => {
    const flows = new Flows()
    flows.run(0, 240, steady(50, 10))
    assert.deepEqual(flows.poll({ seconds: -3600, at: [[13_250, 14_350]] }), UNSURE)
    const on = (seconds: number) => [[13_250 + 5 * (seconds + 3600), 14_350]] as const
    assert.deepEqual(flows.run(-3585, -3480, on).slice(0, 2), [5, 0])
  })

  it('goes on over another group that comes', () => {
    const flows = new Flows()
    flows.run(0, 120, steady(50, 10))
    assert.deepEqual(flows.poll({ seconds: 135, at: steady(50, 10)(135), audit: true }), [50, 10, 115])
  })
})
