import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Pacer } from '../../src/exposition/pacer.ts'

test('a pause lasts until another turn of the event loop', async () => {
  const pacer = new Pacer(0)
  const seen: string[] = []
  setImmediate(() => seen.push('another turn'))
  await Promise.resolve()
  seen.push('this turn')
  await pacer.pause()
  seen.push('after the pause')
  assert.deepEqual(seen, ['this turn', 'another turn', 'after the pause'])
})

test('waiters have a turn of the loop each, in the order in which they came', async () => {
  const pacer = new Pacer(0)
  const seen: string[] = []
  const waiting = ['a', 'b', 'c'].map(name => pacer.pause().then(() => seen.push(name)))
  for (const turn of ['turn 1', 'turn 2']) {
    await new Promise<void>(resume => setImmediate(resume))
    seen.push(turn)
  }
  await Promise.all(waiting)
  assert.deepEqual(seen, ['a', 'turn 1', 'b', 'turn 2', 'c'])
})

test('work is due to pause once its slice is over, and not before', async () => {
  const patient = new Pacer(1e9)
  await patient.pause()
  assert.equal(patient.isDue(), false)
  assert.equal(new Pacer(0).isDue(), true)
})
