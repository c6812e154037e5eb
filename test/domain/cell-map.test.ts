import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { CellMap } from '../../src/domain/cell-map.ts'

describe('CellMap', () => {
  it('holds what a Map would hold after any course of changes', () => {
    const cell = fc.nat({ max: 20_000 })
    const change = fc.oneof(
      fc.record({ cell, value: fc.nat() }),
      fc.record({ cell, value: fc.constant(null) }),
    )
    fc.assert(
      fc.property(fc.array(change), changes => {
        const map = new CellMap<number>()
        const model = new Map<number, number>()
        for (const { cell, value } of changes) {
          if (value === null) assert.equal(map.delete(cell), model.delete(cell))
          else {
            map.set(cell, value)
            model.set(cell, value)
          }
          assert.equal(map.size, model.size)
        }
        const byCell = (a: readonly [number, number], b: readonly [number, number]) => a[0] - b[0]
        assert.deepEqual([...map].sort(byCell), [...model].sort(byCell))
        assert.deepEqual(new Map([...map.keys()].map(key => [key, map.get(key)])), new Map(map))
        assert.deepEqual(
          [...map.values()],
          [...map].map(([, value]) => value),
        )
        const visited: [number, number][] = []
        map.forEach((value, cell) => {
          visited.push([cell, value])
        })
        assert.deepEqual(visited, [...map])
        for (const { cell } of changes) assert.equal(map.has(cell), model.has(cell))
      }),
    )
  })

  it('gives entries set in order of their cells in that order', () => {
    const map = new CellMap<string>()
    map.set(3, 'a')
    map.set(5_000, 'b')
    map.set(900_000, 'c')
    assert.deepEqual(
      [...map],
      [
        [3, 'a'],
        [5_000, 'b'],
        [900_000, 'c'],
      ],
    )
  })

  it('knows nothing of a cell that was not there', () => {
    const map = new CellMap<number>()
    assert.deepEqual(
      [map.get(-1), map.has(-1), map.get(0), map.delete(0)],
      [undefined, false, undefined, false],
    )
    map.set(0, 7)
    assert.deepEqual([map.get(-1), map.has(-1), map.get(0)], [undefined, false, 7])
  })
})
