import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compileMeasured } from '../../bench/poll/compile.ts'
import { growthAfterWarmUp, soak } from '../../bench/poll/run-soak.ts'

test('hundreds of polls, saves and scrapes leave nothing behind', async () => {
  const { heldBytes, rssBytes, errors } = await soak(compileMeasured(), 200)
  assert.deepEqual(errors, [])
  assert.equal(heldBytes.length, 40)
  // What is held is exact after a collection; RSS depends on the allocator's mood and is judged over 10,000 polls.
  const growth = growthAfterWarmUp(heldBytes)
  assert.ok(growth < 0.03, `held grew by ${(growth * 100).toFixed(1)} %: ${heldBytes.join(' ')}`)
  assert.ok(
    rssBytes.every(bytes => bytes > 20e6 && bytes < 300e6),
    `RSS: ${rssBytes.join(' ')}`,
  )
})

test('brokers, groups and topics that come and go leave neither memory nor handles behind', async () => {
  const { heldBytes, openHandles, openFiles, errors } = await soak(compileMeasured(), 80, true)
  assert.deepEqual(errors, [])
  // Seven brokers have gone by then and 400 groups: what each leaves behind would add up.
  for (const samples of [openHandles, openFiles]) {
    const growth = growthAfterWarmUp(samples)
    assert.ok(growth < 0.2, `grew by ${(growth * 100).toFixed(1)} %: ${samples.join(' ')}`)
  }
  const growth = growthAfterWarmUp(heldBytes)
  assert.ok(growth < 0.05, `held grew by ${(growth * 100).toFixed(1)} %: ${heldBytes.join(' ')}`)
})

test('growth is told from a level', () => {
  const level = Array.from({ length: 40 }, () => 100)
  assert.equal(growthAfterWarmUp(level), 0)
  const rising = level.map((value, n) => value + n)
  assert.ok(growthAfterWarmUp(rising) > 0.1)
})
