import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import { RecurringCheck } from '../../src/sources/recurring-check.ts'

const turn = () => new Promise<void>(resolve => setImmediate(resolve))

test('a defect in one check is reported and ends neither the program nor the checks to come', async t => {
  mock.timers.enable({ apis: ['setTimeout'] })
  t.after(() => mock.timers.reset())
  const defects: unknown[] = []
  let checks = 0
  let closed = 0
  const recurring = new RecurringCheck({
    intervalMs: 10_000,
    check: async () => {
      throw new Error(`defect ${++checks}`)
    },
    close: async () => {
      closed++
    },
    onDefect: error => {
      defects.push((error as Error).message)
      // The log itself may be what fails.
      throw error
    },
  })
  recurring.start()
  for (let i = 0; i < 3; i++) {
    await turn()
    mock.timers.tick(10_000)
  }
  await turn()
  await recurring.stop()
  assert.deepEqual(defects, ['defect 1', 'defect 2', 'defect 3', 'defect 4'])
  assert.equal(closed, 1)
})
