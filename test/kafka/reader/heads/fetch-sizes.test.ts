import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FetchSizes } from '../../../../src/kafka/reader/heads/fetch-sizes.ts'
import { buildTopology } from '../../../../src/model/topology.ts'

const saw = (sizes: FetchSizes, topic: string, bytes: number, times: number) => {
  for (let i = 0; i < times; i++) sizes.saw(topic, bytes)
}

for (const [what, batches, limit] of [
  ['before anything was fetched', [], 16_384],
  ['short batches', [[200, 1]], 1_024],
  ['a quarter more than the batch', [[10_000, 1]], 12_500],
  [
    'up at once',
    [
      [200, 100],
      [40_000, 1],
    ],
    50_000,
  ],
  [
    'down slowly',
    [
      [40_000, 1],
      [200, 1],
    ],
    46_891,
  ],
  [
    'down in the end',
    [
      [40_000, 1],
      [200, 200],
    ],
    1_024,
  ],
  ['no more than a broker is asked for', [[5_000_000, 1]], 1_048_576],
] as const) {
  test(`the limit follows the batches of a topic: ${what}`, () => {
    const sizes = new FetchSizes()
    for (const [bytes, times] of batches) saw(sizes, 'orders', bytes, times)
    assert.equal(sizes.limitOf('orders'), limit)
  })
}

test('a topic that nothing has been fetched of is taken to be like the others', () => {
  const sizes = new FetchSizes()
  saw(sizes, 'orders', 200, 200)
  assert.equal(sizes.limitOf('quiet'), 1_024)
  sizes.saw('bulk', 100_000)
  assert.equal(sizes.limitOf('quiet'), 125_000)
  assert.equal(sizes.limitOf('orders'), 1_024)
})

test('topics that are gone are forgotten', () => {
  const sizes = new FetchSizes()
  sizes.saw('gone', 100_000)
  saw(sizes, 'orders', 200, 200)
  assert.equal(sizes.limitOf('gone'), 125_000)
  sizes.keepOnly(buildTopology([{ name: 'orders', id: '', partitions: 1 }]))
  assert.equal(sizes.limitOf('gone'), 1_024)
})
