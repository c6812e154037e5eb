import assert from 'node:assert/strict'
import { test } from 'node:test'
import { columnarText } from '../../src/exposition/columnar-text.ts'
import { Pacer } from '../../src/exposition/pacer.ts'
import { freshPages } from '../../src/exposition/page-pool.ts'
import { WHOLE } from '../../src/model/detail.ts'
import { countedFamily } from './counted-family.ts'
import { wideSnapshot } from './wide-snapshot.ts'

const PARTITIONS = 10_240
const STEPS = 10

/** The pages of one family, and how many turns the event loop had meanwhile, with a slice of no length. */
async function render(lag: number, pageBytes: number) {
  const { families } = countedFamily()
  const cluster = { labels: {}, constantLabels: '', snapshot: wideSnapshot(PARTITIONS, lag), detail: WHOLE }
  const text = columnarText(
    families.filter(f => f.kind === 'column'),
    [cluster],
    {
      pages: freshPages(pageBytes),
      pacer: new Pacer(0),
    },
  )
  let turns = 0
  let isDone = false
  const heart = () => {
    turns++
    if (!isDone) setImmediate(heart)
  }
  setImmediate(heart)
  const pages: Buffer[] = []
  for (;;) {
    const { done, value } = await text.next()
    if (!done) pages.push(value)
    else {
      isDone = true
      return { pages, turns, summary: value }
    }
  }
}

test('the event loop has a turn for every thousand positions', async () => {
  const { turns, summary } = await render(5, 1 << 17)
  assert.equal(summary.series.get('kafka_consumergroup_lag'), PARTITIONS)
  assert.ok(turns >= STEPS, `${turns} turns`)
})

test('so it has where nothing is written', async () => {
  const { turns, pages, summary } = await render(Number.NaN, 1 << 17)
  assert.equal(summary.series.get('kafka_consumergroup_lag'), 0)
  assert.equal(Buffer.concat(pages).toString().split('\n').length, 3)
  assert.ok(turns >= STEPS, `${turns} turns`)
})

test('pages are full but for less than a line, cut between lines, and never written again', async () => {
  const { pages, summary } = await render(5, 4096)
  const copies = pages.map(page => Buffer.from(page))
  for (const page of pages.slice(0, -1)) {
    assert.ok(page.length <= 4096 && page.length > 4096 - 200, `${page.length} bytes`)
    assert.equal(page.at(-1), 0x0a)
  }
  await render(6, 4096)
  assert.deepEqual(pages, copies)
  assert.equal(
    summary.bytes,
    pages.reduce((sum, page) => sum + page.length, 0),
  )
})
