import assert from 'node:assert/strict'
import { test } from 'node:test'
import { disagreements } from './mutation/disagreements.ts'
import { mutantsOf } from './mutation/mutants.ts'
import { runMutants } from './mutation/run-mutants.ts'

test('an expression is changed in its comparison, number, window, join and aggregation', () => {
  const expression = 'max without (a, instance, pod) (last_over_time(x[3m])) > 5 unless ignoring (b) y == 0'
  assert.deepEqual(
    mutantsOf(expression).map(m => m.change),
    [
      'max → min',
      'without (a, instance, pod) → without (a)',
      '3m → 540s',
      '3m → 60s',
      '> → >=',
      '> → <',
      '> → ==',
      '5 → 10',
      '5 → 2.5',
      'unless → and',
      'unless ignoring (b) y == 0 → nothing',
      'max without (a, instance, pod) (last_over_time(x[3m])) > 5 unless ignoring (b) → nothing',
      'ignoring (b) → nothing',
      '== → !=',
      '== → >',
      '== → <',
      '0 → 1',
    ],
  )
})

test('every change of every twelfth rule is noticed, or a reason is given; of all by `npm run test:mutation`', async () => {
  const results = await runMutants((_, index) => index % 12 === 0)
  assert.deepEqual(disagreements(results), [])
  assert.ok(results.every(({ mutants }) => mutants > 0))
})
