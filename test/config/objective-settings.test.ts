import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { objectiveFor } from '../../src/config/objective-settings.ts'
import type { ObjectiveSettings } from '../../src/config/settings.ts'
import type { Objective } from '../../src/model/snapshot.ts'
import { run, settingsOf } from './command-line.ts'

const DEFAULT: Objective = {
  lagMs: null,
  stalledAfterMs: 300_000,
  stalledAfterMaxMs: 3_600_000,
  clock: 'record',
  isolation: 'auto',
}

/** Those of a file whose one cluster has this text as its `objectives`. */
function objectivesOf(text: string): readonly ObjectiveSettings[] {
  const files = { '/c.yml': `clusters:\n  - brokers: ['a:1']\n    objectives: ${text}\n` }
  return settingsOf(['--config=/c.yml', '--poll.interval=30s'], { files }).clusters[0]!.objectives
}

describe('the objective in force for a group', () => {
  it('is the default where there is none', () => {
    assert.deepEqual(objectiveFor([], 'payments'), DEFAULT)
    assert.deepEqual(objectiveFor(objectivesOf('[{groups: [orders], lag_seconds: 1m}]'), 'payments'), DEFAULT)
  })

  it('is the first that matches the whole of its name, and no later one beside it', () => {
    const objectives = objectivesOf(`
      - {groups: [payments, 'billing-\\d+'], lag_seconds: 30s}
      - {groups: ['(?i)pay.*'], lag_seconds: 1h, clock: seen}
      - {groups: ['.*'], stalled_after: 10m, isolation: read_committed}`)
    const first = { ...DEFAULT, lagMs: 30_000 }
    const second = { ...DEFAULT, lagMs: 3_600_000, clock: 'seen' }
    const last = { ...DEFAULT, stalledAfterMs: 600_000, isolation: 'read_committed' }
    const table: readonly (readonly [group: string, expected: unknown])[] = [
      ['payments', first],
      ['billing-12', first],
      ['payments-eu', second],
      ['PAYMENTS', second],
      ['eu-payments', last],
      ['billing-12\n', last],
      ['', last],
    ]
    for (const [group, expected] of table) assert.deepEqual(objectiveFor(objectives, group), expected, group)
  })

  const bounds: readonly (readonly [text: string, least: number, most: number])[] = [
    ['', 300_000, 3_600_000],
    [', stalled_after: 1h', 3_600_000, 3_600_000],
    [', stalled_after: 2h', 7_200_000, 7_200_000],
    [', stalled_after: 1m', 60_000, 3_600_000],
    [', stalled_after_max: 5m', 300_000, 300_000],
    [', stalled_after: 10s, stalled_after_max: 20s', 10_000, 20_000],
  ]
  for (const [text, least, most] of bounds) {
    it(`lets a stall be told between ${least} and ${most} ms with {groups: […]${text}}`, () => {
      const { stalledAfterMs, stalledAfterMaxMs } = objectiveFor(objectivesOf(`[{groups: [a]${text}}]`), 'a')
      assert.deepEqual([stalledAfterMs, stalledAfterMaxMs], [least, most])
    })
  }

  it('is that of its own cluster', () => {
    const files = {
      '/c.yml': `clusters:
  - {name: a, brokers: ['a:1'], objectives: [{groups: [g], lag_seconds: 1m}]}
  - {name: b, brokers: ['b:1'], objectives: [{groups: [g], lag_seconds: 2m}]}
  - {name: c, brokers: ['c:1'], objectives: []}`,
    }
    const lags = settingsOf(['--config=/c.yml'], { files }).clusters.map(
      cluster => objectiveFor(cluster.objectives, 'g').lagMs,
    )
    assert.deepEqual(lags, [60_000, 120_000, null])
  })

  const patiences: readonly (readonly [interval: string, objectives: string, notice: string | null])[] = [
    ['15s', '[]', null],
    ['2m30s', '[]', null],
    ['2m31s', '[]', 'stalled_after (5m) is below 2 × poll_interval (5m2s)'],
    ['15s', '[{groups: [a], stalled_after: 30s}]', null],
    [
      '15s',
      '[{groups: [a]}, {groups: [b], stalled_after: 29s}]',
      'stalled_after (29s) is below 2 × poll_interval (30s)',
    ],
    ['10m', '[{groups: [".*"], stalled_after: 20m}]', null],
  ]
  for (const [interval, objectives, expected] of patiences) {
    it(`${expected === null ? 'is' : 'may be'} told from polls each ${interval} with ${objectives}`, () => {
      const text = `clusters: [{brokers: ['a:1'], poll_interval: ${interval}, objectives: ${objectives}}]`
      const { notices } = run(['--config=/c.yml'], { files: { '/c.yml': text } })
      const why = 'a consumer that moves between two polls may be taken for a stalled one'
      assert.deepEqual(notices, expected === null ? [] : [`${expected}: ${why}`])
    })
  }

  it('has its patterns pointed out that may never end', () => {
    const files = { '/c.yml': "clusters: [{brokers: ['a:1'], objectives: [{groups: ['(a+)+']}]}]" }
    assert.deepEqual(run(['--config=/c.yml'], { files }).notices, [
      'the pattern "^(?:(a+)+)$" repeats a repetition: on some names it may take very long',
    ])
  })
})
