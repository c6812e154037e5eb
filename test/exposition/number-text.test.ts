import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  NUMBER_BYTES,
  numberText,
  writeInteger,
  writeMillisecondsAsSeconds,
  writeNumber,
} from '../../src/exposition/number-text.ts'

type Writer = (out: Uint8Array, at: number, value: number) => number

function written(write: Writer, value: number): string {
  const out = new Uint8Array(3 + NUMBER_BYTES + 1).fill(0x23)
  const end = write(out, 3, value)
  const text = Buffer.from(out).toString('latin1')
  assert.equal(text.slice(0, 3), '###', 'nothing is written before the position')
  assert.equal(text.slice(end), '#'.repeat(out.length - end), 'nothing is written behind the end')
  return text.slice(3, end)
}

const NUMBERS: readonly (readonly [number, string])[] = [
  [0, '0'],
  [-0, '0'],
  [-1, '-1'],
  [9, '9'],
  [10, '10'],
  [99, '99'],
  [100, '100'],
  [2_147_483_647, '2147483647'],
  [2_147_483_648, '2147483648'],
  [10_000_000_001, '10000000001'],
  [Number.MAX_SAFE_INTEGER, '9007199254740991'],
  [Number.MIN_SAFE_INTEGER, '-9007199254740991'],
  [2 ** 60, '1152921504606847000'],
  [1e21, '1e+21'],
  [5e-324, '5e-324'],
  [-1.7976931348623157e308, '-1.7976931348623157e+308'],
  [0.1, '0.1'],
  [Number.POSITIVE_INFINITY, '+Inf'],
  [Number.NEGATIVE_INFINITY, '-Inf'],
  [Number.NaN, 'NaN'],
]

for (const [value, text] of NUMBERS) {
  test(`${value} is written as ${text}`, () => {
    assert.equal(written(writeNumber, value), text)
    if (!Object.is(value, -0)) assert.equal(numberText(value), text)
  })
}

const MILLISECONDS: readonly (readonly [number, string])[] = [
  [0, '0'],
  [1, '0.001'],
  [10, '0.01'],
  [100, '0.1'],
  [120, '0.12'],
  [123, '0.123'],
  [103, '0.103'],
  [1000, '1'],
  [1500, '1.5'],
  [86_400_007, '86400.007'],
  [1_700_000_000_250, '1700000000.25'],
  [-1, '-0.001'],
  [-2500, '-2.5'],
  [0.4, '0'],
  [1.5, '0.002'],
  [Number.MAX_SAFE_INTEGER, '9007199254740.991'],
  [Number.POSITIVE_INFINITY, '+Inf'],
  [2 ** 60, '1152921504606847'],
]

for (const [milliseconds, text] of MILLISECONDS) {
  test(`${milliseconds} ms are written as ${text} s`, () => {
    assert.equal(written(writeMillisecondsAsSeconds, milliseconds), text)
  })
}

test('every finite double is written as String writes it, and reads back as itself', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), value => {
      const text = written(writeNumber, value)
      assert.equal(text, String(value))
      assert.equal(Number.parseFloat(text), value === 0 ? 0 : value)
    }),
  )
})

test('every safe integer is written as String writes it', () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), value => {
      assert.equal(written(writeNumber, value), String(value))
      assert.equal(written(writeInteger, Math.abs(value)), String(Math.abs(value)))
    }),
  )
})

test('whole milliseconds are written as String writes the seconds', () => {
  const milliseconds = fc.integer({ min: -1e15, max: 1e15 })
  fc.assert(
    fc.property(milliseconds, value => {
      assert.equal(written(writeMillisecondsAsSeconds, value), String(value / 1000))
    }),
  )
})

test('milliseconds of any size keep their three decimals exactly', () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), value => {
      const [whole = '', decimals = ''] = written(writeMillisecondsAsSeconds, Math.abs(value)).split('.')
      assert.equal(BigInt(whole + decimals.padEnd(3, '0')), BigInt(Math.abs(value)))
      assert.doesNotMatch(decimals, /0$/)
    }),
  )
})
