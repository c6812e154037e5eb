import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { emptySince, type GroupPresences, stepPresence } from '../../../src/domain/progress/group-presence.ts'
import type { GroupDescription } from '../../../src/model/observation.ts'
import { toEnd } from '../../../src/model/steps.ts'

/** One group: its state at polls 10 s apart, with the state that its description gave, where it was described. */
function follow(polls: readonly (readonly [string, string?])[], before: GroupPresences = new Map()) {
  let presences = before
  return polls.map(([state, described], i) => {
    const description: GroupDescription | null =
      described === undefined ? null : { state: described, protocol: '', members: [], epoch: -1 }
    presences = toEnd(
      stepPresence(
        presences,
        new Map([['billing', { state }]]),
        [{ id: 'billing', description }],
        i * 10_000,
      ),
    )
    const known = presences.get('billing')
    return known === undefined
      ? null
      : [known.state, known.since, known.isDescribed, emptySince(presences, ['billing'])[0]]
  })
}

const NOT = Number.NaN

describe('the presence of a group', () => {
  it('is Empty since the first poll that saw it so', () => {
    assert.deepEqual(follow([['Stable'], ['Empty'], ['Empty']]), [
      ['Stable', 0, false, NOT],
      ['Empty', 10_000, false, 10_000],
      ['Empty', 10_000, false, 10_000],
    ])
  })

  it('is Empty on where members came for two minutes at most', () => {
    const minutes = (count: number, state: string) =>
      Array.from({ length: 6 * count }, () => [state] as const)
    const emptyAfter = (...polls: (readonly [string])[]) => follow([...polls, ['Empty']]).at(-1)?.[3]
    assert.equal(emptyAfter(...minutes(5, 'Empty'), ...minutes(2, 'Stable')), 0)
    assert.equal(emptyAfter(...minutes(5, 'Empty'), ...minutes(1, 'PreparingRebalance'), ['Stable']), 0)
    assert.equal(
      emptyAfter(...minutes(5, 'Empty'), ...minutes(2, 'Stable'), ...minutes(5, 'Empty'), ['Stable']),
      0,
    )
    assert.equal(emptyAfter(...minutes(5, 'Empty'), ...minutes(3, 'Stable')), 480_000)
  })

  it('stays what it was while its state is not known', () => {
    assert.deepEqual(follow([[''], ['Empty'], [''], ['Empty']]), [
      null,
      ['Empty', 10_000, false, 10_000],
      ['Empty', 10_000, false, 10_000],
      ['Empty', 10_000, false, 10_000],
    ])
  })

  it('is described once a description says Stable too, until it rebalances', () => {
    assert.deepEqual(
      follow([
        ['Stable', 'PreparingRebalance'],
        ['Stable'],
        ['Stable', 'Stable'],
        ['Stable'],
        ['PreparingRebalance'],
        ['Stable'],
      ]).map(known => known?.[2]),
      [false, false, true, true, false, false],
    )
  })

  it('does not stand in the future when the clock is set back', () => {
    const before = new Map([['billing', { state: 'Empty', since: 5_000_000, isDescribed: false }]])
    assert.deepEqual(follow([['Empty'], ['Empty']], before), [
      ['Empty', 0, false, 0],
      ['Empty', 0, false, 0],
    ])
  })

  it('ends with the group, and the same object is passed on while nothing changes', () => {
    const one = toEnd(stepPresence(new Map(), new Map([['a', { state: 'Empty' }]]), [], 1))
    const two = toEnd(stepPresence(one, new Map([['a', { state: 'Empty' }]]), [], 2))
    assert.equal(two.get('a'), one.get('a'))
    assert.equal(toEnd(stepPresence(two, new Map(), [], 3)).size, 0)
    assert.deepEqual([...emptySince(two, ['a', 'b'])], [1, NOT])
  })
})
