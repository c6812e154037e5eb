import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Headroom } from '../../../src/domain/loss/headroom.ts'
import {
  estimateTimeToLoss,
  NO_LOSS_IN_SIGHT,
  type TimeToLoss,
} from '../../../src/domain/loss/time-to-loss.ts'
import { toEnd } from '../../../src/model/steps.ts'
import { byRow, Placing, type Topics } from '../flow/placing.ts'

const T0 = 1_700_000_000_000
const MINUTE = 60_000
const DAY = 86_400_000
const UNKNOWN = Number.NaN

/** One cell in one poll. Minutes everywhere; the head's time stamp in minutes since T0. */
interface Poll {
  readonly minute: number
  readonly offset: number
  readonly head?: number
  readonly byTime?: number
  readonly byBytes?: number
  /** Offsets appended per minute. */
  readonly appended?: number
  readonly start?: number
  /** When the commit last moved on, where the poll before did not see it. */
  readonly progress?: number
  readonly topics?: Topics
}

class Estimates {
  estimate: TimeToLoss = NO_LOSS_IN_SIGHT
  readonly #placing = new Placing()

  /** In minutes, to the second place; null: nothing is published. */
  poll(poll: Poll): number | null {
    const topics = poll.topics ?? { orders: 1 }
    const { placement, topology } = this.#placing.poll(topics, {
      ...(poll.topics ? { audit: { 'orders/0': 1 } } : {}),
      billing: { 'orders/0': poll.offset },
    })
    const cells = placement.layout.cellRow.length
    const column = (value: number) => new Float64Array(cells).fill(UNKNOWN).fill(value, cells - 1)
    const { byTime = UNKNOWN, byBytes = UNKNOWN } = poll
    const isInSight = !Number.isNaN(byTime) || !Number.isNaN(byBytes)
    const headroom: Headroom = {
      headroomMs: isInSight
        ? column(MINUTE * Math.min(...[byTime, byBytes].filter(ms => !Number.isNaN(ms))))
        : null,
      byTimeMs: column(byTime * MINUTE),
      byBytesMs: column(byBytes * MINUTE),
      appendRate: column((poll.appended ?? UNKNOWN) / MINUTE),
    }
    this.estimate = toEnd(
      estimateTimeToLoss(this.estimate, placement, {
        now: T0 + poll.minute * MINUTE,
        lossHorizonMs: 7 * DAY,
        headroom,
        committed: column(poll.offset),
        headTimestamp: column(T0 + (poll.head ?? UNKNOWN) * MINUTE),
        progressAt: column(T0 + (poll.progress ?? poll.minute) * MINUTE),
        logStart: byRow(topology, { 'orders/0': poll.start ?? 0 }),
      }),
    )
    const ms = this.estimate.timeToLossMs?.[cells - 1] ?? UNKNOWN
    return Number.isNaN(ms) ? null : Math.round((ms / MINUTE) * 100) / 100
  }
}

/** A consumer that is `behind` minutes behind at first and reads `pace` minutes of records a minute. */
function run(
  estimates: Estimates,
  minutes: number,
  pollOf: (minute: number) => Poll,
): readonly (number | null)[] {
  return Array.from({ length: minutes + 1 }, (_, minute) => estimates.poll(pollOf(minute)))
}

/** An hour's retention, 40 minutes behind, 100 offsets a minute. */
const byTime = (pace: number) => (minute: number) => {
  const head = -40 + pace * minute
  return { minute, head, offset: 1000 + 100 * pace * minute, byTime: head + 60 - minute }
}

