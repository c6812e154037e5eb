import assert from 'node:assert/strict'
import { test } from 'node:test'
import { jsonInSteps } from '../../src/http/api/json-in-steps.ts'
import { toEnd } from '../../src/model/steps.ts'

const list = (length: number) => Array.from({ length }, (_, i) => ({ i, text: `"${i}"\né€😀`, none: null }))

const VALUES: Readonly<Record<string, object>> = {
  'nothing long': { a: 1, list: [1, 2], none: null, left: undefined },
  'an empty object': {},
  'an empty list': { list: [] },
  'a list just short enough': { list: list(64) },
  'a list just too long': { list: list(65), after: 'x' },
  'a long list at the top': list(200),
  'long lists in the items of a list': {
    topics: [
      { name: 'a', partitions: list(100) },
      { name: 'b', partitions: [] },
    ],
  },
  'long lists in the items of a long list': {
    topics: list(70).map(item => ({ ...item, partitions: list(item.i) })),
  },
  'fields that JSON leaves out': { left: undefined, list: list(100), also: undefined },
  'numbers that JSON does not know': { list: Array.from({ length: 100 }, () => Number.NaN) },
}

for (const [what, value] of Object.entries(VALUES)) {
  test(`writes ${what} as JSON.stringify does`, () => {
    assert.equal(toEnd(jsonInSteps(value)).toString(), JSON.stringify(value))
  })
}

test('yields at least once for every 64 items', () => {
  let yields = 0
  for (const steps = jsonInSteps({ list: list(640) }); !steps.next().done; ) yields++
  assert.equal(yields, 10)
})
