import assert from 'node:assert/strict'
import { test } from 'node:test'
import { humanCount, humanDuration, humanList, humanPlural } from '../../src/http/human.ts'

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
