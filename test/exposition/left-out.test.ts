import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chooseLeftOut, type Unit } from '../../src/exposition/left-out.ts'
import { toEnd } from '../../src/model/steps.ts'

const leftOutOf = (...given: Parameters<typeof chooseLeftOut>) => toEnd(chooseLeftOut(...given))

function unit(id: string, series: number, facts: Partial<Unit> = {}): Unit {
  return { id, series, stage: 0, isHealthy: true, ...facts }
}

/** What is left out when it is decided anew with each total; the units stay the same. */
function walk(units: readonly Unit[], limit: number, totals: readonly number[]): string[] {
  let before: ReadonlySet<string> = new Set()
  return totals.map(total => {
    before = leftOutOf(units, total, limit, before)
    return [...before].sort().join(' ')
  })
}

const THREE = [unit('large', 500), unit('middle', 300), unit('small', 100)]

test('nothing is left out up to the limit, and no more than is needed above it', () => {
  assert.deepEqual(walk(THREE, 1_000, [1_000]), [''])
  assert.deepEqual(walk(THREE, 1_000, [1_001]), ['large'])
  assert.deepEqual(walk(THREE, 1_000, [1_501]), ['large middle'])
  assert.deepEqual(walk(THREE, 1_000, [1_900]), ['large middle small'])
})

test('where everything together is too little, everything goes and the rest stays', () => {
  assert.deepEqual(walk(THREE, 1_000, [9_000]), ['large middle small'])
})

test('healthy ones go first, the largest first, then by id; a later stage follows an earlier one', () => {
  const units = [
    unit('later', 900, { stage: 1 }),
    unit('sick', 800, { isHealthy: false }),
    unit('b', 50),
    unit('a', 50),
    unit('c', 60),
  ]
  const orderOf = (order: readonly Unit[]) => {
    const gone: string[] = []
    for (let total = 1_000; gone.length < order.length; total += 10) {
      for (const id of leftOutOf(order, total, 1_000, new Set())) if (!gone.includes(id)) gone.push(id)
    }
    return gone
  }
  assert.deepEqual(orderOf(units), ['c', 'a', 'b', 'sick', 'later'])
  assert.deepEqual(orderOf([...units].reverse()), ['c', 'a', 'b', 'sick', 'later'])
})

test('what saves nothing is not left out', () => {
  assert.deepEqual(walk([unit('a', 0), unit('b', 5)], 100, [104]), ['b'])
})

test('it comes back only once a twentieth of the limit is free with it, smallest first', () => {
  assert.deepEqual(walk(THREE, 1_000, [1_001, 1_000, 990, 960, 951, 950]), [
    'large',
    'large',
    'large',
    'large',
    'large',
    '',
  ])
  assert.deepEqual(walk(THREE, 1_000, [1_501, 1_451, 1_450, 950]), [
    'large middle',
    'large middle',
    'large',
    '',
  ])
})

test('a total that hovers about the limit changes nothing, however long', () => {
  const totals = Array.from({ length: 200 }, (_, poll) => 1_000 + (poll % 2 === 0 ? 5 : -5))
  assert.deepEqual([...new Set(walk(THREE, 1_000, totals))], ['large'])
})

test('sizes that change places bring nothing back and send nothing away', () => {
  const first = leftOutOf([unit('a', 300), unit('b', 299)], 1_100, 1_000, new Set())
  assert.deepEqual([...first], ['a'])
  const second = leftOutOf([unit('a', 299), unit('b', 300)], 1_100, 1_000, first)
  assert.deepEqual([...second], ['a'])
})

test('one that turns sick stays left out: what of it needs attention is there anyhow', () => {
  const first = leftOutOf(THREE, 1_001, 1_000, new Set())
  const sick = [unit('large', 480, { isHealthy: false }), unit('middle', 300), unit('small', 100)]
  assert.deepEqual([...leftOutOf(sick, 1_001, 1_000, first)], ['large'])
})

test('what is gone is forgotten', () => {
  const first = leftOutOf(THREE, 1_001, 1_000, new Set())
  assert.deepEqual([...leftOutOf([unit('small', 100)], 501, 1_000, first)], [])
  assert.deepEqual([...leftOutOf([unit('small', 100)], 1_001, 1_000, first)], ['small'])
})
