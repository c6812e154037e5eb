import {
  type Column,
  type ColumnFamily,
  type Family,
  labelNamesOf,
  type Sample,
  type SampleFamily,
} from '../catalog/family.ts'
import type { LabelNames } from '../catalog/label-names.ts'
import type { Detail } from '../model/detail.ts'
import type { Snapshot } from '../model/snapshot.ts'
import type { Steps } from '../model/steps.ts'
import { constantLabelsOf } from './constant-labels.ts'
import { encodedGroups, encodedTopics, partitionLabel } from './encoded-names.ts'
import { escapeHelp, labelText } from './label-text.ts'
import { LinePrefix } from './line-prefix.ts'
import type { PageWriter } from './page-writer.ts'
import { ThinnedColumn } from './thinned-column.ts'

/** One cluster as it is published. */
export interface PublishedCluster {
  readonly labels: Readonly<Record<string, string>>
  /** The same as text, `kafka_cluster="a",env="b"`, or ''. */
  readonly constantLabels: string
  readonly snapshot: Snapshot
  readonly detail: Detail
}

export interface Rendered {
  readonly series: number
  /** What `metrics.max_series` left out. */
  readonly dropped: number
}

/** How many positions lie between two yields: some tens of microseconds. */
const POSITIONS_PER_STEP = 1_024
const SAMPLES_PER_STEP = 256

/** Writes HELP, TYPE and the samples of every cluster. */
export function* renderFamily(
  family: Exclude<Family, { kind: 'instrument' }>,
  clusters: readonly PublishedCluster[],
  writer: PageWriter,
): Steps<Rendered> {
  writer.text(headerOf(family))
  let series = 0
  let dropped = 0
  for (const cluster of clusters) {
    const rendered =
      family.kind === 'column'
        ? yield* renderColumn(family, cluster, writer)
        : yield* renderSamples(family, cluster, writer)
    series += rendered.series
    dropped += rendered.dropped
  }
  return { series, dropped }
}

function headerOf(family: Family): string {
  return `# HELP ${family.name} ${escapeHelp(family.help)}\n# TYPE ${family.name} ${family.type}\n`
}

