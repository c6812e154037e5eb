import { EMPTY_LAYOUT, type Placement, placeCommits } from '../../../src/domain/layout.ts'
import { type EarlierRows, earlierRows } from '../../../src/domain/partitions.ts'
import { mapRows } from '../../../src/domain/row-mapping.ts'
import type { GroupLayout } from '../../../src/model/snapshot.ts'
import { toEnd } from '../../../src/model/steps.ts'
import { buildTopology, EMPTY_TOPOLOGY, rowCount, rowOf, type Topology } from '../../../src/model/topology.ts'

/** Partition counts by topic; another id makes it another topic of that name. */
export type Topics = Readonly<Record<string, number | { readonly id: string; readonly partitions: number }>>

/** Offsets by group and 'topic/partition'; null: the group could not be read. */
export type Commits = Readonly<Record<string, Readonly<Record<string, number>> | null>>

export interface Placed {
  readonly placement: Placement
  readonly topology: Topology
  readonly rowMap: Int32Array | null
  readonly earlier: EarlierRows
}

/** Puts one poll's commits after another's in their cells, as the tracker does. */
export class Placing {
  layout: GroupLayout = EMPTY_LAYOUT(EMPTY_TOPOLOGY)
  #described = ''

  poll(topics: Topics, commits: Commits): Placed {
    const described = JSON.stringify(topics)
    const topology = described === this.#described ? this.layout.topology : topologyOf(topics)
    this.#described = described
    const rowMap = mapRows(this.layout.topology, topology)
    const groups = Object.entries(commits)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([id, offsets]) => ({
        id,
        commits: offsets && {
          rows: Int32Array.from(Object.keys(offsets), place => rowAt(topology, place)),
          offsets: Float64Array.from(Object.values(offsets)),
        },
      }))
    const placement = toEnd(placeCommits(this.layout, rowMap, topology, groups))
    this.layout = placement.layout
    return { placement, topology, rowMap, earlier: earlierRows(rowMap, rowCount(topology)) }
  }
}

function topologyOf(topics: Topics): Topology {
  return buildTopology(
    Object.entries(topics).map(([name, topic]) =>
      typeof topic === 'number' ? { name, id: `${name}-1`, partitions: topic } : { name, ...topic },
    ),
  )
}

function rowAt(topology: Topology, place: string): number {
  const [topic = '', partition] = place.split('/')
  return rowOf(topology, topic, Number(partition))
}

/** A column by row; what is left out was not read. */
export function byRow(topology: Topology, values: Readonly<Record<string, number>>): Float64Array {
  const column = new Float64Array(rowCount(topology)).fill(Number.NaN)
  for (const [place, value] of Object.entries(values)) column[rowAt(topology, place)] = value
  return column
}
