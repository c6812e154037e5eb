import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rowsByLeader } from '../../../src/kafka/reader/leaders.ts'
import { toEnd } from '../../../src/model/steps.ts'

for (const [size, far] of [
  ['small', 7],
  ['huge', 2_000_000_000],
] as const) {
  test(`sorts rows by leader, with ${size} broker ids; tells why the others have none`, () => {
    const leader = Int32Array.of(1, far, -1, 1, 99, -1)
    const errors = Int16Array.of(0, 0, 5, 9, 0, 72)
    const { byNode, leaderless } = toEnd(rowsByLeader({ leader, errors }, new Set([1, 2, far]), null))
    assert.deepEqual(
      [...byNode].map(([node, rows]) => [node, ...rows]),
      [
        [1, 0, 3],
        [far, 1],
      ],
    )
    assert.deepEqual(
      [...leaderless],
      [
        ['LEADER_NOT_AVAILABLE', [2, 4]],
        ['LISTENER_NOT_FOUND', [5]],
      ],
    )
  })
}

test('sorts only the rows that it is given', () => {
  const leader = Int32Array.of(1, 2, 1, 2)
  const { byNode } = toEnd(rowsByLeader({ leader, errors: new Int16Array(4) }, new Set([1, 2]), [1, 2]))
  assert.deepEqual(
    [...byNode].map(([node, rows]) => [node, ...rows]),
    [
      [1, 2],
      [2, 1],
    ],
  )
})
