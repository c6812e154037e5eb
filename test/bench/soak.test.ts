import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compileMeasured } from '../../bench/poll/compile.ts'
import { soak } from '../../bench/poll/soak.ts'
import { growthAfterWarmUp, trendOf } from '../../bench/poll/trend.ts'

test('hundreds of polls, saves and scrapes leave nothing behind', async () => {
  const { samples, errors } = await soak(compileMeasured(), { polls: 200 })
  assert.deepEqual(errors, [])
  assert.equal(samples.length, 40)
  const heldBytes = samples.map(sample => sample.heldBytes)
  // What is held is exact after a collection; RSS depends on the allocator's mood and is judged over 10,000 polls.
  const growth = growthAfterWarmUp(heldBytes)
  assert.ok(growth < 0.03, `held grew by ${(growth * 100).toFixed(1)} %: ${heldBytes.join(' ')}`)
  const rssBytes = samples.map(sample => sample.rssBytes)
  assert.ok(
    rssBytes.every(bytes => bytes > 20e6 && bytes < 300e6),
    `RSS: ${rssBytes.join(' ')}`,
  )
})

test('brokers, groups and topics that come and go leave neither memory nor handles behind', async () => {
  const { samples, errors, churned } = await soak(compileMeasured(), { polls: 80, churn: 'orderly' })
  assert.deepEqual(errors, [])
  assert.deepEqual(
    [churned['brokers left'], churned['topics deleted'], churned['groups gone']],
    [6, 156, 544],
  )
  // What each of them leaves behind would add up.
  for (const of of ['openHandles', 'openFiles'] as const) {
    const values = samples.map(sample => sample[of])
    const growth = growthAfterWarmUp(values)
    assert.ok(growth < 0.2, `grew by ${(growth * 100).toFixed(1)} %: ${values.join(' ')}`)
  }
  const heldBytes = samples.map(sample => sample.heldBytes)
  const growth = growthAfterWarmUp(heldBytes)
  assert.ok(growth < 0.05, `held grew by ${(growth * 100).toFixed(1)} %: ${heldBytes.join(' ')}`)
})

test('growth is told from a level', () => {
  const level = Array.from({ length: 40 }, () => 100)
  assert.equal(growthAfterWarmUp(level), 0)
  const rising = level.map((value, n) => value + n)
  assert.ok(growthAfterWarmUp(rising) > 0.1)
})

test('a trend is the line through what follows the warm-up', () => {
  assert.deepEqual(trendOf([10, 96, 98, 100, 102, 104]), {
    slope: 2,
    growth: 0.08,
    mean: 100,
    least: 96,
    most: 104,
  })
  assert.equal(trendOf([10, 40, 100, 101, 100, 101, 101, 100, 101, 100]).slope, 0)
})
