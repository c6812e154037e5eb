import assert from 'node:assert/strict'
import { it } from 'node:test'
import { parseDuration } from '../../src/config/duration.ts'
import { DEFAULT_CHOICES, renderGroups } from '../../src/rules/render-rules.ts'
import { RULE_SETS } from '../../src/rules/rule-sets.ts'
import { DEFAULT_THRESHOLDS, THRESHOLDS, type Threshold } from '../../src/rules/thresholds.ts'
import { spelt } from '../../src/rules/words.ts'

const THRESHOLD_LIST = Object.entries<Threshold>(THRESHOLDS)

const inMs = (duration: string) => parseDuration(duration) as number

it('every default lies within its bounds', () => {
  for (const [name, threshold] of THRESHOLD_LIST) {
    const [least, value, most] =
      threshold.kind === 'number'
        ? [threshold.bounds[0], threshold.value, threshold.bounds[1]]
        : [inMs(threshold.bounds[0]), inMs(threshold.value), inMs(threshold.bounds[1])]
    assert.ok(least <= value && value <= most, name)
  }
})

it('every threshold changes the alerts that it names, and those only', () => {
  for (const [name, threshold] of THRESHOLD_LIST) {
    const other = threshold.kind === 'number' ? threshold.bounds[1] : threshold.bounds[0]
    const thresholds = { ...DEFAULT_THRESHOLDS, [name]: other }
    const changed = Object.values(RULE_SETS).flatMap(set => {
      const rulesOf = (choices: typeof DEFAULT_CHOICES) => renderGroups(set, choices).flatMap(g => g.rules)
      const before = rulesOf(DEFAULT_CHOICES)
      return rulesOf({ ...DEFAULT_CHOICES, thresholds }).flatMap((rule, i) =>
        'alert' in rule && JSON.stringify(rule) !== JSON.stringify(before[i]) ? [rule.alert] : [],
      )
    })
    const named = threshold.meaning.match(/Kafka\w+/g) ?? []
    assert.deepEqual([...new Set(changed)].sort(), [...named].sort(), name)
  }
})

it('asks for no more of the retention than keeps a partition of a coarse group published', () => {
  for (const name of ['retention-low', 'loss-imminent'] as const) {
    assert.equal(THRESHOLDS[name].bounds[1], 0.5, name)
    assert.match(THRESHOLDS[name].meaning, /at most half/, name)
  }
})

it('spells thresholds in the largest unit that they are a whole number of', () => {
  const spellings: readonly (readonly [number | string, string])[] = [
    [86_400, 'a day'],
    [172_800, '2 days'],
    [129_600, '36 hours'],
    [60, 'a minute'],
    [90, '90 seconds'],
    [0, '0 seconds'],
    ['15m', '15 minutes'],
    ['1h', 'an hour'],
    ['1h30m', '1h30m'],
  ]
  for (const [threshold, expected] of spellings) assert.equal(spelt(threshold), expected)
})
