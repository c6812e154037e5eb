import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SessionKeeper } from '../../../src/consumer/core/resilient/session-keeper.ts'
import { ManualTime, settle } from './manual-time.ts'

test('work that is left before it begins may reject', async () => {
  const rejections: unknown[] = []
  const heard = (error: unknown) => void rejections.push(error)
  process.on('unhandledRejection', heard)
  try {
    const time = new ManualTime()
    const keeper = new SessionKeeper({ heartbeat: async () => {} }, time)
    keeper.stop(true)
    const outcome = await keeper.settled(Promise.reject(new Error('no')), 1_000)
    assert.deepEqual(outcome, { kind: 'left', error: null })
    assert.deepEqual(await keeper.sleep(1_000), { kind: 'left', error: null })
    await settle()
    keeper.end()
    assert.deepEqual(rejections, [])
    assert.equal(time.pending, 0)
  } finally {
    process.off('unhandledRejection', heard)
  }
})
