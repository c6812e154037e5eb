import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type KeptUp, NOTHING_KEPT, restoreKeptUp, stepKeptUp } from '../../../src/domain/flow/kept-up.ts'
import { CELL_STATES, CELL_UNCOMMITTED, type CellState } from '../../../src/model/snapshot.ts'
import { toEnd } from '../../../src/model/steps.ts'
import { NO_OBJECTIVE } from '../../fakes/snapshots.ts'
import { byRow, Placing, type Topics } from './placing.ts'

const T0 = 1_700_000_000_000
const UNREAD = Number.NaN

interface Cell {
  readonly committed: number
  readonly end: number
  /** Effective; left out: by offsets. */
  readonly lag?: number
  /** Seconds. */
  readonly lagSeconds?: number
  readonly state?: CellState
}

interface Poll {
  readonly seconds: number
  readonly cells: readonly Cell[]
  readonly limitSeconds?: number | null
  readonly topics?: Topics
}

class Keeping {
  kept: KeptUp = NOTHING_KEPT
  #latest: Float64Array = new Float64Array(0)
  #ends: Float64Array = new Float64Array(0)
  readonly #placing = new Placing()

  /** Seconds; NaN: nothing is published. The objective is 30 s. */
  poll({ seconds, cells, limitSeconds = 30, topics = { orders: 2 } }: Poll): number {
    const now = T0 + seconds * 1000
    const places = cells.map((cell, p) => [`orders/${p}`, cell] as const)
    const { placement, topology, earlier } = this.#placing.poll(topics, {
      billing: Object.fromEntries(places.map(([place, cell]) => [place, cell.committed])),
    })
    const end = byRow(topology, Object.fromEntries(places.map(([place, cell]) => [place, cell.end])))
    this.kept = toEnd(
      stepKeptUp(this.kept, placement, {
        now,
        maxReadingAgeMs: 45_000,
        objectives: [{ ...NO_OBJECTIVE, lagMs: limitSeconds === null ? null : limitSeconds * 1000 }],
        state: Uint8Array.from(cells, c => CELL_STATES.indexOf(c.state ?? 'advancing')),
        flags: Uint8Array.from(cells, c => (c.committed === -1 ? CELL_UNCOMMITTED : 0)),
        lag: Float64Array.from(cells, c => c.lag ?? c.end - c.committed),
        headAt: Float64Array.from(cells, c => now - (c.lagSeconds ?? UNREAD) * 1000),
        latestBefore: this.#latest,
        endBefore: this.#ends,
        earlier,
        end,
      }),
    )
    this.#latest = placement.incoming
    this.#ends = end
    return (this.kept.byGroup.get('billing') ?? UNREAD) / 1000
  }
}

const cell = (committed: number, end: number, lagSeconds?: number, state?: CellState): Cell => ({
  committed,
  end,
  ...(lagSeconds === undefined ? {} : { lagSeconds }),
  ...(state === undefined ? {} : { state }),
})

/** Polls of one group, and how many seconds it has kept up after each. */
const STORIES: Readonly<
  Record<string, readonly (readonly [seconds: number, cells: readonly Cell[], kept: number])[]>
> = {
  'counts while it meets the objective and there is traffic': [
    [0, [cell(10, 20, 5)], 0],
    [15, [cell(20, 30, 5)], 15],
    [30, [cell(30, 40, 30)], 30],
  ],
  'goes back to 0 on a breach, and counts from there': [
    [0, [cell(10, 20, 5)], 0],
    [15, [cell(20, 30, 5)], 15],
    [30, [cell(20, 40, 30.001)], 0],
    [45, [cell(30, 50, 5)], 15],
  ],
  'pauses while nothing is written or committed': [
    [0, [cell(10, 10)], 0],
    [15, [cell(20, 20)], 15],
    [30, [cell(20, 20)], 15],
    [45, [cell(20, 20)], 15],
    [60, [cell(20, 21, 1)], 30],
    [75, [cell(21, 21)], 45],
  ],
  'a breach counts without traffic too': [
    [0, [cell(10, 20, 5)], 0],
    [15, [cell(20, 30, 25)], 15],
    [30, [cell(20, 30, 40)], 0],
  ],
  'a stalled partition is a breach at any lag': [
    [0, [cell(10, 20, 5), cell(1, 2, 1)], 0],
    [15, [cell(20, 30, 5), cell(1, 2, 1)], 15],
    [30, [cell(30, 40, 5), cell(1, 2, 1, 'stalled')], 0],
  ],
  'pauses while a partition cannot be read': [
    [0, [cell(10, 20, 5), cell(1, 2, 1)], 0],
    [15, [cell(20, 30, 5), cell(2, 3, 1)], 15],
    [30, [cell(30, 40, 5), cell(UNREAD, 4, 50)], 15],
    [45, [cell(40, 50, 5), cell(3, UNREAD, 50)], 15],
    [60, [cell(50, 60, 5), cell(4, 6, 1)], 30],
  ],
  'a partition that is not read keeps no breach of another from counting': [
    [0, [cell(10, 20, 5), cell(1, 2, 1)], 0],
    [15, [cell(20, 30, 5), cell(2, 3, 1)], 15],
    [30, [cell(30, 40, 31), cell(UNREAD, 4)], 0],
  ],
  'a state from an older reading breaks nothing': [
    [0, [cell(10, 20, 5)], 0],
    [15, [cell(20, 30, 5)], 15],
    [30, [cell(UNREAD, 40, 50, 'stalled')], 15],
  ],
  'pauses while lag in time is not known': [
    [0, [cell(10, 20, 5)], 0],
    [15, [cell(20, 30)], 0],
    [30, [cell(30, 40, 5)], 15],
  ],
  'pauses on a state that is not known': [
    [0, [cell(10, 20, 5)], 0],
    [15, [cell(20, 30, 5, 'unknown')], 0],
  ],
  'needs no time stamp where nothing but a transaction marker is left': [
    [0, [{ committed: 10, end: 11, lag: 0 }], 0],
    [15, [{ committed: 20, end: 21, lag: 0 }], 15],
  ],
  'has nothing against a partition that was never written to': [
    [0, [cell(10, 20, 5), cell(-1, 0)], 0],
    [15, [cell(20, 30, 5), cell(-1, 0, undefined, 'unknown')], 15],
    [30, [cell(30, 40, 5), cell(-1, 9, undefined, 'never_committed')], 0],
  ],
  'does not count what nobody watched': [
    [0, [cell(10, 20, 5)], 0],
    [45, [cell(20, 30, 5)], 45],
    [91, [cell(30, 40, 5)], 45],
  ],
  'does not count backwards when the clock is set back': [
    [0, [cell(10, 20, 5)], 0],
    [15, [cell(20, 30, 5)], 15],
    [-3600, [cell(30, 40, 5)], 15],
    [-3585, [cell(40, 50, 5)], 30],
  ],
}

