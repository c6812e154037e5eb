import { type ColumnFamily, labelNamesOf, labelsOf } from '../catalog/family.ts'
import { type Detail, WHOLE } from '../model/detail.ts'
import type { Snapshot } from '../model/snapshot.ts'
import type { SnapshotFamily } from './columnar-text.ts'
import { constantLabelsOf } from './constant-labels.ts'
import type { PublishedCluster } from './render-family.ts'
import { ThinnedColumn } from './thinned-column.ts'

/** What prom-client's Registry asks of a metric. */
interface CollectedMetric {
  readonly name: string
  readonly help: string
  readonly type: string
  readonly aggregator: 'omit'
  readonly values: readonly { readonly value: number; readonly labels: Record<string, string> }[]
}

/**
 * A family of the catalogue in prom-client's clothes: it claims its name in the registry, and a plain Registry that
 * it is merged into still prints its samples, slowly. The exporter's own scrapes never come through here.
 */
export class RegisteredFamily {
  readonly family: SnapshotFamily
  readonly name: string
  readonly help: string
  readonly type: string
  readonly aggregator = 'omit'
  readonly #clusters: () => readonly PublishedCluster[]

  constructor(family: SnapshotFamily, clusters: () => readonly PublishedCluster[]) {
    this.family = family
    this.name = family.name
    this.help = family.help
    this.type = family.type
    this.#clusters = clusters
  }

  async get(): Promise<CollectedMetric> {
    const names = labelsOf(this.family)
    const values = this.#clusters().flatMap(({ labels, snapshot, detail }) =>
      [...samplesOf(this.family, snapshot, detail)]
        .filter(([value]) => !Number.isNaN(value))
        .map(([value, ...own]) => ({
          value,
          labels: {
            ...constantLabelsOf(labels, labelNamesOf(this.family)),
            ...Object.fromEntries(names.map((name, i) => [name, own[i] ?? ''])),
          },
        })),
    )
    const { name, help, type, aggregator } = this
    return { name, help, type, aggregator, values }
  }

  /** Nothing to forget: the samples are those of the clusters' snapshots. */
  reset(): void {}
}

type Sample = readonly [value: number, ...labelValues: string[]]

/** Every sample of one snapshot, NaN included. */
export function samplesOf(
  family: SnapshotFamily,
  snapshot: Snapshot,
  detail: Detail = WHOLE,
): Iterable<Sample> {
  return family.kind === 'sample'
    ? family.samples(snapshot, detail.inForce)
    : samplesOfColumn(family, snapshot, detail)
}

function* samplesOfColumn(family: ColumnFamily, snapshot: Snapshot, detail: Detail): Iterable<Sample> {
  const column = family.column(snapshot)
  if (column === null) return
  const thinned = new ThinnedColumn(family, column, snapshot, detail)
  const scale = family.unit === 'milliseconds' ? 1000 : 1
  for (const [unit, position, ...labelValues] of positionsOf(family.scope, snapshot)) {
    yield [thinned.of(unit)(position) / scale, ...labelValues]
  }
}

/** Every position of a scope, with the topic or block that it lies in and its label values. */
function* positionsOf(
  scope: ColumnFamily['scope'],
  { topology, layout }: Snapshot,
): Iterable<readonly [unit: number, position: number, ...labelValues: string[]]> {
  if (scope === 'topic' || scope === 'partition') {
    for (const [t, topic] of topology.topics.entries()) {
      if (scope === 'topic') yield [t, t, topic]
      else {
        const first = topology.start[t] as number
        const end = topology.start[t + 1] as number
        for (let row = first; row < end; row++) yield [t, row, topic, String(row - first)]
      }
    }
    return
  }
  for (const [g, group] of layout.groups.entries()) {
    for (let b = layout.groupStart[g] as number; b < (layout.groupStart[g + 1] as number); b++) {
      const t = layout.blockTopic[b] as number
      const topic = layout.topology.topics[t] as string
      if (scope === 'block') yield [b, b, group, topic]
      else {
        const first = layout.topology.start[t] as number
        for (let c = layout.blockStart[b] as number; c < (layout.blockStart[b + 1] as number); c++) {
          yield [b, c, group, topic, String((layout.cellRow[c] as number) - first)]
        }
      }
    }
  }
}
