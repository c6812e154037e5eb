import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { escapeHelp, escapeLabelValue, labelPairs } from '../../src/exposition/label-text.ts'

test('backslash, quote and newline are escaped in a label value, and nothing else', () => {
  assert.equal(escapeLabelValue('a\\b"c\nd\te€\r'), 'a\\\\b\\"c\\nd\te€\r')
  assert.equal(escapeLabelValue('\\n'), '\\\\n')
  assert.equal(escapeLabelValue(''), '')
})

test('quotes stand as they are in a help text', () => {
  assert.equal(escapeHelp('the "last" poll\\s\nround trip'), 'the "last" poll\\\\s\\nround trip')
})

test('pairs are joined in the order of the names; a value that is not there is empty', () => {
  assert.equal(labelPairs(['a', 'b'], ['1', '"']), 'a="1",b="\\""')
  assert.equal(labelPairs(['a'], []), 'a=""')
  assert.equal(labelPairs([], []), '')
})

test('an escaped value has no bare quote or newline, and can be read back', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('\\', '"', '\n', 'n', 'é', 'x') }), value => {
      const escaped = escapeLabelValue(value)
      assert.match(escaped, /^(?:[^"\\\n]|\\["\\n])*$/u)
      const plain = escaped.replace(/\\(.)/g, (_, c: string) => (c === 'n' ? '\n' : c))
      assert.equal(plain, value)
    }),
  )
})