function* renderSamples(
  family: SampleFamily,
  { labels: ofCluster, snapshot, detail }: PublishedCluster,
  writer: PageWriter,
): Steps<Rendered> {
  const constantLabels = labelText(constantLabelsOf(ofCluster, labelNamesOf(family)))
  const { labels } = family
  const hasLabels = constantLabels !== '' || labels.length > 0
  // Put together as bytes: strings made for lines are half of what a scrape would leave to the collector.
  const prefix = new LinePrefix()
  prefix.text(`${family.name}${hasLabels ? `{${constantLabels}` : ''}`)
  const constantLength = prefix.length
  const opened = labels.map((label, i) => `${i > 0 || constantLabels !== '' ? ',' : ''}${label}="`)
  let series = 0
  let seen = 0
  for (const sample of family.samples(snapshot, detail.inForce)) {
    const value = sample[0]
    if (++seen % SAMPLES_PER_STEP === 0) yield
    if (Number.isNaN(value)) continue
    prefix.length = constantLength
    for (let i = 0; i < opened.length; i++) {
      prefix.ascii(opened[i] as string)
      prefix.labelValue((sample[i + 1] as string | undefined) ?? '')
      prefix.ascii('"')
    }
    prefix.ascii(hasLabels ? '} ' : ' ')
    writer.line(prefix.view(), value, 'number')
    series++
  }
  const isLimited = family.thinnedFrom !== undefined && detail.inForce !== detail.chosen
  const wanted = isLimited ? yield* countSamples(family.samples(snapshot, detail.chosen)) : series
  return { series, dropped: wanted - series }
}

function* countSamples(samples: Iterable<Sample>): Steps<number> {
  let count = 0
  let seen = 0
  for (const [value] of samples) {
    if (++seen % SAMPLES_PER_STEP === 0) yield
    if (!Number.isNaN(value)) count++
  }
  return count
}

function* renderColumn(family: ColumnFamily, cluster: PublishedCluster, writer: PageWriter): Steps<Rendered> {
  const column = family.column(cluster.snapshot)
  if (column === null) return { series: 0, dropped: 0 }
  const labels = labelNamesOf(family)
  const constantLabels = labelText(constantLabelsOf(cluster.labels, labels))
  const prefix = new LinePrefix()
  prefix.text(`${family.name}{${constantLabels && `${constantLabels},`}`)
  const thinned = new ThinnedColumn(family, column, cluster.snapshot, cluster.detail)
  const lines = new ColumnLines(family, thinned, prefix, writer)
  switch (family.scope) {
    case 'topic':
    case 'partition':
      yield* linesOfTopics(family.scope, cluster.snapshot, labels, lines)
      break
    case 'block':
    case 'cell':
      yield* linesOfGroups(family.scope, cluster.snapshot, labels, lines)
  }
  return { series: lines.series, dropped: thinned.dropped }
}

function* linesOfTopics(
  scope: 'topic' | 'partition',
  { topology }: Snapshot,
  labels: LabelNames,
  lines: ColumnLines,
): Steps<void> {
  const { prefix } = lines
  const names = yield* encodedTopics(topology, labels)
  const constantLength = prefix.length
  for (let t = 0; t < topology.topics.length; t++) {
    prefix.length = constantLength
    prefix.name(names, t)
    lines.of(t)
    if (scope === 'topic') {
      if (lines.one(t)) yield
    } else {
      const firstRow = topology.start[t] as number
      const to = topology.start[t + 1] as number
      for (let from = firstRow; from < to; from += POSITIONS_PER_STEP) {
        if (lines.partitions(from, to, null, firstRow)) yield
      }
    }
  }
}

function* linesOfGroups(
  scope: 'block' | 'cell',
  { layout }: Snapshot,
  labels: LabelNames,
  lines: ColumnLines,
): Steps<void> {
  const { topology, groupStart, blockTopic, blockStart, cellRow } = layout
  const { prefix } = lines
  const topicNames = yield* encodedTopics(topology, labels)
  const groupNames = yield* encodedGroups(layout, labels)
  const constantLength = prefix.length
  for (let g = 0; g < layout.groups.length; g++) {
    prefix.length = constantLength
    prefix.name(groupNames, g)
    const groupLength = prefix.length
    for (let b = groupStart[g] as number; b < (groupStart[g + 1] as number); b++) {
      const t = blockTopic[b] as number
      prefix.length = groupLength
      prefix.name(topicNames, t)
      lines.of(b)
      if (scope === 'block') {
        if (lines.one(b)) yield
      } else {
        const to = blockStart[b + 1] as number
        for (let from = blockStart[b] as number; from < to; from += POSITIONS_PER_STEP) {
          if (lines.partitions(from, to, cellRow, topology.start[t] as number)) yield
        }
      }
    }
  }
}

/** The lines of one family of one cluster, and how much was done since the last yield. */
class ColumnLines {
  readonly prefix: LinePrefix
  series = 0
  readonly #family: ColumnFamily
  readonly #thinned: ThinnedColumn
  readonly #writer: PageWriter
  readonly #partitionLabelBytes: number
  #column: Column
  #sinceYield = 0

  constructor(family: ColumnFamily, thinned: ThinnedColumn, prefix: LinePrefix, writer: PageWriter) {
    this.#family = family
    this.#thinned = thinned
    this.#column = thinned.of(0)
    this.prefix = prefix
    this.#writer = writer
    this.#partitionLabelBytes = partitionLabel(labelNamesOf(family)).length
  }

  /** The lines that follow are of this topic or block. */
  of(unit: number): void {
    this.#column = this.#thinned.of(unit)
  }

  /** Writes the one line of a topic or block. @returns whether it is time to yield */
  one(position: number): boolean {
    const value = this.#column(position)
    if (!Number.isNaN(value)) {
      this.prefix.length -= this.#partitionLabelBytes
      this.prefix.ascii('} ')
      this.#writer.line(this.prefix.view(), value, this.#family.unit)
      this.series++
    }
    return this.#isDue(1)
  }

  /** Writes the first positions from `from` on, as many as belong in one step. @returns whether to yield */
  partitions(from: number, end: number, rows: Int32Array | null, firstRow: number): boolean {
    const to = Math.min(from + POSITIONS_PER_STEP, end)
    const { unit } = this.#family
    const prefix = this.prefix.view()
    this.series += this.#writer.partitionLines(prefix, this.#column, unit, from, to, rows, firstRow)
    return this.#isDue(to - from)
  }

  #isDue(positions: number): boolean {
    this.#sinceYield += positions
    if (this.#sinceYield < POSITIONS_PER_STEP) return false
    this.#sinceYield = 0
    return true
  }
}
