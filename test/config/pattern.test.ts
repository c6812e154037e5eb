import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  anchoredSource,
  compileAnchored,
  compileUnanchored,
  mayBacktrackForever,
  type PatternResult,
} from '../../src/config/pattern.ts'

function patternOf(result: PatternResult): RegExp {
  assert.ok('pattern' in result, 'reason' in result ? result.reason : '')
  return result.pattern
}

describe('an anchored pattern', () => {
  it('matches the whole name or not at all', () => {
    const pattern = patternOf(compileAnchored('a|b.'))
    assert.deepEqual(
      ['a', 'bc', 'ab', 'xa', 'a\n'].map(name => pattern.test(name)),
      [true, true, false, false, false],
    )
  })

  it('is compiled alone before it is put in a group', () => {
    assert.deepEqual(compileAnchored('a)(b'), { reason: "unmatched ')'" })
  })

  it('can be written down again', () => {
    for (const source of ['.*', '(?i)a|b', 'a\\.b', '\\p{L}+']) {
      assert.equal(anchoredSource(patternOf(compileAnchored(source))), source)
    }
  })
})

describe('an unanchored pattern', () => {
  const table: readonly (readonly [source: string, matching: readonly string[]])[] = [
    ['b', ['abc', 'b', 'B\nb']],
    ['^b', ['b']],
    ['c$', ['abc']],
    ['^$', ['']],
    ['(?i)^b|C$', ['abc', 'b', 'B\nb']],
    ['.*', ['abc', 'b', '', 'B\nb']],
  ]
  for (const [source, matching] of table) {
    it(`${source} matches what kafka_exporter's would`, () => {
      const anywhere = patternOf(compileUnanchored(source))
      const anchored = patternOf(compileAnchored(anchoredSource(anywhere)))
      for (const pattern of [anywhere, anchored]) {
        assert.deepEqual(
          ['abc', 'b', '', 'B\nb'].filter(name => pattern.test(name)),
          matching,
        )
      }
    })
  }
})

describe('a repetition of a repetition', () => {
  for (const source of ['(a+)+', '(?:a*)*b', '(.*)+', '([a-z]+){2,}', 'x(?<n>\\w+)*']) {
    it(`${source} is pointed out`, () => assert.equal(mayBacktrackForever(source), true))
  }
  for (const source of [
    'a+b*',
    '(a|b)+',
    '([a-z]+-)+svc',
    '\\(a+\\)+',
    '[(a+)+]',
    '(a+)?',
    '^(?:.*(?:x).*)$',
  ]) {
    it(`${source} is not`, () => assert.equal(mayBacktrackForever(source), false))
  }
})
