import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  humanBytes,
  humanCount,
  humanDuration,
  humanInstant,
  humanLagTime,
  humanList,
  humanPlural,
  stallLimitSeconds,
} from '../../src/http/human.ts'

const DURATIONS: readonly (readonly [seconds: number | null, text: string])[] = [
  [null, '–'],
  [0, '0 s'],
  [0.0004, '1 ms'],
  [0.0421, '42 ms'],
  [1.9, '1 s'],
  [59.9, '59 s'],
  [60, '1 min'],
  [3_599, '59 min'],
  [3_600, '1 h'],
  [11_520, '3 h 12 min'],
  [86_400, '1 d'],
  [439_260, '5 d 2 h'],
]
for (const [seconds, text] of DURATIONS) {
  test(`${seconds} s is ${text}`, () => assert.equal(humanDuration(seconds), text))
}

test('counts have separators, and a dash where not known', () => {
  assert.deepEqual([0, 999, 1_234_567, null].map(humanCount), ['0', '999', '1,234,567', '–'])
  assert.deepEqual([humanPlural(1, 'group'), humanPlural(1_000, 'group')], ['1 group', '1,000 groups'])
  assert.equal(humanPlural(2, 'dependency', 'dependencies'), '2 dependencies')
})

test('lists read as a sentence does', () => {
  assert.deepEqual([[], ['a'], ['a', 'b'], ['a', 'b', 'c']].map(humanList), [
    '',
    'a',
    'a and b',
    'a, b and c',
  ])
})

const NOON = Date.UTC(2026, 2, 1, 12)
const INSTANTS: readonly (readonly [ms: number, text: string])[] = [
  [NOON, '12:00:00 UTC'],
  [Date.UTC(2026, 2, 1), '00:00:00 UTC'],
  [Date.UTC(2026, 2, 1) - 1, '2026-02-28 23:59:59 UTC'],
  [Date.UTC(2026, 2, 2), '2026-03-02 00:00:00 UTC'],
  [Date.UTC(12_026, 2, 1, 9, 41, 7), '+012026-03-01 09:41:07 UTC'],
]
for (const [ms, text] of INSTANTS) {
  test(`at noon of 2026-03-01 an instant is ${text}`, () => assert.equal(humanInstant(ms, NOON), text))
}

test('a lag in time says how rough it is where that is a second or more', () => {
  const text = (lagSeconds: number | null, lagSecondsUncertainty: number | null) =>
    humanLagTime({ lagSeconds, lagSecondsUncertainty })
  assert.deepEqual(
    [text(852, 0), text(852, 0.9), text(852, 5), text(852, null), text(0, 0), text(null, null)],
    ['14 min', '14 min', '14 min ± 5 s', '14 min', '0 s', '–'],
  )
})

test('a stall clock is held against its threshold only where an advance is waited for', () => {
  const limit = (state: string | null) => stallLimitSeconds({ state, thresholdSeconds: 900 })
  const states = ['stalled', 'advancing', 'no_consumer', 'hung_transaction', 'abandoned', null]
  assert.deepEqual(states.map(limit), [900, 900, null, null, null, null])
})

test('bytes are told in the largest unit that fits', () => {
  assert.deepEqual([0, 1_023, 1_024, 73_400_320, 1_610_612_736, 3_298_534_883_328].map(humanBytes), [
    '0 B',
    '1023 B',
    '1.0 KiB',
    '70 MiB',
    '1.5 GiB',
    '3.0 TiB',
  ])
})
