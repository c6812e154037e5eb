import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { gunzipSync } from 'node:zlib'
import { countedFamily } from './counted-family.ts'
import { bytesOf, cluster, registryOf } from './exposed.ts'
import { wideSnapshot } from './wide-snapshot.ts'

const PARTITIONS = 20_000
const EVERYTHING = 1e9

function scraped(sharedPlainBytes = EVERYTHING, partitions = PARTITIONS) {
  let snapshot = wideSnapshot(partitions, 1)
  const { families, count } = countedFamily()
  const registry = registryOf([cluster(() => snapshot)], families, sharedPlainBytes)
  return {
    registry,
    count,
    poll() {
      snapshot = wideSnapshot(partitions, 2)
    },
  }
}

for (const gzip of [true, false]) {
  const kind = gzip ? 'gzip' : 'plain'

  test(`${kind}: one generation is rendered once, for scrapers at the same time and after each other`, async () => {
    const { registry, count, poll } = scraped()
    const together = await Promise.all(Array.from({ length: 4 }, () => bytesOf(registry, { gzip })))
    const later = await bytesOf(registry, { gzip })
    for (const answer of together) assert.ok(answer.equals(later))
    assert.deepEqual(count, { renders: 1, values: PARTITIONS })
    poll()
    assert.ok(!(await bytesOf(registry, { gzip })).equals(later))
    assert.deepEqual(count, { renders: 2, values: 2 * PARTITIONS })
  })

  test(`${kind}: a scraper that joins in the middle gets the whole answer`, async () => {
    const { registry, count } = scraped()
    const first = registry.scrape({ gzip }).body
    const iterator = first[Symbol.asyncIterator]()
    const early = [(await iterator.next()).value as Buffer]
    const joined = bytesOf(registry, { gzip })
    for (;;) {
      const { done, value } = await iterator.next()
      if (done) break
      early.push(value)
    }
    assert.ok(Buffer.concat(early).equals(await joined))
    assert.equal(count.renders, 1)
  })

  test(`${kind}: a client that hangs up stops the work`, async () => {
    const partitions = 5 * PARTITIONS
    const { registry, count } = scraped(EVERYTHING, partitions)
    const { body } = registry.scrape({ gzip })
    await body[Symbol.asyncIterator]().next()
    body.destroy()
    await new Promise(resolve => body.once('close', resolve))
    // The page that was being written is finished, and no other one begun.
    for (let i = 0; i < 20; i++) await nextTurn()
    const atHangUp = count.values
    assert.ok(atHangUp < partitions / 2, `${atHangUp} of ${partitions}`)
    for (let i = 0; i < 20; i++) await nextTurn()
    assert.equal(count.values, atHangUp)
    const whole = await bytesOf(registry, { gzip })
    assert.equal((gzip ? gunzipSync(whole) : whole).toString().split('\n').length, partitions + 3)
  })

  test(`${kind}: a client that hangs up, or reads nothing, harms no other`, async () => {
    const { registry, count } = scraped()
    const stuck = registry.scrape({ gzip }).body
    await stuck[Symbol.asyncIterator]().next()
    const leaving = registry.scrape({ gzip }).body
    await leaving[Symbol.asyncIterator]().next()
    const reading = bytesOf(registry, { gzip })
    leaving.destroy()
    const text = await reading
    assert.equal((gzip ? gunzipSync(text) : text).toString().split('\n').length, PARTITIONS + 3)
    assert.equal(count.renders, 1)
    stuck.destroy()
  })

  test(`${kind}: an abort ends the answer with an error`, async () => {
    const { registry } = scraped()
    const controller = new AbortController()
    const { body } = registry.scrape({ gzip, signal: controller.signal })
    await assert.rejects(
      async () => {
        for await (const _ of body) controller.abort()
      },
      { name: 'AbortError' },
    )
  })

  test(`${kind}: a scraper of the old generation finishes it while the new one is served`, async () => {
    const { registry, count, poll } = scraped()
    const old = registry.scrape({ gzip }).body
    const iterator = old[Symbol.asyncIterator]()
    const chunks = [(await iterator.next()).value as Buffer]
    poll()
    const fresh = await bytesOf(registry, { gzip })
    for (;;) {
      const { done, value } = await iterator.next()
      if (done) break
      chunks.push(value)
    }
    const lagOf = (bytes: Buffer) =>
      new Set([...(gzip ? gunzipSync(bytes) : bytes).toString().matchAll(/\} (\d+)$/gm)].map(m => m[1]))
    assert.deepEqual(lagOf(Buffer.concat(chunks)), new Set(['1']))
    assert.deepEqual(lagOf(fresh), new Set(['2']))
    assert.equal(count.renders, 2)
  })
}

test('plain text beyond the bound is rendered for each scraper, and equal', async () => {
  const { registry, count } = scraped(100_000)
  const [a, b] = await Promise.all([bytesOf(registry), bytesOf(registry)])
  assert.ok(a.equals(b))
  const c = await bytesOf(registry)
  assert.ok(a.equals(c))
  assert.equal(count.renders, 3)
})

test('a scrape that nobody reads costs nothing', async () => {
  const { registry, count } = scraped()
  registry.scrape({ gzip: true }).body.destroy()
  await nextTurn()
  assert.deepEqual(count, { renders: 0, values: 0 })
})
