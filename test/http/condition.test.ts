import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  CONDITIONS,
  conditionOf,
  type Judged,
  type Severity,
  severityOf,
} from '../../src/http/api/condition.ts'

const CALM: Judged = {
  kind: 'classic',
  state: 'Stable',
  failure: null,
  partitions: 2,
  worstState: 'caught_up',
  worst: null,
  partitionsBehind: 0,
  partitionsBeyondEnd: 0,
  lagSum: 0,
  lagMax: 0,
  lagSecondsMax: 0,
  lossNear: false,
  objective: { lagSeconds: 30 },
}
const BEHIND = {
  worstState: 'advancing',
  worst: { lastAdvanceAt: '2026-03-01T12:00:00.000Z' },
  partitionsBehind: 1,
  lagSum: 9,
} as const
const FAILURE = { code: 'TIMEOUT' }

const CASES: readonly (readonly [group: Partial<Judged>, condition: string, severity: Severity])[] = [
  [{}, 'caught up', 'good'],
  [BEHIND, 'advancing', 'neutral'],
  [{ ...BEHIND, worst: { lastAdvanceAt: null } }, 'behind', 'neutral'],
  [{ ...BEHIND, worstState: null }, 'advancing', 'neutral'],
  [{ ...BEHIND, state: 'Empty' }, 'no members', 'warning'],
  [{ ...BEHIND, state: 'Dead' }, 'no members', 'warning'],
  [{ ...BEHIND, worstState: 'unknown' }, 'unknown', 'warning'],
  [{ ...BEHIND, failure: FAILURE }, 'unreadable', 'warning'],
  [{ ...BEHIND, lagSecondsMax: 30 }, 'advancing', 'neutral'],
  [{ ...BEHIND, lagSecondsMax: 31 }, 'late', 'warning'],
  [{ ...BEHIND, lagSecondsMax: 31, objective: { lagSeconds: null } }, 'advancing', 'neutral'],
  [{ ...BEHIND, lagSecondsMax: 31, lossNear: true }, 'loss near', 'warning'],
  [{ ...BEHIND, lossNear: true, partitionsBeyondEnd: 1 }, 'beyond end', 'warning'],
  [{ ...BEHIND, worstState: 'stalled', partitionsBeyondEnd: 1 }, 'stalled', 'bad'],
  [{ ...BEHIND, worstState: 'hung_transaction' }, 'hung transaction', 'bad'],
  [{ ...BEHIND, worstState: 'no_consumer', state: 'Empty' }, 'no consumer', 'bad'],
  [{ worstState: 'never_committed', failure: FAILURE }, 'never committed', 'bad'],
  [{ worstState: 'abandoned' }, 'abandoned', 'bad'],
  [{ worstState: 'unknown', lagSum: null }, 'unknown', 'warning'],
  [{ worstState: null, partitions: 0 }, 'caught up', 'good'],
  [{ worstState: null, partitions: 0, failure: FAILURE }, 'unreadable', 'warning'],
  [{ worstState: null, partitions: 0, lagSum: null }, 'unknown', 'warning'],
  [{ kind: 'share', worstState: null, partitionsBehind: 1 }, 'behind', 'neutral'],
  [{ kind: 'share', worstState: null, lagSum: null, lagMax: null }, 'lag not reported', 'neutral'],
  [{ kind: 'share', worstState: null, lagSum: null, lagMax: 0 }, 'unknown', 'warning'],
]
for (const [group, condition, severity] of CASES) {
  test(`${JSON.stringify(group)} is ${condition}`, () => {
    const found = conditionOf({ ...CALM, ...group })
    assert.deepEqual([found, severityOf(found)], [condition, severity])
  })
}

test('conditions are in the order of their severity, calm ones last', () => {
  const order: readonly Severity[] = ['bad', 'warning', 'neutral', 'good']
  const severities = CONDITIONS.map(condition => order.indexOf(severityOf(condition)))
  assert.deepEqual(
    severities,
    [...severities].sort((a, b) => a - b),
  )
  assert.equal(new Set(CONDITIONS).size, 15)
})
