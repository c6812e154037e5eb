import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseYaml } from '../../src/config/yaml-document.ts'

const faultsOf = (text: string) => {
  const parsed = parseYaml('f.yml', text)
  assert.ok('faults' in parsed)
  return parsed.faults
}

describe('a YAML document', () => {
  it('is null when empty', () => {
    assert.deepEqual(parseYaml('f.yml', ''), { value: null })
    assert.deepEqual(parseYaml('f.yml', '---\n# nothing\n'), { value: null })
  })

  it('shares what an alias stands for', () => {
    assert.deepEqual(parseYaml('f.yml', 'a: &x [1]\nb: *x'), { value: { a: [1], b: [1] } })
  })

  it('knows no YAML 1.1 words: a no is a text', () => {
    assert.deepEqual(parseYaml('f.yml', 'a: no\nb: 0x10'), { value: { a: 'no', b: 16 } })
  })

  it('does not let a key reach the prototype', () => {
    const parsed = parseYaml('f.yml', '__proto__: {polluted: true}')
    assert.ok('value' in parsed)
    assert.equal(({} as Record<string, unknown>).polluted, undefined)
    assert.ok(Object.hasOwn(parsed.value as object, '__proto__'))
  })

  for (const [what, text] of [
    ['brackets', '['.repeat(200_000)],
    ['closed brackets', '['.repeat(20_000) + ']'.repeat(20_000)],
    ['mappings', Array.from({ length: 3_000 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')],
  ] as const) {
    it(`is refused with too many levels of ${what}`, () => {
      const [fault, ...others] = faultsOf(text)
      assert.equal(fault?.problem, 'got more than 100 levels, expected fewer')
      assert.deepEqual(others, [])
    })
  }

  it('is refused when an alias stands for itself', () => {
    assert.deepEqual(faultsOf('a: &a [*a]'), [
      { at: 'f.yml:1:8', problem: 'got an alias of what it is part of, expected none' },
    ])
  })
})