describe('stepKeptUp', () => {
  for (const [name, story] of Object.entries(STORIES)) {
    it(name, () => {
      const keeping = new Keeping()
      assert.deepEqual(
        story.map(([seconds, cells]) => keeping.poll({ seconds, cells })),
        story.map(([, , kept]) => kept),
      )
    })
  }

  it('is not known without an objective, and begins at 0 with one', () => {
    const keeping = new Keeping()
    const poll = (seconds: number, limitSeconds: number | null) =>
      keeping.poll({ seconds, cells: [cell(seconds, seconds + 10, 5)], limitSeconds })
    assert.deepEqual([poll(0, 30), poll(15, 30), poll(30, null), poll(45, 30)], [0, 15, UNREAD, 15])
  })

  it('goes on after a restart without the time in between', () => {
    const keeping = new Keeping()
    const poll = (seconds: number) => keeping.poll({ seconds, cells: [cell(seconds, seconds + 10, 5)] })
    assert.deepEqual([poll(0), poll(15), poll(30)], [0, 15, 30])
    keeping.kept = restoreKeptUp(new Map(keeping.kept.byGroup))
    assert.deepEqual([poll(60), poll(75)], [30, 45])
  })

  it('follows its partitions to other rows, and takes no move for traffic', () => {
    const keeping = new Keeping()
    const poll = (seconds: number, offset: number, topics: Topics) =>
      keeping.poll({ seconds, cells: [cell(offset, offset)], topics })
    poll(0, 10, { orders: 1 })
    assert.equal(poll(15, 20, { orders: 1 }), 15)
    assert.equal(poll(30, 20, { accounts: 3, orders: 2 }), 15)
    assert.equal(poll(45, 30, { accounts: 3, orders: 2 }), 30)
  })

  it('keeps groups apart, and forgets those that have gone', () => {
    const placing = new Placing()
    const step = (
      before: KeptUp,
      seconds: number,
      offset: number,
      groups: readonly string[],
      latest: number,
    ) => {
      const { placement, topology, earlier } = placing.poll(
        { orders: 1 },
        Object.fromEntries(groups.map(group => [group, { 'orders/0': offset }])),
      )
      const now = T0 + seconds * 1000
      return toEnd(
        stepKeptUp(before, placement, {
          now,
          maxReadingAgeMs: 45_000,
          objectives: groups.map((_, g) => ({ ...NO_OBJECTIVE, lagMs: 1000 * (g + 1) })),
          state: new Uint8Array(groups.length).fill(CELL_STATES.indexOf('advancing')),
          flags: new Uint8Array(groups.length),
          lag: new Float64Array(groups.length).fill(1),
          headAt: new Float64Array(groups.length).fill(now - 1500),
          latestBefore: new Float64Array(groups.length).fill(latest),
          endBefore: byRow(topology, { 'orders/0': 99 }),
          earlier,
          end: byRow(topology, { 'orders/0': 99 }),
        }),
      ).byGroup
    }
    const first = step(NOTHING_KEPT, 0, 1, ['audit', 'billing'], UNREAD)
    const second = step({ at: T0, byGroup: first }, 15, 2, ['audit', 'billing'], 1)
    assert.deepEqual(
      [...second],
      [
        ['audit', 0],
        ['billing', 15_000],
      ],
    )
    assert.deepEqual([...step({ at: T0, byGroup: second }, 30, 2, ['billing'], 2).keys()], ['billing'])
  })
})