describe('estimateTimeToLoss', () => {
  it('is not known until three commits and two minutes have been seen', () => {
    assert.deepEqual(run(new Estimates(), 4, byTime(0.5)), [null, null, null, 37, 36])
  })

  it('goes on falling as time does while nothing changes', () => {
    assert.deepEqual(run(new Estimates(), 39, byTime(0.5)).slice(-2), [2, 1])
  })

  it('is not in sight where the consumer keeps its distance or catches up', () => {
    assert.equal(run(new Estimates(), 10, byTime(1)).at(-1), null)
    assert.equal(run(new Estimates(), 10, byTime(1.5)).at(-1), null)
  })

  it('is the headroom of a consumer that stands, as soon as that is sure', () => {
    const stands = (minute: number) => ({ ...byTime(0)(minute), byTime: 120 - minute, progress: -5 })
    assert.deepEqual(run(new Estimates(), 26, stands).slice(-3), [null, 95, 94])
  })

  it('is that at once, after a restart too, where it has stood for half an hour', () => {
    const estimates = new Estimates()
    assert.equal(estimates.poll({ minute: 0, offset: 5, head: -40, byTime: 20, progress: -29 }), null)
    assert.equal(estimates.poll({ minute: 1, offset: 5, head: -40, byTime: 19, progress: -29 }), 19)
    assert.equal(new Estimates().poll({ minute: 0, offset: 5, head: -40, byTime: 20, progress: -31 }), 20)
  })

  it('counts bytes in offsets: what is appended against what is consumed', () => {
    const byBytes = (consumed: number, appended: number) => (minute: number) => ({
      minute,
      offset: 1000 + consumed * minute,
      byBytes: 50,
      appended,
    })
    assert.equal(run(new Estimates(), 3, byBytes(60, 100)).at(-1), 125)
    assert.equal(run(new Estimates(), 3, byBytes(100, 100)).at(-1), null)
    assert.equal(run(new Estimates(), 3, byBytes(60, 0)).at(-1), null)
  })

  it('is the smaller of both', () => {
    const both = (byBytes: number) => (minute: number) => ({ ...byTime(0.5)(minute), byBytes, appended: 100 })
    assert.equal(run(new Estimates(), 3, both(10)).at(-1), 20)
    assert.equal(run(new Estimates(), 3, both(30)).at(-1), 37)
  })

  it('is not known by time where time stamps are not', () => {
    const unknown = (minute: number) => ({ ...byTime(0.5)(minute), head: UNKNOWN })
    assert.equal(run(new Estimates(), 5, unknown).at(-1), null)
  })

  it('does not lie below the headroom where time stamps go back', () => {
    const back = (minute: number) => ({ ...byTime(0.5)(minute), head: -minute, byTime: 20 })
    assert.equal(run(new Estimates(), 5, back).at(-1), 20)
  })

  it('is the headroom where retention has passed it, and begins anew when it has jumped to the log start', () => {
    const estimates = new Estimates()
    const passed = (minute: number) => ({
      minute,
      offset: 50,
      start: 1000 + minute,
      head: -59 + minute,
      byTime: 1,
    })
    assert.deepEqual(run(estimates, 3, passed), [1, 1, 1, 1])
    const jumped = (minute: number) => ({ minute, offset: 1000 + minute, start: 1000, head: -55, byTime: 5 })
    assert.deepEqual(
      [4, 5, 6, 7].map(minute => estimates.poll(jumped(minute))),
      [null, null, null, 5],
    )
  })

  it('begins anew when the group goes back', () => {
    const estimates = new Estimates()
    run(estimates, 10, byTime(0.5))
    const again = (minute: number) => ({ ...byTime(0.5)(minute), offset: 100 * minute })
    assert.deepEqual(
      [11, 12, 13, 14].map(minute => estimates.poll(again(minute))),
      [null, null, null, 26],
    )
  })

  it('begins anew when the clock is set back', () => {
    const estimates = new Estimates()
    run(estimates, 10, byTime(0.5))
    const earlier = (minute: number) => ({ ...byTime(0.5)(minute + 61), minute, byTime: 20 })
    assert.deepEqual(
      [-50, -49, -48, -47].map(minute => estimates.poll(earlier(minute))),
      [null, null, null, 40],
    )
  })

  it('watches a committer of every fifteen minutes for three of its gaps', () => {
    const slow = (minute: number) => ({ ...byTime(0.5)(minute - (minute % 15)), minute, byTime: 60 })
    const told = run(new Estimates(), 46, slow)
    assert.deepEqual(told.slice(0, 45), new Array(45).fill(null))
    // 22.5 minutes of records in 45, then in 46.
    assert.deepEqual(told.slice(45), [120, 117.45])
  })

  it('keeps its pace over other groups, and forgets cells out of danger', () => {
    const estimates = new Estimates()
    run(estimates, 5, byTime(0.5))
    const grown = { accounts: 2, orders: 1 }
    assert.equal(estimates.poll({ ...byTime(0.5)(6), topics: grown }), 34)
    assert.deepEqual([...estimates.estimate.paces.keys()], [1])
    estimates.poll({ minute: 7, offset: 9000, topics: grown })
    assert.equal(estimates.estimate, NO_LOSS_IN_SIGHT)
  })
})
