import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { EMPTY_LAYOUT, placeCommits } from '../../src/domain/layout.ts'
import { mapRows } from '../../src/domain/row-mapping.ts'
import type { GroupLayout } from '../../src/model/snapshot.ts'
import { toEnd } from '../../src/model/steps.ts'
import { buildTopology, EMPTY_TOPOLOGY, rowOf, type Topology } from '../../src/model/topology.ts'

/** A cluster at one poll: partitions per topic, commits per group in the broker's arbitrary order. */
interface Scene {
  readonly topics: ReadonlyMap<string, number>
  readonly groups: ReadonlyMap<
    string,
    readonly (readonly [topic: string, partition: number, offset: number])[]
  >
}

const names = (prefix: string) => fc.integer({ min: 0, max: 6 }).map(i => `${prefix}${i}`)

const scene: fc.Arbitrary<Scene> = fc
  .uniqueArray(fc.tuple(names('t'), fc.integer({ min: 1, max: 5 })), {
    selector: ([name]) => name,
    maxLength: 6,
  })
  .chain(topics => {
    const partitions = topics.flatMap(([name, n]) => Array.from({ length: n }, (_, p) => [name, p] as const))
    const commits = fc
      .shuffledSubarray(partitions)
      .map(chosen => chosen.map(([name, p], i) => [name, p, 100 * i + p] as const))
    return fc
      .uniqueArray(fc.tuple(names('g'), commits), { selector: ([name]) => name, maxLength: 5 })
      .map(groups => ({ topics: new Map(topics), groups: new Map(groups) }))
  })

function topologyOf(s: Scene): Topology {
  return buildTopology([...s.topics].map(([name, partitions]) => ({ name, id: `${name}-id`, partitions })))
}

function place(layout: GroupLayout, topology: Topology, s: Scene) {
  const groups = [...s.groups].sort(([a], [b]) => (a < b ? -1 : 1))
  const inputs = groups.map(([id, commits]) => ({
    id,
    commits: {
      rows: Int32Array.from(commits, ([topic, p]) => rowOf(topology, topic, p)),
      offsets: Float64Array.from(commits, ([, , offset]) => offset),
    },
  }))
  return toEnd(placeCommits(layout, mapRows(layout.topology, topology), topology, inputs))
}

/** Every cell as 'group topic/partition', in the order of the layout. */
function cellsOf(layout: GroupLayout): readonly string[] {
  const { topology } = layout
  return layout.groups.flatMap((group, g) => {
    const cells: string[] = []
    for (let b = layout.groupStart[g] as number; b < (layout.groupStart[g + 1] as number); b++) {
      const t = layout.blockTopic[b] as number
      for (let c = layout.blockStart[b] as number; c < (layout.blockStart[b + 1] as number); c++) {
        const partition = (layout.cellRow[c] as number) - (topology.start[t] as number)
        assert.ok(partition >= 0 && (layout.cellRow[c] as number) < (topology.start[t + 1] as number))
        cells.push(`${group} ${topology.topics[t]}/${partition}`)
      }
    }
    return cells
  })
}

describe('placeCommits', () => {
  it('has exactly the partitions that were read, in order, each with its offset and its earlier cell', () => {
    fc.assert(
      fc.property(scene, scene, (first, second) => {
        const before = place(EMPTY_LAYOUT(EMPTY_TOPOLOGY), topologyOf(first), first).layout
        const { layout, previousCell, incoming } = place(before, topologyOf(second), second)

        const expected = [...second.groups].flatMap(([group, commits]) =>
          commits.map(([topic, p, offset]) => [`${group} ${topic}/${p}`, offset] as const),
        )
        const found = cellsOf(layout)
        assert.deepEqual(found, [...found].sort())
        assert.deepEqual(new Map(found.map((cell, c) => [cell, incoming[c]])), new Map(expected))
        const earlier = cellsOf(before)
        found.forEach((cell, c) => {
          const from = previousCell === null ? c : (previousCell[c] as number)
          assert.equal(from, earlier.indexOf(cell))
        })
      }),
    )
  })

  it('passes on the same layout while nothing came or went, in whatever order the broker answers', () => {
    fc.assert(
      fc.property(scene, s => {
        const topology = topologyOf(s)
        const first = place(EMPTY_LAYOUT(EMPTY_TOPOLOGY), topology, s)
        const reversed = {
          ...s,
          groups: new Map([...s.groups].map(([id, commits]) => [id, [...commits].reverse()])),
        }
        const second = place(first.layout, topology, reversed)
        assert.equal(second.layout, first.layout)
        assert.deepEqual(second.incoming, first.incoming)
      }),
    )
  })

  it('counts a partition that a broker names twice once', () => {
    const topology = buildTopology([{ name: 'orders', id: '', partitions: 2 }])
    const commits = { rows: Int32Array.of(1, 0, 1), offsets: Float64Array.of(7, 8, 9) }
    const { layout } = toEnd(placeCommits(EMPTY_LAYOUT(topology), null, topology, [{ id: 'g', commits }]))
    assert.deepEqual(cellsOf(layout), ['g orders/0', 'g orders/1'])
  })
})
