import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { formatDuration, parseDuration } from '../../src/config/duration.ts'

describe('a duration', () => {
  const table: readonly (readonly [text: string, milliseconds: number, shortest: string])[] = [
    ['0', 0, '0'],
    ['0s', 0, '0'],
    ['500ms', 500, '500ms'],
    ['15s', 15_000, '15s'],
    ['90s', 90_000, '1m30s'],
    ['1h30m', 5_400_000, '1h30m'],
    ['1d', 86_400_000, '1d'],
    ['1w', 604_800_000, '7d'],
    ['1y', 31_536_000_000, '365d'],
    ['1d2h3m4s5ms', 93_784_005, '1d2h3m4s5ms'],
  ]
  for (const [text, milliseconds, shortest] of table) {
    it(`${text} is ${milliseconds} ms`, () => {
      assert.equal(parseDuration(text), milliseconds)
      assert.equal(formatDuration(milliseconds), shortest)
      assert.equal(parseDuration(shortest), milliseconds)
    })
  }

  for (const text of ['', '15', '1.5s', '-5s', '1m1h', '1s1s', '5 s', 's', '1S', '9999999999s', '5s\n']) {
    it(`${JSON.stringify(text)} is none`, () => assert.equal(parseDuration(text), null))
  }
})
