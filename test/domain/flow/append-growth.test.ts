import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  type AppendGrowth,
  NO_GROWTH,
  rateSince,
  stepGrowth,
} from '../../../src/domain/flow/append-growth.ts'
import type { EarlierRows } from '../../../src/domain/partitions.ts'
import { toEnd } from '../../../src/model/steps.ts'

const T0 = 1_700_000_000_000
const UNREAD = Number.NaN
const at = (seconds: number) => T0 + seconds * 1000

interface Poll {
  readonly seconds: number
  readonly ends: readonly number[]
  readonly starts?: readonly number[]
  readonly sizes?: readonly number[]
  readonly earlier?: EarlierRows
}

function step(before: AppendGrowth, poll: Poll): AppendGrowth {
  return toEnd(
    stepGrowth(before, {
      isNeeded: true,
      earlier: poll.earlier ?? null,
      logStart: Float64Array.from(poll.starts ?? poll.ends.map(() => 0)),
      highWatermark: Float64Array.from(poll.ends),
      sizeBytes: poll.sizes ? Float64Array.from(poll.sizes) : null,
      now: at(poll.seconds),
    }),
  )
}

/** Offsets per second over the short and the long window, to the third place. */
function rates(growth: AppendGrowth, row: number, end: number, seconds: number): readonly number[] {
  return [growth.short, growth.long].map(
    anchors => Math.round(rateSince(anchors, row, end, at(seconds)) * 1e6) / 1e3,
  )
}

/** One partition that grows by `perSecond`, read every 15 s. */
function grow(growth: AppendGrowth, from: number, to: number, endAt: (seconds: number) => number) {
  let grown = growth
  for (let seconds = from; seconds <= to; seconds += 15) {
    grown = step(grown, { seconds, ends: [endAt(seconds)] })
  }
  return grown
}

describe('stepGrowth', () => {
  it('knows a rate when a window has been watched, of the log as long as it was', () => {
    const end = (seconds: number) => 1000 + 10 * seconds
    let growth = grow(NO_GROWTH, 0, 105, end)
    assert.deepEqual(rates(growth, 0, end(105), 105), [UNREAD, UNREAD])
    growth = grow(growth, 120, 120, end)
    assert.deepEqual(rates(growth, 0, end(120), 120), [10.008, UNREAD])
    growth = grow(growth, 135, 1800, end)
    assert.deepEqual(rates(growth, 0, end(1800), 1800), [10.008, 10.001])
  })

  it('measures a burst in the short window, and remembers it in the long one', () => {
    const end = (seconds: number) => (seconds < 1800 ? 0 : 100 * Math.min(seconds - 1800, 60))
    let growth = grow(NO_GROWTH, 0, 1860, end)
    assert.deepEqual(rates(growth, 0, 6000, 1860), [33.339, 3.226])
    growth = grow(growth, 1875, 2160, end)
    assert.deepEqual(rates(growth, 0, 6000, 2160), [0, 2.778])
  })

  it('does not know the rate of a partition that was unread when a window began, nor of one that was cut', () => {
    let growth = step(NO_GROWTH, { seconds: 0, ends: [100, 100, UNREAD] })
    growth = step(growth, { seconds: 120, ends: [UNREAD, 90, 100] })
    assert.deepEqual(rates(growth, 0, UNREAD, 120), [UNREAD, UNREAD])
    assert.deepEqual(rates(growth, 1, 90, 120), [UNREAD, UNREAD])
    assert.deepEqual(rates(growth, 2, 100, 120), [UNREAD, UNREAD])
    assert.deepEqual(rates(growth, 0, 219, 120), [1, UNREAD])
  })

  it('begins anew when the clock is set back', () => {
    let growth = step(NO_GROWTH, { seconds: 0, ends: [100] })
    growth = step(growth, { seconds: 120, ends: [200] })
    growth = step(growth, { seconds: -3600, ends: [210] })
    assert.deepEqual(rates(growth, 0, 210, -3600), [UNREAD, UNREAD])
    growth = step(growth, { seconds: -3480, ends: [329] })
    assert.deepEqual(rates(growth, 0, 329, -3480), [1, UNREAD])
  })

  it('follows partitions to other rows, and knows nothing of new ones', () => {
    let growth = step(NO_GROWTH, { seconds: 0, ends: [100, 500], sizes: [1000, 1000] })
    growth = step(growth, { seconds: 120, ends: [100, 619] })
    growth = step(growth, { seconds: 135, ends: [7, 100, 619], earlier: Int32Array.of(-1, 0, 1) })
    assert.deepEqual(
      [0, 1, 2].map(row => rates(growth, row, [7, 100, 619][row] as number, 135)[0]),
      [UNREAD, 0, 0.889],
    )
    assert.deepEqual([...growth.bytesPerOffset], [UNREAD, 10, 2])
  })

  it('takes the mean size of a record when the size is read, and keeps it while it is not', () => {
    let growth = step(NO_GROWTH, {
      seconds: 0,
      ends: [300, 300, 300],
      starts: [100, 300, UNREAD],
      sizes: [4000, 0, 900],
    })
    assert.deepEqual([...growth.bytesPerOffset], [20, UNREAD, UNREAD])
    growth = step(growth, { seconds: 15, ends: [600, 600, 600] })
    assert.deepEqual([...growth.bytesPerOffset], [20, UNREAD, UNREAD])
    growth = step(growth, {
      seconds: 30,
      ends: [700, 600, 600],
      starts: [100, 500, 0],
      sizes: [UNREAD, 400, 600],
    })
    assert.deepEqual([...growth.bytesPerOffset], [20, 4, 1])
  })

  it('keeps nothing while nobody asks', () => {
    const growth = step(NO_GROWTH, { seconds: 0, ends: [100], sizes: [100] })
    const inputs = {
      isNeeded: false,
      earlier: null,
      logStart: Float64Array.of(0),
      highWatermark: Float64Array.of(100),
      sizeBytes: null,
      now: at(15),
    }
    assert.equal(toEnd(stepGrowth(growth, inputs)), NO_GROWTH)
    assert.deepEqual(rates(NO_GROWTH, 0, 100, 15), [UNREAD, UNREAD])
  })
})
