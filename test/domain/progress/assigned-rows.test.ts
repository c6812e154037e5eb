import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { addAssignedRows } from '../../../src/domain/progress/assigned-rows.ts'
import type { Commits, GroupMember } from '../../../src/model/observation.ts'
import { toEnd } from '../../../src/model/steps.ts'

const member = (...rows: number[]): GroupMember => ({
  memberId: `m${rows}`,
  clientId: 'c',
  host: '10.0.0.7',
  rows: Int32Array.from(rows),
})
const commits = (offsets: Readonly<Record<number, number>>): Commits => ({
  rows: Int32Array.from(Object.keys(offsets), Number),
  offsets: Float64Array.from(Object.values(offsets)),
})
const add = (of: Commits, members: readonly GroupMember[], stamps = new Int32Array(9), stamp = 1) =>
  toEnd(addAssignedRows(of, members, stamps, stamp))

describe('assigned partitions without a commit', () => {
  it('come after those with one, each once', () => {
    const { rows, offsets } = add(commits({ 4: 70, 2: 60 }), [member(1, 2), member(4, 5, 1)])
    assert.deepEqual(
      [[...rows], [...offsets]],
      [
        [2, 4, 1, 5],
        [60, 70, -1, -1],
      ],
    )
  })

  it('a commit that could not be read is one all the same', () => {
    const read = commits({ 2: Number.NaN })
    assert.equal(add(read, [member(2)]), read)
  })

  it('where none is missing, the commits themselves are passed on', () => {
    const read = commits({ 2: 60, 3: 1 })
    assert.equal(add(read, [member(2), member(3), member()]), read)
    assert.equal(add(read, []), read)
  })

  it('groups that share the stamps do not see each other', () => {
    const stamps = new Int32Array(9)
    const lists = [1, 2, 3].map(stamp => [...add(commits({ 2: 60 }), [member(2, 3)], stamps, stamp).rows])
    assert.deepEqual(lists, [
      [2, 3],
      [2, 3],
      [2, 3],
    ])
  })
})
