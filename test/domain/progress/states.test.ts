import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ASSIGNED, ASSIGNMENT_UNKNOWN, UNASSIGNED } from '../../../src/domain/progress/assignment.ts'
import { type CellFacts, conditionSince, stateOf } from '../../../src/domain/progress/states.ts'
import { CELL_STATES, type CellState } from '../../../src/model/snapshot.ts'

const NONE = Number.NaN

/** Read, committed, assigned, not Empty, not blocked, without work. Times in seconds. */
const CALM: CellFacts = {
  now: 10_000,
  isKnown: true,
  isUncommitted: false,
  assignment: ASSIGNED,
  unassignedSince: NONE,
  workSince: NONE,
  stallSince: NONE,
  thresholdMs: 300,
  emptySince: NONE,
  blockedSince: NONE,
  noConsumerAfterMs: 900,
  hungAfterMs: 900,
}

const work = (workAgo: number, stallAgo = workAgo) => ({
  workSince: 10_000 - workAgo,
  stallSince: 10_000 - stallAgo,
})
const empty = (ago: number) => ({ emptySince: 10_000 - ago })
const blocked = (ago: number) => ({ blockedSince: 10_000 - ago })
const unassigned = (ago: number) => ({ assignment: UNASSIGNED, unassignedSince: 10_000 - ago })
const uncommitted = { isUncommitted: true }
const unread = { isKnown: false }
const unknownAssignment = { assignment: ASSIGNMENT_UNKNOWN }

/** What is so beside CALM, the state, and how long its condition has lasted. */
const TABLE: readonly (readonly [string, Partial<CellFacts>, CellState, number?])[] = [
  ['nothing to do', {}, 'caught_up'],
  ['work', work(10), 'advancing'],
  ['work at the threshold', work(300), 'advancing'],
  ['work past the threshold', work(301), 'stalled', 301],
  ['a stall counts without what does not count', work(5_000, 301), 'stalled', 301],
  ['work, most of which does not count', work(5_000, 300), 'advancing'],

  ['blocked, without work past it', blocked(10), 'caught_up'],
  ['blocked', { ...work(10), ...blocked(10) }, 'advancing'],
  ['blocked, however long the work', { ...work(5_000), ...blocked(900) }, 'advancing'],
  ['blocked for too long', { ...work(5_000), ...blocked(901) }, 'hung_transaction', 901],
  ['blocked for too long where the end is the last stable offset', blocked(901), 'hung_transaction', 901],

  ['Empty without work', empty(5_000), 'caught_up'],
  ['Empty for long with new work', { ...empty(5_000), ...work(900) }, 'advancing'],
  ['Empty for long with old work', { ...empty(5_000), ...work(901) }, 'no_consumer', 901],
  ['Empty for short with old work', { ...empty(900), ...work(5_000) }, 'advancing'],
  ['Empty past its patience', { ...empty(901), ...work(5_000) }, 'no_consumer', 901],
  ['Empty and hung', { ...empty(901), ...work(5_000), ...blocked(2_000) }, 'no_consumer', 901],
  [
    'Empty not for long, and hung',
    { ...empty(10), ...work(5_000), ...blocked(901) },
    'hung_transaction',
    901,
  ],

  ['not in the subscription', unassigned(7), 'abandoned', 7],
  ['not in it, and stalled', { ...unassigned(7), ...work(5_000) }, 'abandoned', 7],
  ['not in it, and hung', { ...unassigned(7), ...work(5_000), ...blocked(5_000) }, 'abandoned', 7],
  ['not in it, and Empty', { ...unassigned(7), ...work(5_000), ...empty(5_000) }, 'abandoned', 7],
  ['whether it is in it is not known', { ...unknownAssignment, ...work(301) }, 'stalled', 301],

  ['no commit and nothing to commit', uncommitted, 'caught_up'],
  ['no commit yet', { ...uncommitted, ...work(300) }, 'advancing'],
  ['no commit past the threshold', { ...uncommitted, ...work(301) }, 'never_committed', 301],
  ['no commit, no reader', { ...uncommitted, ...unassigned(7), ...work(301) }, 'unknown'],
  ['no commit, perhaps no reader', { ...uncommitted, ...unknownAssignment, ...work(301) }, 'unknown'],
  [
    'no commit, before all that comes after it',
    { ...uncommitted, ...work(901), ...empty(901), ...blocked(901) },
    'never_committed',
    901,
  ],

  ['not read', unread, 'unknown'],
  ['not read, whatever was', { ...unread, ...work(5_000), ...empty(5_000), ...unassigned(7) }, 'unknown'],
  ['not read, without a commit', { ...unread, ...uncommitted, ...work(5_000) }, 'unknown'],
]

describe('the state of a cell', () => {
  for (const [name, facts, state, lasts] of TABLE) {
    it(`${name}: ${state}`, () => {
      const f = { ...CALM, ...facts }
      const found = stateOf(f)
      assert.equal(CELL_STATES[found], state)
      assert.equal(conditionSince(found, f), lasts === undefined ? NONE : 10_000 - lasts)
    })
  }

  it('has a case here for each', () => {
    assert.deepEqual(new Set(TABLE.map(([, , state]) => state)), new Set(CELL_STATES))
  })
})
