import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { dataFrom, HEAD_IS_BEHIND_HOLES, HeadBounds, noHeads } from '../../../src/domain/lag/head-bounds.ts'
import { HEAD_FOUND, HEAD_NONE, noAnswers } from '../../../src/model/evidence.ts'

const NOW = 1_700_000_000_000

interface Answer {
  readonly outcome: number
  readonly recordOffset?: number
  readonly knownTo: number
}

/** What is known of a head at `from` once it was asked about and answered, and moved to `then`. */
function learnt(from: number, answer: Answer, then = from) {
  const answers = noAnswers(1)
  answers.outcome[0] = answer.outcome
  answers.recordOffset[0] = answer.recordOffset ?? Number.NaN
  answers.knownTo[0] = answer.knownTo
  answers.minTimestamp.fill(NOW - 60_000)
  answers.maxTimestamp.fill(NOW - 60_000)
  const head = new HeadBounds()
  head.moveTo(from)
  head.learnRecord({ rows: Int32Array.of(0), offsets: Float64Array.of(from) }, answers, 0, NOW)
  head.moveTo(then)
  const heads = noHeads(1)
  head.store(heads, 0)
  return {
    dataFrom: dataFrom(heads, 0),
    hasHoles: (head.flags & HEAD_IS_BEHIND_HOLES) !== 0,
    knownTo: head.to,
  }
}

describe('the first offset that can hold data', () => {
  const NOTHING: Answer = { outcome: HEAD_NONE, knownTo: 100 }
  /** Stamped by the broker: one time stamp for the whole batch of 100 to 199, which is not decoded. */
  const BATCH: Answer = { outcome: HEAD_FOUND, recordOffset: 100, knownTo: 200 }

  it('is where nothing is known of, behind markers', () =>
    assert.deepEqual(learnt(95, NOTHING), { dataFrom: 100, hasHoles: false, knownTo: 100 }))

  it('is the first of a batch behind markers, not its last', () =>
    assert.deepEqual(learnt(95, BATCH), { dataFrom: 100, hasHoles: true, knownTo: 101 }))

  it('is the same from anywhere between the markers', () =>
    assert.deepEqual(learnt(95, BATCH, 98), { dataFrom: 100, hasHoles: true, knownTo: 101 }))

  it('is behind no markers once the group has come past them', () =>
    assert.deepEqual(learnt(95, BATCH, 100), { dataFrom: Number.NaN, hasHoles: false, knownTo: 101 }))

  it('is not looked for where a record lies at the commit', () => {
    const batch: Answer = { outcome: HEAD_FOUND, recordOffset: 120, knownTo: 200 }
    assert.deepEqual(learnt(120, batch), { dataFrom: Number.NaN, hasHoles: false, knownTo: 200 })
    assert.deepEqual(learnt(120, batch, 150), { dataFrom: Number.NaN, hasHoles: false, knownTo: 200 })
  })
})

describe('the time stamp of a record', () => {
  /** What bounds the next record from below, once one of that time stamp was read and the group has passed it. */
  function leastAfter(timestamp: number): number {
    const answers = noAnswers(1)
    answers.outcome[0] = HEAD_FOUND
    answers.recordOffset[0] = 10
    answers.knownTo[0] = 11
    answers.minTimestamp[0] = timestamp
    answers.maxTimestamp[0] = timestamp
    const head = new HeadBounds()
    head.moveTo(10)
    head.learnRecord({ rows: Int32Array.of(0), offsets: Float64Array.of(10) }, answers, 0, NOW)
    head.moveTo(11)
    return head.min
  }

  it('bounds that of the next one', () => assert.equal(leastAfter(NOW - 60_000), NOW - 60_000))

  it('does not where it lies in the future', () =>
    assert.equal(leastAfter(NOW + 60_000), Number.NEGATIVE_INFINITY))
})
