import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CheckSignals } from '../../src/sources/check-signals.ts'

const LONG_MS = 3_600_000

/** Ends when it is told to. */
const untilAborted = (signal: AbortSignal) =>
  new Promise<string>(resolve => {
    const end = () => resolve('aborted')
    if (signal.aborted) end()
    else signal.addEventListener('abort', end)
  })

test('a check is told to end by its time', async () => {
  const signals = new CheckSignals()
  // The timer of a signal does not keep a process alive.
  const alive = setTimeout(() => {}, LONG_MS)
  assert.equal(await signals.within(20, untilAborted), 'aborted')
  clearTimeout(alive)
})

test('closing ends all that is under way, and what begins thereafter', async () => {
  const signals = new CheckSignals()
  const underWay = [signals.within(LONG_MS, untilAborted), signals.within(LONG_MS, untilAborted)]
  signals.close()
  assert.deepEqual(await Promise.all(underWay), ['aborted', 'aborted'])
  assert.equal(await signals.within(LONG_MS, untilAborted), 'aborted')
})

test('nothing is kept of a check that has ended, however it ends', async () => {
  const signals = new CheckSignals()
  const seen: AbortSignal[] = []
  const note = (signal: AbortSignal) => void seen.push(signal)
  await signals.within(LONG_MS, async signal => note(signal))
  await assert.rejects(
    signals.within(LONG_MS, async signal => {
      note(signal)
      throw new Error('it failed')
    }),
    /it failed/,
  )
  signals.close()
  assert.deepEqual(
    seen.map(({ aborted }) => aborted),
    [false, false],
  )
})
