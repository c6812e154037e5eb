import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bodyOf } from '../../src/kafka/response-header.ts'

const FLEXIBLE = { key: 3, flexible: true }

for (const [what, header] of [
  ['no tagged field', [0]],
  ['one', [1, 0, 2, 8, 9]],
  ['two, one of them empty, with a long tag', [2, 0x80, 0x01, 0, 3, 1, 7]],
] as const) {
  test(`the body follows ${what}`, () => {
    assert.equal(bodyOf(Buffer.from([...header, 0xbb]), FLEXIBLE).toString('hex'), 'bb')
  })
}

test('older answers, and those of ApiVersions in any version, have no tagged fields', () => {
  const payload = Buffer.of(0, 1)
  assert.equal(bodyOf(payload, { key: 3, flexible: false }), payload)
  assert.equal(bodyOf(payload, { key: 18, flexible: true }), payload)
})

for (const [what, bytes] of [
  ['nothing at all', []],
  ['a field that is longer than the answer', [1, 0, 200, 1, 1]],
  ['an endless number', [0xff, 0xff, 0xff, 0xff, 0xff, 0xff]],
] as const) {
  test(`refuses ${what}`, () => {
    assert.throws(() => bodyOf(Buffer.from(bytes), FLEXIBLE), RangeError)
  })
}
