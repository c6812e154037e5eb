import assert from 'node:assert/strict'
import { test } from 'node:test'
import { partChanges } from '../../src/run/part-changes.ts'

const part = (name: string | null, spec: unknown) => ({ name, spec })

test('parts by their name: added, removed, changed and kept', () => {
  const before = [
    part('a', { brokers: [1] }),
    part('b', { groups: [/^x$/u] }),
    part('c', {}),
    part('d', [/^x$/u]),
  ]
  const after = [
    part('d', [/^x$/iu]),
    part('e', {}),
    part('b', { groups: [/^x$/u] }),
    part('a', { brokers: [1, 2] }),
  ]
  assert.deepEqual(partChanges(before, after), {
    added: ['e'],
    removed: ['c'],
    changed: ['d', 'a'],
    kept: ['b'],
  })
})

test('a part under another name is another part, the unnamed one too', () => {
  assert.deepEqual(partChanges([part(null, 1)], [part('a', 1)]), {
    added: ['a'],
    removed: [null],
    changed: [],
    kept: [],
  })
  assert.deepEqual(partChanges([part(null, 1)], [part(null, 1)]).kept, [null])
})
