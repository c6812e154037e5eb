import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { type Clocks, stepClocks } from '../../../src/domain/clocks.ts'
import { countLost, type Lost, NOTHING_LOST } from '../../../src/domain/loss/lost-offsets.ts'
import { NO_RETENTION, readRetention } from '../../../src/domain/loss/retention.ts'
import { initialState } from '../../../src/domain/state.ts'
import { toEnd } from '../../../src/model/steps.ts'
import { byRow, Placing } from '../flow/placing.ts'

/** What happens on one partition between two polls, and how the second one goes. */
interface Turn {
  /** Offsets that the group consumes; one that retention has passed goes on at the log start. */
  readonly consumes: number
  readonly deletes: number
  readonly unread: 'start' | 'commit' | 'group' | 'nothing'
  readonly restarts: boolean
  /** Another group is there before it in the layout. */
  readonly audit: boolean
}

const turn: fc.Arbitrary<Turn> = fc.record({
  consumes: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 40 })),
  deletes: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 60 })),
  unread: fc.constantFrom('nothing', 'nothing', 'nothing', 'start', 'commit', 'group'),
  restarts: fc.boolean(),
  audit: fc.boolean(),
})

class World {
  lost: Lost = NOTHING_LOST
  start = 0
  commit = 30
  #clocks: Clocks = initialState(0).clocks
  readonly #placing = new Placing()

  poll({ unread, audit }: Pick<Turn, 'unread' | 'audit'>): void {
    const commit = unread === 'commit' ? Number.NaN : this.commit
    const { placement, topology } = this.#placing.poll(
      { orders: 1 },
      {
        ...(audit ? { audit: { 'orders/0': 1_000_000 } } : {}),
        billing: unread === 'group' ? null : { 'orders/0': commit },
      },
    )
    this.lost = toEnd(
      countLost(this.lost, placement, {
        latest: this.#clocks.latest,
        logStart: byRow(topology, unread === 'start' ? {} : { 'orders/0': this.start }),
        retention: toEnd(readRetention(NO_RETENTION, topology, new Map())),
        dataFrom: () => Number.NaN,
      }),
    )
    const wasWatched = new Uint8Array(placement.layout.groups.length)
    const inputs = { now: 0, clockStartAt: 0, wasWatched, restored: false }
    this.#clocks = toEnd(stepClocks(this.#clocks, placement, inputs))
  }

  restart(): void {
    this.lost = { perBlock: this.lost.perBlock.slice(), upTo: new Map(this.lost.upTo) }
    this.#clocks = { ...this.#clocks, rewoundFrom: new Map(this.#clocks.rewoundFrom) }
  }
}

describe('countLost over any course of polls', () => {
  it('is the number of offsets deleted before they were consumed, where a poll saw each loss', () => {
    let runs = 0
    fc.assert(
      fc.property(fc.array(turn, { minLength: 5, maxLength: 30 }), turns => {
        const world = new World()
        world.poll({ unread: 'nothing', audit: false })
        let lost = 0
        // Whether all that was lost so far has been seen: only then does the group go on in this tale.
        let isSeen = true
        for (const t of turns) {
          if (t.restarts) world.restart()
          if (t.consumes > 0 && isSeen) world.commit = Math.max(world.commit, world.start) + t.consumes
          const passed = Math.max(world.commit, world.start)
          world.start += t.deletes
          lost += Math.max(0, world.start - passed)
          world.poll(t)
          isSeen = t.unread === 'nothing' || (isSeen && world.start <= world.commit)
          if (isSeen) assert.equal(world.lost.perBlock.at(-1), lost)
          else assert.ok((world.lost.perBlock.at(-1) as number) <= lost)
        }
        if (lost > 0) runs++
      }),
    )
    assert.ok(runs > 30)
  })
})
