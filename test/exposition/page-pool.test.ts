import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PagePool } from '../../src/exposition/page-pool.ts'

test('a page that was given back, whole or in part, is written again', () => {
  const pool = new PagePool(64)
  const page = pool.take()
  pool.giveBack(page.subarray(0, 10))
  const again = pool.take()
  assert.equal(again.buffer, page.buffer)
  assert.equal(again.length, 64)
})

test('a page counts once, however often it is given back', () => {
  const pool = new PagePool(64)
  const page = pool.take()
  pool.giveBack(page)
  pool.giveBack(page)
  assert.notEqual(pool.take().buffer, pool.take().buffer)
})

test('what is no page of the pool is left alone', () => {
  const pool = new PagePool(64)
  const foreign = Buffer.allocUnsafeSlow(64)
  pool.giveBack(foreign)
  assert.notEqual(pool.take().buffer, foreign.buffer)
})

test('no more pages are kept than a few scrapers need', () => {
  const pool = new PagePool(64)
  const pages = Array.from({ length: 20 }, () => pool.take())
  for (const page of pages) pool.giveBack(page)
  const kept = new Set(pages.map(page => page.buffer))
  const reused = Array.from({ length: 20 }, () => pool.take()).filter(page => kept.has(page.buffer))
  assert.equal(reused.length, 16)
})
