import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type StableOffsets, stepStableOffsets } from '../../../src/domain/progress/stable-offsets.ts'
import { toEnd } from '../../../src/model/steps.ts'

const NONE = Number.NaN

/** Row 0 alone: what was known, [last stable offset, high watermark] of the poll at 1,000, what is known after it. */
const ONE_ROW: readonly (readonly [
  string,
  readonly [number, number] | null,
  readonly [number, number],
  readonly [number, number] | null,
])[] = [
  ['an open transaction', null, [50, 60], [50, 1_000]],
  ['none', null, [60, 60], null],
  ['one that stands', [50, 400], [50, 70], [50, 400]],
  ['one that gave way to the next', [50, 400], [65, 70], [65, 1_000]],
  ['one that ended', [50, 400], [70, 70], null],
  ['not asked for', [50, 400], [NONE, 70], [50, 400]],
  ['asked for while the end was not read: it stands', [50, 400], [50, NONE], [50, 400]],
  ['asked for while the end was not read: it has moved', [50, 400], [65, NONE], null],
  ['asked for while the end was not read, and not known before', null, [65, NONE], null],
  ['a clock that was set back', [50, 5_000], [50, 70], [50, 1_000]],
]

describe('last stable offsets below the end', () => {
  for (const [name, before, [stable, end], after] of ONE_ROW) {
    it(name, () => {
      const known: StableOffsets =
        before === null ? new Map() : new Map([[0, { offset: before[0], since: before[1] }]])
      const stepped = toEnd(
        stepStableOffsets(known, {
          now: 1_000,
          lastStableOffset: Float64Array.of(stable),
          highWatermark: Float64Array.of(end),
          rowMap: null,
        }),
      )
      assert.deepEqual([...stepped], after === null ? [] : [[0, { offset: after[0], since: after[1] }]])
    })
  }

  it('move with their rows, and go with their topics', () => {
    const known = new Map([
      [0, { offset: 5, since: 1 }],
      [1, { offset: 6, since: 2 }],
      [2, { offset: 7, since: 3 }],
    ])
    const stepped = toEnd(
      stepStableOffsets(known, {
        now: 1_000,
        lastStableOffset: Float64Array.of(NONE, 7, 5),
        highWatermark: Float64Array.of(9, 9, 9),
        rowMap: Int32Array.of(2, -1, 1),
      }),
    )
    assert.deepEqual(
      new Map(stepped),
      new Map([
        [2, { offset: 5, since: 1 }],
        [1, { offset: 7, since: 3 }],
      ]),
    )
    assert.equal(known.size, 3)
  })

  it('stand where a poll asked for none', () => {
    const known = new Map([[0, { offset: 5, since: 1 }]])
    const inputs = { now: 9, lastStableOffset: null, highWatermark: Float64Array.of(9), rowMap: null }
    assert.deepEqual([...toEnd(stepStableOffsets(known, inputs))], [[0, { offset: 5, since: 1 }]])
  })
})
