import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { Steps } from '../../src/model/steps.ts'
import { createWorkQueue } from '../../src/model/work-queue.ts'

// biome-ignore lint/correctness/useYield: work of a single step
function* made<Result>(make: () => Result): Steps<Result> {
  return make()
}

test('one after the other, whatever becomes of it', async () => {
  const run = createWorkQueue()
  const order: string[] = []
  const failing = run(
    made(() => {
      order.push('fails')
      throw new Error('defect')
    }),
  )
  const next = run(made(() => order.push('goes on')))
  await assert.rejects(failing, /defect/)
  await next
  assert.deepEqual(order, ['fails', 'goes on'])
})

test('what was made is not kept until the next piece of work', async () => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const run = createWorkQueue()
  const result = new WeakRef(await run(made(() => ({ bytes: new Uint8Array(1_000) }))))
  for (let turn = 0; turn < 3; turn++) await nextTurn()
  collect()
  assert.equal(result.deref(), undefined)
  assert.equal(typeof run, 'function')
})
